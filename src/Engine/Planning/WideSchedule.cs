namespace QDiff.Engine.Planning;

/// <summary>
/// Orders a circuit's operations into as few sweeps over a large state as a greedy search finds. During one sweep a block of 2^k amplitudes,
/// a coset of a k-dimensional space of index masks, stays in a cache while every operation whose flips lie in that space is done, of
/// however many layers, as far as it commutes with those that have to wait.
/// </summary>
/// <remarks>
/// Where gates act on neighbours the sweeps come out as parallelograms in qubits and layers: d layers of a chain of n qubits take
/// two sweeps while n + d − 1 ≤ 2k. So the layers are cut into windows, each finished before the next, of the
/// depth that gives the fewest sweeps.
/// </remarks>
internal static class WideSchedule
{
    private const int DeepestWindow = 24;

    /// <summary>The sweeps.</summary>
    /// <param name="operations">In order, in terms of physical indices.</param>
    /// <param name="laneBits">Index bits within a vector: their directions lie in every block.</param>
    /// <param name="blockQubits">Dimension k of a block.</param>
    public static List<WideSweep> Build(List<WideOperation> operations, int laneBits, int blockQubits)
    {
        int steps = operations.Count == 0 ? 0 : operations[^1].Step + 1;
        List<WideSweep>? best = null;

        // Up to half as many windows as the best so far has.
        int bestDepth = 1;
        for (int depth = 1; depth <= Math.Clamp(steps, 1, DeepestWindow) && depth <= 2 * bestDepth; depth++)
        {
            var sweeps = Build(operations, laneBits, blockQubits, depth);
            if (best is null || sweeps.Count < best.Count)
            {
                (best, bestDepth) = (sweeps, depth);
            }
        }

        return best!;
    }

    private static List<WideSweep> Build(List<WideOperation> operations, int laneBits, int blockQubits, int depth)
    {
        var sweeps = new List<WideSweep>();
        int[] lanes = [.. Enumerable.Range(0, laneBits).Select(b => 1 << b)];
        var windows = new Queue<List<WideOperation>>(operations.GroupBy(o => o.Step / depth).Select(g => g.ToList()));
        while (windows.Count > 0)
        {
            var waiting = windows.Dequeue();
            while (waiting.Count > 0)
            {
                var span = new BitSpan(lanes);
                var (done, left) = Take(waiting, span, blockQubits);
                waiting = left;
                var next = waiting.Count > 0 ? waiting : windows.TryPeek(out var window) ? window : null;
                lanes = next is null ? [] : NextLanes(next, span, lanes, blockQubits);
                sweeps.Add(new WideSweep(done, span.Rows, lanes));
            }
        }

        return sweeps;
    }

    /// <summary>Lanes of the next sweep: directions that this one has at hand and that the next one wants anyway.</summary>
    private static int[] NextLanes(List<WideOperation> next, BitSpan span, int[] lanes, int blockQubits)
    {
        var wanted = new BitSpan();
        Take(next, wanted, blockQubits);
        foreach (int row in wanted.Rows)
        {
            if (span.Dimension < blockQubits)
            {
                span.TryAdd(row);
            }
        }

        var chosen = new BitSpan();
        foreach (int candidate in span.Intersection(wanted).Concat(lanes))
        {
            if (chosen.Dimension < lanes.Length)
            {
                chosen.TryAdd(candidate);
            }
        }

        return chosen.Rows;
    }

    /// <summary>What can be done within a span that may still grow to a number of dimensions, and what is left, in order.</summary>
    private static (List<WideOperation> Done, List<WideOperation> Left) Take(List<WideOperation> waiting, BitSpan span, int dimensions)
    {
        var done = new List<WideOperation>();
        var left = new List<WideOperation>();
        var postponed = new Postponed();
        foreach (var operation in waiting)
        {
            if (postponed.Allow(operation) && Fits(operation, span, dimensions))
            {
                done.Add(operation);
            }
            else
            {
                postponed.Add(operation);
                left.Add(operation);
            }
        }

        return (done, left);
    }

    private static bool Fits(WideOperation operation, BitSpan span, int dimensions)
    {
        int missing = new BitSpan(operation.Flips.Where(flip => !span.Contains(flip))).Dimension;
        if (span.Dimension + missing > dimensions)
        {
            return false;
        }

        foreach (int flip in operation.Flips)
        {
            span.TryAdd(flip);
        }

        return true;
    }
}

/// <summary>One sweep over all amplitudes.</summary>
/// <param name="Operations">What is done, in order.</param>
/// <param name="Span">A basis of the physical index masks by which a block's amplitudes differ.</param>
/// <param name="NextLanes">A basis of the masks by which the amplitudes of a vector shall differ afterwards; empty when it does not matter.</param>
internal sealed record WideSweep(List<WideOperation> Operations, int[] Span, int[] NextLanes);

using System.Numerics;
using System.Runtime.InteropServices;
using QDiff.Engine.Randomness;
using QDiff.Engine.States;

namespace QDiff.Engine.Measurement;

/// <summary>
/// Measures all qubits of a state in the computational basis, many times: outcome k with the Born probability |ψ_k|²/⟨ψ|ψ⟩ or ⟨k|ρ|k⟩/tr ρ.
/// Shot i of a sample is a function of (seed, sample, operation, i) and the state alone.
/// </summary>
/// <remarks>Cost: one pass over the state for the running sums (8 bytes an amplitude), then n steps of bisection a shot.</remarks>
public static class BornSampler
{
    /// <summary>The greatest number of shots of one state under one operation number: 2^25.</summary>
    public const int ShotLimit = 2 * CounterRandom.BlockLimit;

    /// <summary>Draws outcomes: basis-state indices, qubit q at bit q.</summary>
    /// <param name="states">The states, which stay as they are.</param>
    /// <param name="shots">Measurements of each state, 1 to 2^25.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="operation">Which use of randomness this is.</param>
    /// <param name="firstSample">Number within the run of state 0.</param>
    /// <returns>[batch, shots] indices in 0 to 2^n − 1.</returns>
    /// <exception cref="ArgumentException">The shots or sample numbers are out of range.</exception>
    /// <exception cref="InvalidOperationException">A state is zero or not finite.</exception>
    public static int[,] Sample<T>(StateVectorBatch<T> states, int shots, ulong seed, ulong operation, long firstSample = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.BornSampling(states, shots, firstSample);
        var outcomes = new int[states.Batch, shots];
        Parallel.For(
            0,
            states.Batch,
            () => new double[states.Dimension],
            (sample, _, sums) =>
            {
                Draw(states, sample, [], new CounterRandom(seed, firstSample + sample, operation), sums, MemoryMarshal.CreateSpan(ref outcomes[sample, 0], shots));
                return sums;
            },
            _ => { });
        return outcomes;
    }

    /// <summary>Draws outcomes of mixed states: k with probability ⟨k|ρ|k⟩/tr ρ; what rounding made negative counts as 0.</summary>
    /// <param name="states">The states, which stay as they are.</param>
    /// <param name="shots">Measurements of each state, 1 to 2^25.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="operation">Which use of randomness this is.</param>
    /// <param name="firstSample">Number within the run of state 0.</param>
    /// <returns>[batch, shots] indices in 0 to 2^n − 1.</returns>
    /// <exception cref="ArgumentException">The shots or sample numbers are out of range.</exception>
    /// <exception cref="InvalidOperationException">A state's trace is not above 0 and finite.</exception>
    public static int[,] Sample<T>(DensityMatrixBatch<T> states, int shots, ulong seed, ulong operation, long firstSample = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(states);
        Guard.Shots(shots);
        Guard.SampleNumbers(firstSample, states.Batch);
        var outcomes = new int[states.Batch, shots];
        for (var sample = 0; sample < states.Batch; sample++)
        {
            Guard.MeasurableTrace(states.Trace(sample), sample);
            var sums = states.Probabilities(sample);
            double sum = 0;
            var last = 0;
            for (var k = 0; k < sums.Length; k++)
            {
                var next = sum + Math.Max(sums[k], 0);
                last = next > sum ? k : last;
                sums[k] = sum = next;
            }

            var random = new CounterRandom(seed, firstSample + sample, operation);
            for (var shot = 0; shot < shots; shot++)
            {
                outcomes[sample, shot] = FirstAbove(sums, random.Double(shot) * sum, last);
            }
        }

        return outcomes;
    }

    /// <summary>How often each outcome occurs among the shots of one state, by rising index; outcomes that never occur are left out.</summary>
    /// <param name="outcomes">[batch, shots], from <c>Sample</c>.</param>
    /// <param name="state">Which state of the batch.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such state.</exception>
    public static SortedDictionary<int, int> Counts(int[,] outcomes, int state = 0)
    {
        ArgumentNullException.ThrowIfNull(outcomes);
        Guard.Sample(state, outcomes.GetLength(0));
        var counts = new SortedDictionary<int, int>();
        for (var shot = 0; shot < outcomes.GetLength(1); shot++)
        {
            var outcome = outcomes[state, shot];
            counts[outcome] = counts.GetValueOrDefault(outcome) + 1;
        }

        return counts;
    }

    /// <summary>Measures one state: shot i takes the first outcome at which the running sum of probabilities exceeds uniform number i.</summary>
    /// <param name="states">The states.</param>
    /// <param name="state">Which one.</param>
    /// <param name="order">The order in which outcomes are summed, all of them once; empty for that of the basis states.</param>
    /// <param name="random">The uniform numbers.</param>
    /// <param name="sums">[2^n], overwritten.</param>
    /// <param name="outcomes">[shots] places in the order (basis states where there is none), overwritten.</param>
    internal static void Draw<T>(
        StateVectorBatch<T> states, int state, ReadOnlySpan<int> order, CounterRandom random, double[] sums, Span<int> outcomes)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var last = Accumulate(states.Real(state), states.Imaginary(state), order, sums);
        for (var shot = 0; shot < outcomes.Length; shot++)
        {
            outcomes[shot] = FirstAbove(sums, random.Double(shot) * sums[^1], last);
        }
    }

    // Running sums of |ψ_k|²; returns the last place whose probability is above 0.
    private static int Accumulate<T>(Span<T> real, Span<T> imaginary, ReadOnlySpan<int> order, double[] sums)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double sum = 0;
        var last = 0;
        for (var k = 0; k < sums.Length; k++)
        {
            var index = order.IsEmpty ? k : order[k];
            double re = double.CreateTruncating(real[index]), im = double.CreateTruncating(imaginary[index]);
            var next = sum + (re * re + im * im);
            last = next > sum ? k : last;
            sums[k] = sum = next;
        }

        return last;
    }

    // The first index whose running sum exceeds the value: an outcome of probability 0 repeats its predecessor's sum and is never first.
    private static int FirstAbove(double[] sums, double value, int last)
    {
        int low = 0, high = last;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            (low, high) = sums[middle] > value ? (low, middle) : (middle + 1, high);
        }

        return low;
    }
}

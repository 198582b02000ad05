using System.Collections.Immutable;
using QDiff.Engine.Circuits;
using QDiff.Engine.Gates;
using QDiff.Engine.Randomness;

namespace QDiff.Engine.Mitigation;

/// <summary>
/// Characterises the depolarizing strength of a device's own layers by mirror circuits (Proctor et al. 2022, docs/references.md: Proctor2022), so
/// that intentional diffusion can be set beside it.
/// </summary>
public static class NoiseFloor
{
    private static readonly GateDefinition[] Paulis = [GateCatalog.I, GateCatalog.X, GateCatalog.Y, GateCatalog.Z];

    /// <summary>
    /// Runs d layers, each after a random Pauli on every qubit, and then their inverse, from a random basis state. Without noise that state comes back; with
    /// it the probability of the right bit less that of the wrong one falls as A f^{2d}, and f = 1 − p is what a layer with its Paulis leaves of the
    /// Bloch vector. Random Paulis turn every noise into a Pauli mixture on average. The circuits of a depth come in pairs that start from opposite states, which
    /// cancels what is unequal in the readout; A takes up preparation and measurement. The standard error has the statistics of the shots in it or, where it is larger,
    /// the scatter from pair to pair.
    /// </summary>
    /// <param name="device">What is characterised.</param>
    /// <param name="layer">The layer, without parameters, on the device's qubits.</param>
    /// <param name="depths">At least two different d of 0 or more.</param>
    /// <param name="sequences">Random circuits for each depth, 1 or more; an even number cancels unequal readout errors.</param>
    /// <param name="shots">Shots of each circuit.</param>
    /// <param name="seed">Seed of the random circuits.</param>
    /// <returns>One entry for each qubit.</returns>
    /// <exception cref="ArgumentException">A number is out of range, the layer has parameters or another register, or the device's counts do not add up.</exception>
    /// <exception cref="InvalidOperationException">Nothing of a qubit's state is left at two depths: shorter circuits are needed.</exception>
    public static ImmutableArray<QubitNoiseFloor> Characterise(
        ICircuitDevice device, Circuit layer, IReadOnlyList<int> depths, int sequences, int shots, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(layer);
        ArgumentNullException.ThrowIfNull(depths);
        Guard.CalibrationLayer(layer, device.QubitCount);
        Guard.CalibrationDepths(depths, sequences);
        Guard.Shots(shots);
        int n = device.QubitCount;
        var kept = new double[depths.Count, n, (sequences + 1) / 2];
        long run = 0;
        for (int i = 0; i < depths.Count; i++)
        {
            int start = 0;
            for (int sequence = 0; sequence < sequences; sequence++, run++)
            {
                var random = new CounterRandom(seed, run, 0);
                int all = (int)((1L << n) - 1);
                start = sequence % 2 == 0 ? (int)(random.Word(0) & all) : start ^ all;
                SortedDictionary<int, int> counts = device.Run(Mirror(layer, depths[i], start, random), shots, run);
                Guard.DeviceCounts(counts, n, shots);
                foreach (var (read, count) in counts)
                {
                    for (int q = 0; q < n; q++)
                    {
                        kept[i, q, sequence / 2] += (((read ^ start) >> q) & 1) == 0 ? count : -count;
                    }
                }
            }
        }

        double total = (double)sequences * shots;
        return
        [
            .. Enumerable.Range(0, n).Select(q =>
            {
                var points = Enumerable.Range(0, depths.Count).Select(i => MeanOfPairs([.. Enumerable.Range(0, kept.GetLength(2)).Select(b => kept[i, q, b])], sequences, shots)).ToArray();
                return Fit(depths, [.. points.Select(p => p.Mean)], [.. points.Select(p => p.Scatter)], total, q);
            }),
        ];
    }

    /// <summary>The mean over circuits and its variance by the scatter between pairs, the last of which may be one circuit alone; 0 for one pair.</summary>
    private static (double Mean, double Scatter) MeanOfPairs(double[] sums, int sequences, int shots)
    {
        double total = (double)sequences * shots, mean = sums.Sum() / total, scatter = 0;
        for (int pair = 0; pair < sums.Length; pair++)
        {
            double rest = sums[pair] - mean * shots * Math.Min(2, sequences - 2 * pair);
            scatter += rest * rest;
        }

        return (mean, sums.Length > 1 ? scatter / (total * total) * sums.Length / (sums.Length - 1) : 0);
    }

    private static Circuit Mirror(Circuit layer, int depth, int start, CounterRandom random)
    {
        int n = layer.QubitCount;
        Circuit there = new CircuitBuilder(n).Build();
        for (int d = 0; d < depth; d++)
        {
            var paulis = new CircuitBuilder(n);
            for (int q = 0; q < n; q++)
            {
                paulis.Append(Paulis[random.Word(1 + d * n + q) & 3], [q]);
            }

            there = there.Then(paulis.Build()).Then(layer);
        }

        var prepare = new CircuitBuilder(n);
        for (int q = 0; q < n; q++)
        {
            if (((start >> q) & 1) != 0)
            {
                prepare.X(q);
            }
        }

        return prepare.Build().Then(there).Then(there.Inverse());
    }

    /// <summary>
    /// Least squares of A f^{2d} with weights by the statistics of the shots: log-linear for a start, then Gauss and Newton's steps, until they are below a
    /// thousandth of the standard error, which is that of the fitted rate as a linear function of the points.
    /// </summary>
    private static QubitNoiseFloor Fit(IReadOnlyList<int> depths, double[] kept, double[] scatter, double total, int qubit)
    {
        double[] variance = [.. kept.Select(y => Math.Max(1 - y * y, 1 / total) / total)];
        int[] usable = [.. Enumerable.Range(0, kept.Length).Where(i => kept[i] > 3 * Math.Sqrt(variance[i]))];
        Guard.NoiseFloorSignal(usable.Select(i => depths[i]).Distinct().Count(), qubit);
        double w = 0, wx = 0, wy = 0, wxx = 0, wxy = 0;
        foreach (int i in usable)
        {
            double weight = kept[i] * kept[i] / variance[i], x = 2 * depths[i], y = Math.Log(kept[i]);
            (w, wx, wy, wxx, wxy) = (w + weight, wx + weight * x, wy + weight * y, wxx + weight * x * x, wxy + weight * x * y);
        }

        double rate = (w * wxy - wx * wy) / (w * wxx - wx * wx), level = (wy - rate * wx) / w;
        double amplitude = Math.Exp(level), error = double.PositiveInfinity;
        for (int iteration = 0; iteration < 100; iteration++)
        {
            // Two by two normal equations for changes of the amplitude and of the rate ln f.
            double aa = 0, ar = 0, rr = 0, a = 0, r = 0;
            for (int i = 0; i < kept.Length; i++)
            {
                double x = 2 * depths[i], slopeA = Math.Exp(rate * x), slopeR = amplitude * x * slopeA, rest = kept[i] - amplitude * slopeA;
                (aa, ar, rr) = (aa + slopeA * slopeA / variance[i], ar + slopeA * slopeR / variance[i], rr + slopeR * slopeR / variance[i]);
                (a, r) = (a + slopeA * rest / variance[i], r + slopeR * rest / variance[i]);
            }

            double determinant = aa * rr - ar * ar, step = (aa * r - ar * a) / determinant;
            error = 0;
            for (int i = 0; i < kept.Length; i++)
            {
                double x = 2 * depths[i], slopeA = Math.Exp(rate * x), slopeR = amplitude * x * slopeA;
                double share = (aa * slopeR - ar * slopeA) / (variance[i] * determinant);
                error += share * share * Math.Max(variance[i], scatter[i]);
            }

            error = Math.Sqrt(error);
            amplitude += (rr * a - ar * r) / determinant;
            rate += step;
            if (Math.Abs(step) < 1e-3 * error)
            {
                break;
            }
        }

        double shrink = Math.Exp(rate);
        return new QubitNoiseFloor(1 - shrink, shrink * error, amplitude);
    }
}

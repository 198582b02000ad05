using QDiff.Engine.Backends;
using QDiff.Engine.Circuits;
using QDiff.Engine.Cpu;
using QDiff.Engine.Gradients;
using QDiff.Engine.Randomness;

namespace QDiff.Engine.Benchmarks;

/// <summary>
/// Measures the variance of parameter-shift gradients of Σ_i ⟨Z_i⟩ under shots, with independent and with shared random numbers, on four
/// circuits at fixed angles. Every gradient has a seed of its own; all figures repeat bit for bit.
/// </summary>
public static class GradientVarianceBenchmark
{
    private const ulong AngleSeed = 20260101;

    // Repetitions × parameters: the relative standard error of a mean variance is about √(2 / this).
    private const int Draws = 6_000;

    /// <summary>The numbers of shots of the report.</summary>
    public static IReadOnlyList<int> Shots { get; } = [100, 300, 1_000, 3_000, 10_000];

    /// <summary>Measures every circuit at every number of shots.</summary>
    /// <param name="threads">Threads of the backend; null for one on each processor.</param>
    /// <param name="share">Share of the full number of gradients, above 0 to 1: less is faster and less exact.</param>
    /// <exception cref="ArgumentOutOfRangeException">The share is out of its range.</exception>
    public static IEnumerable<GradientVarianceResult> Run(int? threads = null, double share = 1)
    {
        Guard.Share(share);
        return Measure(threads, share);
    }

    private static IEnumerable<GradientVarianceResult> Measure(int? threads, double share)
    {
        using var backend = new CpuBackend(new CpuOptions { Threads = threads });
        foreach (var (name, circuit, spread) in Circuits())
        {
            double[] angles = Angles(circuit.TrainableCount, spread);
            int repetitions = Math.Max(2, (int)Math.Ceiling(share * Draws / circuit.TrainableCount));
            foreach (int shots in Shots)
            {
                yield return new GradientVarianceResult(
                    name, circuit.TrainableCount, shots, repetitions,
                    Variance(backend, circuit, angles, shots, repetitions, ShotPairing.Independent),
                    Variance(backend, circuit, angles, shots, repetitions, ShotPairing.Antithetic),
                    Variance(backend, circuit, angles, shots, repetitions, ShotPairing.AntitheticSorted));
            }
        }
    }

    /// <summary>Circuits by name, with the standard deviation of their angles in rad; infinite for angles that are uniform on the circle.</summary>
    private static IEnumerable<(string Name, Circuit Circuit, double Spread)> Circuits() =>
    [
        ("4 qubits, 3 layers", LayeredCircuit.Build(4, 3), double.PositiveInfinity),
        ("4 qubits, CRY chain", ControlledChain(4, 3), double.PositiveInfinity),
        ("10 qubits, 15 layers", LayeredCircuit.Build(10, 15), double.PositiveInfinity),
        ("10 qubits, 15 layers, start of training", LayeredCircuit.Build(10, 15), 0.05),
    ];

    /// <summary>RY on every qubit, then CRY(i, i+1) along the chain, in every layer: half of its parameters have four-term rules.</summary>
    private static Circuit ControlledChain(int qubits, int layers)
    {
        var builder = new CircuitBuilder(qubits);
        int index = 0;
        for (int layer = 0; layer < layers; layer++)
        {
            for (int q = 0; q < qubits; q++)
            {
                builder.RY(q, Parameter.Trainable(index++));
            }

            for (int q = 0; q + 1 < qubits; q++)
            {
                builder.CRY(q, q + 1, Parameter.Trainable(index++));
            }
        }

        return builder.Build();
    }

    private static double[] Angles(int count, double spread)
    {
        var random = new CounterRandom(AngleSeed, 0, 0);
        return [.. Enumerable.Range(0, count).Select(i => double.IsInfinity(spread) ? Math.PI * (2 * random.Double(i) - 1) : spread * random.Normal(i))];
    }

    private static double Variance(CpuBackend backend, Circuit circuit, double[] angles, int shots, int repetitions, ShotPairing pairing)
    {
        var readout = LayeredCircuit.AllZ(circuit.QubitCount);
        var estimator = new ParameterShiftEstimator(backend, circuit, readout, shots, pairing);
        double[] ones = [.. Enumerable.Repeat(1.0, readout.Count)];
        double[] gradient = new double[angles.Length], mean = new double[angles.Length];
        double squares = 0;
        for (int repetition = 0; repetition < repetitions; repetition++)
        {
            estimator.Estimate(new Bindings<double>(angles), 1, ones, gradient.AsSpan(), [], (ulong)repetition);
            for (int i = 0; i < gradient.Length; i++)
            {
                // Welford's update: no cancellation where the variance is small beside the mean.
                double step = gradient[i] - mean[i];
                mean[i] += step / (repetition + 1);
                squares += step * (gradient[i] - mean[i]);
            }
        }

        return squares / ((repetitions - 1.0) * angles.Length);
    }
}

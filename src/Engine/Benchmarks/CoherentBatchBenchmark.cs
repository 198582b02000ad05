using System.Diagnostics;
using QDiff.Engine.Circuits;
using QDiff.Engine.Cpu;
using QDiff.Engine.Mitigation;

namespace QDiff.Engine.Benchmarks;

/// <summary>
/// Measures <see cref="CoherentBatch"/> on the circuit of workload W1 (10 qubits, 15 layers, all ⟨Z⟩) at fifty noise levels, for mini-batches of several sizes: one
/// execution for all levels against one for each.
/// </summary>
public static class CoherentBatchBenchmark
{
    private const int Qubits = 10;
    private const int Layers = 15;
    private const int Levels = 50;

    /// <summary>The sizes of the mini-batch.</summary>
    public static IReadOnlyList<int> Samples { get; } = [1, 4, 16, 64, 128];

    /// <summary>Measures every size; the two ways take turns, so that a busy machine slows both.</summary>
    /// <param name="threads">Threads; null for one on each processor.</param>
    /// <param name="repetitions">Timed repetitions, of which the median counts, 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public static IEnumerable<CoherentBatchResult> Run(int? threads = null, int repetitions = 7)
    {
        Guard.Benchmark(new BenchmarkOptions { Threads = threads, Repetitions = repetitions });
        return Measure(threads, repetitions);
    }

    private static IEnumerable<CoherentBatchResult> Measure(int? threads, int repetitions)
    {
        using var backend = new CpuBackend(new CpuOptions { Threads = threads });
        var preparation = new CircuitBuilder(Qubits);
        for (int q = 0; q < Qubits; q++)
        {
            preparation.RY(q, Parameter.Input(q));
        }

        Circuit circuit = LayeredCircuit.Build(Qubits, Layers);
        var batch = new CoherentBatch(backend, preparation.Build(), circuit, LayeredCircuit.AllZ(Qubits));
        double[] strengths = [.. Enumerable.Range(1, Levels).Select(level => (double)level / Levels)];
        float[] parameters = [.. Enumerable.Range(0, circuit.TrainableCount).Select(i => (float)Math.Sin(i))];
        foreach (int samples in Samples)
        {
            float[] inputs = [.. Enumerable.Range(0, samples * Qubits).Select(i => (float)Math.Cos(i))], values = new float[Levels * samples * Qubits];
            double[] together = new double[repetitions], apart = new double[repetitions];
            for (int repetition = -1; repetition < repetitions; repetition++)
            {
                double one = Seconds(() => batch.Run<float>(strengths, parameters, inputs, samples, values, 1));
                double many = Seconds(() => batch.RunLevelByLevel<float>(strengths, parameters, inputs, samples, values, 1));
                if (repetition >= 0)
                {
                    (together[repetition], apart[repetition]) = (one, many);
                }
            }

            Array.Sort(together);
            Array.Sort(apart);
            yield return new CoherentBatchResult(samples, Levels, together[repetitions / 2], apart[repetitions / 2], backend.Threads);
        }
    }

    private static double Seconds(Action work)
    {
        var watch = Stopwatch.StartNew();
        work();
        return watch.Elapsed.TotalSeconds;
    }
}

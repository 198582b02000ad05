using System.Numerics;
using QDiff.Engine.Backends;
using QDiff.Engine.Observables;
using QDiff.Engine.Planning;
using QDiff.Engine.Programs;

namespace QDiff.Engine.Trajectories;

/// <summary>Expectation values of noisy programs as means over trajectories, with their standard errors.</summary>
public static class TrajectoryEstimator
{
    /// <summary>Values of one run are kept in memory: at most this many rows at a time.</summary>
    private const int RowsPerRun = 1 << 14;

    /// <summary>Runs the trajectories and averages the readout of each sample over them.</summary>
    /// <param name="backend">Where to run.</param>
    /// <param name="program">The program.</param>
    /// <param name="readout">What to read, K numbers for each sample.</param>
    /// <param name="bindings">Parameter values; inputs are [batch, InputCount].</param>
    /// <param name="batch">Number of samples.</param>
    /// <param name="run">Which trajectories.</param>
    /// <exception cref="ArgumentException">Lengths or numbers do not fit the program.</exception>
    public static TrajectoryEstimate Run<T>(
        ITrajectoryBackend backend, QuantumProgram program, Readout readout, Bindings<T> bindings, int batch, TrajectoryRun run)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(backend);
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(readout);
        Guard.Batch(batch);
        Guard.Trajectories(run.Trajectories, run.First);
        Guard.TrajectoryCount(batch, run.Trajectories, run.First);
        Guard.BindingLengths(bindings.Parameters.Length, bindings.Inputs.Length, program.TrainableCount, program.InputCount, batch);
        var plan = TrajectoryPlanner.Plan(program);
        int k = readout.Count, perSample = run.Trajectories;
        double[] mean = new double[checked(batch * k)], squares = new double[batch * k];
        int samplesPerRun = Math.Max(1, RowsPerRun / perSample), trajectoriesPerRun = Math.Min(perSample, RowsPerRun);
        var values = new T[Math.Min(samplesPerRun, batch) * trajectoriesPerRun * k];
        for (int first = 0; first < batch; first += samplesPerRun)
        {
            int samples = Math.Min(samplesPerRun, batch - first);
            var rows = new Bindings<T>(bindings.Parameters, bindings.Inputs.Slice(first * program.InputCount, samples * program.InputCount));
            for (int t = 0; t < perSample; t += trajectoriesPerRun)
            {
                int count = Math.Min(trajectoriesPerRun, perSample - t);
                var part = values.AsSpan(0, samples * count * k);
                backend.RunTrajectories(plan, readout, rows, samples, new TrajectoryRun(count, run.Seed, run.First + ((long)first * perSample) + t), part);
                for (int s = 0; s < samples; s++)
                {
                    Accumulate<T>(part.Slice(s * count * k, count * k), k, t, mean.AsSpan((first + s) * k, k), squares.AsSpan((first + s) * k, k));
                }
            }
        }

        double[] error = [.. squares.Select(sum => perSample > 1 ? Math.Sqrt(sum / perSample / (perSample - 1)) : double.NaN)];
        return new TrajectoryEstimate(mean, error, perSample);
    }

    // Welford's recurrence, in the order of the trajectories, whatever the pieces they come in.
    private static void Accumulate<T>(ReadOnlySpan<T> values, int k, int before, Span<double> mean, Span<double> squares)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int i = 0; i < values.Length; i++)
        {
            double value = double.CreateTruncating(values[i]);
            int j = i % k;
            double difference = value - mean[j];
            mean[j] += difference / (before + (i / k) + 1);
            squares[j] += difference * (value - mean[j]);
        }
    }
}

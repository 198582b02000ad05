using System.Diagnostics;

namespace QDiff.Engine.Benchmarks;

/// <summary>The clock of all workloads.</summary>
internal static class Timing
{
    /// <summary>
    /// Warms up for one repetition, so that the code is compiled to its last stage, then times the rest. The peak is measured
    /// before and after and the better one counts: a machine that is busy with something else must not flatter the share.
    /// </summary>
    /// <param name="options">Batch, repetitions and precision.</param>
    /// <param name="device">Where the runs run.</param>
    /// <param name="run">Runs one batch.</param>
    /// <returns>Samples per second of every repetition, slowest first, and multiply-adds per second at the peak.</returns>
    public static (double[] Rates, double Peak) Measure(BenchmarkOptions options, BenchmarkDevice device, Action run)
    {
        double peak = device.MultiplyAddPeak(options.DoublePrecision);
        double[] rates = Rates(options, run);
        return (rates, Math.Max(peak, device.MultiplyAddPeak(options.DoublePrecision)));
    }

    /// <summary>Warms up for one repetition, then times the rest.</summary>
    /// <returns>Samples per second of every repetition, slowest first.</returns>
    public static double[] Rates(BenchmarkOptions options, Action run)
    {
        Repeat(options, run);
        var rates = new double[options.Repetitions];
        for (int i = 0; i < rates.Length; i++)
        {
            rates[i] = Repeat(options, run);
        }

        Array.Sort(rates);
        return rates;
    }

    /// <summary>
    /// The share of one thread's peak that the work reaches per second of processor time, whatever else the machine does: short slices of the
    /// work take turns with slices of the peak, and the median of their ratios counts.
    /// </summary>
    /// <param name="options">Precision and repetitions.</param>
    /// <param name="operations">Multiply-adds of one run.</param>
    /// <param name="run">Runs one batch; warm.</param>
    public static double ProcessorShare(BenchmarkOptions options, double operations, Action run)
    {
        const double Slice = 0.04;
        var shares = new double[2 * options.Repetitions + 1];
        for (int i = 0; i < shares.Length; i++)
        {
            double peak = MultiplyAddPeak.MeasureCaller(Math.Min(Slice / 2, options.SecondsPerRepetition), options.DoublePrecision);
            long runs = 0;
            TimeSpan start = Environment.CpuUsage.TotalTime, spent;
            do
            {
                run();
                runs++;
                spent = Environment.CpuUsage.TotalTime - start;
            }
            while (spent.TotalSeconds < Math.Min(Slice, options.SecondsPerRepetition));
            shares[i] = operations * runs / spent.TotalSeconds / peak;
        }

        Array.Sort(shares);
        return shares[shares.Length / 2];
    }

    private static double Repeat(BenchmarkOptions options, Action run)
    {
        long runs = 0;
        var watch = Stopwatch.StartNew();
        do
        {
            run();
            runs++;
        }
        while (watch.Elapsed.TotalSeconds < options.SecondsPerRepetition);

        return runs * options.Batch / watch.Elapsed.TotalSeconds;
    }
}

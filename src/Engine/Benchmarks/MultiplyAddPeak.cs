using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using QDiff.Engine.Cpu;

namespace QDiff.Engine.Benchmarks;

/// <summary>
/// The multiply-adds per second that this machine's cores reach together in a loop that does nothing else: the denominator of every
/// share of peak. It is measured, not looked up, because clock rates and neighbours differ.
/// </summary>
public static class MultiplyAddPeak
{
    /// <summary>Measures with the widest vectors that the processor has.</summary>
    /// <param name="threads">Threads that compute at the same time, 1 or more.</param>
    /// <param name="doublePrecision">Double instead of single precision.</param>
    /// <param name="rounds">How often it is measured, 1 or more.</param>
    /// <param name="secondsPerRound">Duration of a round in seconds.</param>
    /// <returns>Multiply-adds per second on single numbers, all threads together: the best of the rounds.</returns>
    public static double Measure(int threads, bool doublePrecision = false, int rounds = 5, double secondsPerRound = 0.1)
    {
        Guard.Threads(threads);
        Guard.Rounds(rounds);
        return (CpuBackend.Widest, doublePrecision) switch
        {
            (LaneWidth.Bits512, false) => Measure<Lane512Single, float>(threads, rounds, secondsPerRound),
            (LaneWidth.Bits512, true) => Measure<Lane512Double, double>(threads, rounds, secondsPerRound),
            (LaneWidth.Bits256, false) => Measure<Lane256Single, float>(threads, rounds, secondsPerRound),
            (LaneWidth.Bits256, true) => Measure<Lane256Double, double>(threads, rounds, secondsPerRound),
            (LaneWidth.Bits128, false) => Measure<Lane128Single, float>(threads, rounds, secondsPerRound),
            (LaneWidth.Bits128, true) => Measure<Lane128Double, double>(threads, rounds, secondsPerRound),
            (_, false) => Measure<LaneScalar<float>, float>(threads, rounds, secondsPerRound),
            (_, true) => Measure<LaneScalar<double>, double>(threads, rounds, secondsPerRound),
        };
    }

    /// <summary>
    /// The same for the calling thread alone, per second of the time that the process spends on processors: what it is kept waiting by others
    /// does not count.
    /// </summary>
    /// <param name="processorSeconds">For how long.</param>
    /// <param name="doublePrecision">Double instead of single precision.</param>
    /// <returns>Multiply-adds per second.</returns>
    public static double MeasureCaller(double processorSeconds, bool doublePrecision = false) => (CpuBackend.Widest, doublePrecision) switch
    {
        (LaneWidth.Bits512, false) => MeasureCaller<Lane512Single, float>(processorSeconds),
        (LaneWidth.Bits512, true) => MeasureCaller<Lane512Double, double>(processorSeconds),
        (LaneWidth.Bits256, false) => MeasureCaller<Lane256Single, float>(processorSeconds),
        (LaneWidth.Bits256, true) => MeasureCaller<Lane256Double, double>(processorSeconds),
        (LaneWidth.Bits128, false) => MeasureCaller<Lane128Single, float>(processorSeconds),
        (LaneWidth.Bits128, true) => MeasureCaller<Lane128Double, double>(processorSeconds),
        (_, false) => MeasureCaller<LaneScalar<float>, float>(processorSeconds),
        (_, true) => MeasureCaller<LaneScalar<double>, double>(processorSeconds),
    };

    private static double MeasureCaller<TLane, T>(double processorSeconds)
        where TLane : unmanaged, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double start = Environment.CpuUsage.TotalTime.TotalSeconds, spent;
        long count = 0;
        do
        {
            count += Spin<TLane, T>(1 << 14);
            spent = Environment.CpuUsage.TotalTime.TotalSeconds - start;
        }
        while (spent < processorSeconds);
        return count / spent;
    }

    private static double Measure<TLane, T>(int threads, int rounds, double secondsPerRound)
        where TLane : unmanaged, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double best = 0;
        for (int round = 0; round < rounds; round++)
        {
            var rates = new double[threads];
            using var barrier = new Barrier(threads);
            var workers = new Thread[threads];
            for (int t = 0; t < threads; t++)
            {
                int own = t;
                workers[t] = new Thread(() =>
                {
                    Spin<TLane, T>(1 << 14);
                    barrier.SignalAndWait();
                    long count = 0;
                    var watch = Stopwatch.StartNew();
                    while (watch.Elapsed.TotalSeconds < secondsPerRound)
                    {
                        count += Spin<TLane, T>(1 << 14);
                    }

                    rates[own] = count / watch.Elapsed.TotalSeconds;
                });
                workers[t].Start();
            }

            foreach (var worker in workers)
            {
                worker.Join();
            }

            best = Math.Max(best, rates.Sum());
        }

        return best;
    }

    /// <summary>Ten chains side by side hide the latency of two multiply-add units.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static unsafe long Spin<TLane, T>(int repetitions)
        where TLane : unmanaged, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TLane factor = TLane.Broadcast(T.CreateChecked(0.999)), one = TLane.Broadcast(T.One);
        TLane a = one, b = one, c = one, d = one, e = one, f = one, g = one, h = one, i = one, j = one;
        for (int r = 0; r < repetitions; r++)
        {
            a = TLane.Fma(a, factor, one);
            b = TLane.Fma(b, factor, one);
            c = TLane.Fma(c, factor, one);
            d = TLane.Fma(d, factor, one);
            e = TLane.Fma(e, factor, one);
            f = TLane.Fma(f, factor, one);
            g = TLane.Fma(g, factor, one);
            h = TLane.Fma(h, factor, one);
            i = TLane.Fma(i, factor, one);
            j = TLane.Fma(j, factor, one);
        }

        // Stored, so that the chains cannot be left out.
        T* sink = stackalloc T[TLane.Count];
        (a + b + c + d + e + f + g + h + i + j).Store(sink);
        return sink[0] > T.Zero ? 10L * repetitions * TLane.Count : 0;
    }
}

using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using QDiff.Engine.States;

namespace QDiff.Engine.Benchmarks;

/// <summary>
/// The bytes per second, read and written together, that this machine's cores reach when they copy memory that no cache holds: the
/// denominator for work that is bound by memory. The stores are ordinary ones; the lines that they fetch first are not counted.
/// </summary>
public sealed class CopyBandwidth : IDisposable
{
    /// <summary>Bytes of the source, and as many again of the target: several times a last-level cache of 32 MB.</summary>
    private const long Bytes = 128L << 20;

    private readonly NativeBuffer<byte> _source = new(Bytes);
    private readonly NativeBuffer<byte> _target = new(Bytes);
    private readonly int _threads;

    /// <summary>Takes the memory, 256 MB.</summary>
    /// <param name="threads">Threads that copy at the same time, 1 or more.</param>
    public CopyBandwidth(int threads) => _threads = Guard.Threads(threads);

    /// <summary>Copies everything a few times.</summary>
    /// <param name="rounds">How often, 1 or more.</param>
    /// <returns>Bytes read plus bytes written per second, all threads together: the best of the rounds.</returns>
    public unsafe double Measure(int rounds = 5)
    {
        Guard.Rounds(rounds);
        byte* source = _source.Pointer, target = _target.Pointer;
        long part = Bytes / _threads / 64 * 64;
        double best = 0;
        for (int round = 0; round < rounds; round++)
        {
            var rates = new double[_threads];
            using var barrier = new Barrier(_threads);
            var workers = new Thread[_threads];
            for (int t = 0; t < _threads; t++)
            {
                int own = t;
                workers[t] = new Thread(() =>
                {
                    barrier.SignalAndWait();
                    long start = Stopwatch.GetTimestamp();
                    Copy(source + (own * part), target + (own * part), part);
                    rates[own] = 2 * part / Stopwatch.GetElapsedTime(start).TotalSeconds;
                });
                workers[t].Start();
            }

            foreach (var worker in workers)
            {
                worker.Join();
            }

            best = Math.Max(best, rates.Sum());
        }

        GC.KeepAlive(this);
        return best;
    }

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        _source.Dispose();
        _target.Dispose();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe void Copy(byte* source, byte* target, long bytes)
    {
        for (long i = 0; i < bytes; i += 64)
        {
            Vector256<byte> low = Vector256.LoadAligned(source + i), high = Vector256.LoadAligned(source + i + 32);
            low.StoreAligned(target + i);
            high.StoreAligned(target + i + 32);
        }
    }
}

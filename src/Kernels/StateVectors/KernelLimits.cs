using System.Numerics;
using System.Runtime.CompilerServices;
using QDiff.Kernels.Devices;
using QDiff.Kernels.Programs;

namespace QDiff.Kernels.StateVectors;

/// <summary>The rules by which a plan gets blocks and groups of threads: as large as shared memory allows.</summary>
/// <param name="session">The device.</param>
internal sealed class KernelLimits(DeviceSession session)
{
    private const int LeastThreads = 32;
    private const int RunBytes = 64;
    private const int LargestBlock = 14;

    /// <summary>For tests: blocks of at most 2^this amplitudes.</summary>
    public int MostBlockBits { get; init; } = LargestBlock;

    /// <summary>Index bits of the largest block.</summary>
    /// <param name="sharedNumbers">Numbers of shared memory for so many index bits and threads.</param>
    public int BlockBits<T>(Func<int, int, long> sharedNumbers)
        where T : unmanaged
    {
        int bits = RegisterPass.LocalBits;
        while (bits < MostBlockBits && Fits<T>(sharedNumbers, bits + 1, Math.Min(LeastThreads, session.GroupThreads)))
        {
            bits++;
        }

        return bits;
    }

    /// <summary>Threads of a group for a block: one for eight amplitudes, as far as the device goes and the sums over threads fit too.</summary>
    /// <param name="bits">Index bits of the block.</param>
    /// <param name="sharedNumbers">Numbers of shared memory for so many index bits and threads.</param>
    public int Threads<T>(int bits, Func<int, int, long> sharedNumbers)
        where T : unmanaged
    {
        int threads = Math.Min(session.GroupThreads, 1 << (bits - RegisterPass.LocalBits));
        while (threads > 1 && !Fits<T>(sharedNumbers, bits, threads))
        {
            threads /= 2;
        }

        return threads;
    }

    /// <summary>At least 2^this neighbours in global memory are moved together.</summary>
    public int RunBits<T>(int blockBits)
        where T : unmanaged
    {
        int bits = BitOperations.Log2((uint)(RunBytes / Unsafe.SizeOf<T>()));
        return Math.Min(bits, blockBits - RegisterPass.LocalBits);
    }

    private bool Fits<T>(Func<int, int, long> sharedNumbers, int bits, int threads)
        where T : unmanaged =>
        sharedNumbers(bits, threads) * Unsafe.SizeOf<T>() <= session.SharedBytes;
}

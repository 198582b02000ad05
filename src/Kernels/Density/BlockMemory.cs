using System.Numerics;
using ILGPU;
using QDiff.Kernels.Devices;

namespace QDiff.Kernels.Density;

/// <summary>How large the blocks of density matrices are: two of them, from and to, lie in the shared memory of a group, of which 48 KB are offered.</summary>
internal static class BlockMemory
{
    /// <summary>4^6 floats: twice 16 KB.</summary>
    public const int SingleQubits = 6;

    /// <summary>4^5 doubles: twice 8 KB; twice 32 KB of one qubit more would not fit.</summary>
    public const int DoubleQubits = 5;

    /// <summary>A group for each block of each state.</summary>
    /// <param name="session">The device.</param>
    /// <param name="batch">Number of states.</param>
    /// <param name="launch">The pass.</param>
    /// <param name="numbersOfAThread">Shared numbers of each thread, besides the two blocks.</param>
    public static KernelConfig Config<T>(DeviceSession session, int batch, BlockLaunch launch, int numbersOfAThread)
        where T : unmanaged, INumber<T>
    {
        int threads = Math.Min(session.GroupThreads, launch.Size);
        return new KernelConfig(
            checked(batch * launch.Blocks), threads, SharedMemoryConfig.RequestDynamic<T>(2 * launch.Size + numbersOfAThread * threads));
    }
}

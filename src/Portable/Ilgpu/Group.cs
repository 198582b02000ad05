using System.Runtime.CompilerServices;
using ILGPU.Runtime.CPU;

namespace ILGPU;

/// <summary>The threads of a group, seen from inside a kernel.</summary>
public static class Group
{
    public static int IdxX => KernelThread.Current.Position.X;

    public static int IdxY => KernelThread.Current.Position.Y;

    public static int IdxZ => KernelThread.Current.Position.Z;

    /// <summary>Which thread of its group this is.</summary>
    public static Index3D Index => KernelThread.Current.Position;

    public static int DimX => KernelThread.Current.Executor.GroupDimension.X;

    public static int DimY => KernelThread.Current.Executor.GroupDimension.Y;

    public static int DimZ => KernelThread.Current.Executor.GroupDimension.Z;

    /// <summary>Number of threads of a group.</summary>
    public static Index3D Dimension => KernelThread.Current.Executor.GroupDimension;

    /// <summary>
    /// Waits until every thread of the group has come here; what was written before is seen by all afterwards. The two parameters are
    /// the compiler's to fill in; they tell the executor where the thread waits.
    /// </summary>
    /// <exception cref="Runtime.AcceleratorException">A thread of the group waits elsewhere or has left the kernel.</exception>
    public static void Barrier([CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        var thread = KernelThread.Current;
        thread.Executor.Barrier(thread, file, line);
    }
}

using ILGPU.Runtime.CPU;

namespace ILGPU;

/// <summary>The groups of a launch, seen from inside a kernel.</summary>
public static class Grid
{
    public static int IdxX => KernelThread.Current.Executor.GroupPosition.X;

    public static int IdxY => KernelThread.Current.Executor.GroupPosition.Y;

    public static int IdxZ => KernelThread.Current.Executor.GroupPosition.Z;

    /// <summary>Which group of the launch this is.</summary>
    public static Index3D Index => KernelThread.Current.Executor.GroupPosition;

    public static int DimX => KernelThread.Current.Executor.GridDimension.X;

    public static int DimY => KernelThread.Current.Executor.GridDimension.Y;

    public static int DimZ => KernelThread.Current.Executor.GridDimension.Z;

    /// <summary>Number of groups.</summary>
    public static Index3D Dimension => KernelThread.Current.Executor.GridDimension;
}

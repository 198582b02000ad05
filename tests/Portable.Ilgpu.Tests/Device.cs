using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;

namespace QDiff.Portable.Ilgpu.Tests;

/// <summary>An accelerator of its own for every test, with 1024 threads in a group.</summary>
public abstract class Device : IDisposable
{
    private readonly Context context = Context.Create(builder => builder.CPU(new CPUDevice(32, 32, 1)).EnableAlgorithms());

    protected Device() => Accelerator = context.Devices[0].CreateAccelerator(context);

    protected Accelerator Accelerator { get; }

    public void Dispose()
    {
        Accelerator.Dispose();
        context.Dispose();
        GC.SuppressFinalize(this);
    }

    protected MemoryBuffer1D<T, Stride1D.Dense> Filled<T>(params T[] values)
        where T : unmanaged => Accelerator.Allocate1D(values);

    protected MemoryBuffer1D<T, Stride1D.Dense> Zeros<T>(int length)
        where T : unmanaged => Accelerator.Allocate1D(new T[length]);

    protected static T[] Values<T>(MemoryBuffer1D<T, Stride1D.Dense> buffer)
        where T : unmanaged => buffer.AsContiguous().GetAsArray();
}

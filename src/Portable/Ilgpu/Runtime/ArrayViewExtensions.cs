using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ILGPU.Runtime.CPU;

namespace ILGPU.Runtime;

/// <summary>Copies between views, and between views and the host. A call without a stream goes to the accelerator's default stream.</summary>
public static class ArrayViewExtensions
{
    public static Accelerator GetAccelerator<TView>(this TView view)
        where TView : IArrayView => view.Buffer is { } buffer
            ? buffer.Accelerator
            : throw new InvalidOperationException("A view without a buffer has no accelerator; allocate one first.");

    /// <summary>Where the first element lies.</summary>
    public static IntPtr LoadEffectiveAddressAsPtr<T>(this ArrayView<T> view)
        where T : unmanaged => view.Buffer.NativePtr + (nint)(view.Index * ArrayView<T>.ElementSize);

    public static void MemSetToZero<TView>(this TView view)
        where TView : IContiguousArrayView => view.MemSetToZero(view.GetAccelerator().DefaultStream);

    public static void MemSetToZero<TView>(this TView view, AcceleratorStream stream)
        where TView : IContiguousArrayView => view.MemSet(stream, 0);

    /// <summary>Sets every byte to <paramref name="value"/>.</summary>
    public static void MemSet<TView>(this TView view, AcceleratorStream stream, byte value)
        where TView : IContiguousArrayView
    {
        var raw = view.AsRawArrayView();
        view.Buffer.MemSet(stream, value, raw.Index, raw.Length);
    }

    public static void CopyTo<TView>(this TView source, in TView target)
        where TView : IContiguousArrayView => source.CopyTo(source.GetAccelerator().DefaultStream, target);

    public static void CopyTo<TView>(this TView source, AcceleratorStream stream, in TView target)
        where TView : IContiguousArrayView => source.Buffer.CopyTo(stream, source.IndexInBytes, target.AsRawArrayView());

    public static void CopyFrom<TView>(this TView target, in TView source)
        where TView : IContiguousArrayView => target.CopyFrom(target.GetAccelerator().DefaultStream, source);

    public static void CopyFrom<TView>(this TView target, AcceleratorStream stream, in TView source)
        where TView : IContiguousArrayView => target.Buffer.CopyFrom(stream, source.AsRawArrayView(), target.IndexInBytes);

    /// <summary>Copies the first <paramref name="length"/> elements to the host, and waits for them.</summary>
    public static void CopyToCPU<T, TView>(this TView source, AcceleratorStream stream, ref T cpuData, long length)
        where TView : IContiguousArrayView<T>
        where T : unmanaged => source.CopyToCPU(stream, MemoryMarshal.CreateSpan(ref cpuData, checked((int)length)));

    /// <summary>Copies elements of the host to the first <paramref name="length"/> elements, and waits for it.</summary>
    public static void CopyFromCPU<T, TView>(this TView target, AcceleratorStream stream, ref T cpuData, long length)
        where TView : IContiguousArrayView<T>
        where T : unmanaged => target.CopyFromCPU(stream, (ReadOnlySpan<T>)MemoryMarshal.CreateSpan(ref cpuData, checked((int)length)));

    /// <summary>Copies as many elements to the host as the span has.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The view has fewer.</exception>
    public static unsafe void CopyToCPU<T, TView>(this TView source, AcceleratorStream stream, in Span<T> span)
        where TView : IContiguousArrayView<T>
        where T : unmanaged
    {
        if (!span.IsEmpty)
        {
            RequireLength(source, span.Length);
            fixed (T* pointer = span)
            {
                using var host = new HostMemory(source.GetAccelerator(), (IntPtr)pointer, (long)span.Length * Unsafe.SizeOf<T>());
                source.Buffer.CopyTo(stream, source.IndexInBytes, host.AsRawArrayView());
                stream.Synchronize();
            }
        }
    }

    /// <summary>Copies the elements of the span to the first ones of the view.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The view has fewer.</exception>
    public static unsafe void CopyFromCPU<T, TView>(this TView target, AcceleratorStream stream, in ReadOnlySpan<T> span)
        where TView : IContiguousArrayView<T>
        where T : unmanaged
    {
        if (!span.IsEmpty)
        {
            RequireLength(target, span.Length);
            fixed (T* pointer = span)
            {
                using var host = new HostMemory(target.GetAccelerator(), (IntPtr)pointer, (long)span.Length * Unsafe.SizeOf<T>());
                target.Buffer.CopyFrom(stream, host.AsRawArrayView(), target.IndexInBytes);
                stream.Synchronize();
            }
        }
    }

    public static void CopyToCPU<T, TView>(this TView source, in Span<T> span)
        where TView : IContiguousArrayView<T>
        where T : unmanaged => source.CopyToCPU(source.GetAccelerator().DefaultStream, span);

    public static void CopyFromCPU<T, TView>(this TView target, in ReadOnlySpan<T> span)
        where TView : IContiguousArrayView<T>
        where T : unmanaged => target.CopyFromCPU(target.GetAccelerator().DefaultStream, span);

    public static void CopyToCPU<T>(this ArrayView1D<T, Stride1D.Dense> source, AcceleratorStream stream, in Span<T> span)
        where T : unmanaged => source.BaseView.CopyToCPU(stream, span);

    public static void CopyFromCPU<T>(this ArrayView1D<T, Stride1D.Dense> target, AcceleratorStream stream, in ReadOnlySpan<T> span)
        where T : unmanaged => target.BaseView.CopyFromCPU(stream, span);

    public static void CopyToCPU<T>(this ArrayView<T> view, T[] data)
        where T : unmanaged => ((ArrayView1D<T, Stride1D.Dense>)view).CopyToCPU(data);

    public static void CopyToCPU<T>(this ArrayView<T> view, AcceleratorStream stream, T[] data)
        where T : unmanaged => ((ArrayView1D<T, Stride1D.Dense>)view).CopyToCPU(stream, data);

    public static void CopyFromCPU<T>(this ArrayView<T> view, T[] data)
        where T : unmanaged => ((ArrayView1D<T, Stride1D.Dense>)view).CopyFromCPU(data);

    public static void CopyFromCPU<T>(this ArrayView<T> view, AcceleratorStream stream, T[] data)
        where T : unmanaged => ((ArrayView1D<T, Stride1D.Dense>)view).CopyFromCPU(stream, data);

    public static void CopyToCPU<T>(this ArrayView1D<T, Stride1D.Dense> view, T[] data)
        where T : unmanaged => CopyToCPU(view, view.GetAccelerator().DefaultStream, data);

    /// <summary>Copies all elements to an array.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The array has another length than the view.</exception>
    public static void CopyToCPU<T>(this ArrayView1D<T, Stride1D.Dense> view, AcceleratorStream stream, T[] data)
        where T : unmanaged
    {
        RequireLength(view, data.Length);
        ArgumentOutOfRangeException.ThrowIfLessThan(data.Length, view.Length, nameof(data));
        view.BaseView.CopyToCPU(stream, new Span<T>(data));
    }

    public static void CopyFromCPU<T>(this ArrayView1D<T, Stride1D.Dense> view, T[] data)
        where T : unmanaged => CopyFromCPU(view, view.GetAccelerator().DefaultStream, data);

    /// <summary>Copies an array to all elements.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The array has another length than the view.</exception>
    public static void CopyFromCPU<T>(this ArrayView1D<T, Stride1D.Dense> view, AcceleratorStream stream, T[] data)
        where T : unmanaged
    {
        RequireLength(view, data.Length);
        ArgumentOutOfRangeException.ThrowIfLessThan(data.Length, view.Length, nameof(data));
        view.BaseView.CopyFromCPU(stream, new ReadOnlySpan<T>(data));
    }

    public static void CopyToCPU<T>(this MemoryBuffer<ArrayView1D<T, Stride1D.Dense>> buffer, T[] data)
        where T : unmanaged => buffer.View.CopyToCPU(data);

    public static void CopyToCPU<T>(this MemoryBuffer<ArrayView1D<T, Stride1D.Dense>> buffer, AcceleratorStream stream, T[] data)
        where T : unmanaged => buffer.View.CopyToCPU(stream, data);

    public static void CopyFromCPU<T>(this MemoryBuffer<ArrayView1D<T, Stride1D.Dense>> buffer, T[] data)
        where T : unmanaged => buffer.View.CopyFromCPU(data);

    public static void CopyFromCPU<T>(this MemoryBuffer<ArrayView1D<T, Stride1D.Dense>> buffer, AcceleratorStream stream, T[] data)
        where T : unmanaged => buffer.View.CopyFromCPU(stream, data);

    /// <summary>A copy of the view on the host.</summary>
    public static T[] GetAsArray<T>(this ArrayView<T> view)
        where T : unmanaged => view.GetAsArray(view.GetAccelerator().DefaultStream);

    public static T[] GetAsArray<T>(this ArrayView<T> view, AcceleratorStream stream)
        where T : unmanaged
    {
        var result = new T[view.Length];
        view.CopyToCPU(stream, new Span<T>(result));
        return result;
    }

    /// <summary>Fresh memory with a copy of an array.</summary>
    public static MemoryBuffer1D<T, Stride1D.Dense> Allocate1D<T>(this Accelerator accelerator, T[] data)
        where T : unmanaged => Allocate1D(accelerator, accelerator.DefaultStream, data);

    public static MemoryBuffer1D<T, Stride1D.Dense> Allocate1D<T>(this Accelerator accelerator, AcceleratorStream stream, T[] data)
        where T : unmanaged
    {
        var buffer = accelerator.Allocate1D<T>(data.Length);
        buffer.View.CopyFromCPU(stream, data);
        return buffer;
    }

    private static void RequireLength<TView>(TView view, long length)
        where TView : IArrayView
    {
        if (length > view.Length)
        {
            throw new ArgumentOutOfRangeException(nameof(length), $"A copy of {length} elements does not fit a view of {view.Length}; copy as many at most.");
        }
    }
}

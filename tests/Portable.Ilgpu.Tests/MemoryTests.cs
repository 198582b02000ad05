using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;

namespace QDiff.Portable.Ilgpu.Tests;

public class MemoryTests : Device
{
    [Fact]
    public void Allocate_FreshMemory_HoldsNoNumbers()
    {
        using var single = Accelerator.Allocate1D<float>(100);
        using var bytes = Accelerator.Allocate1D<byte>(80);
        Assert.All(Values(single), value => Assert.True(float.IsNaN(value)));
        Assert.All(bytes.AsContiguous().Cast<double>().GetAsArray(), value => Assert.True(double.IsNaN(value)));
        Assert.Equal((100, 400, 4), (single.Length, single.LengthInBytes, single.ElementSize));
        Assert.Throws<ArgumentOutOfRangeException>(() => Accelerator.Allocate1D<float>(-1));
    }

    [Fact]
    public void Copy_ArraysToAndFro_IsTheSame()
    {
        int[] values = [.. Enumerable.Range(0, 1000)];
        using var buffer = Accelerator.Allocate1D<int>(1000);
        buffer.CopyFromCPU(values);
        var back = new int[1000];
        buffer.CopyToCPU(back);
        Assert.Equal(values, back);
        Assert.Equal(values, Values(buffer));
    }

    [Fact]
    public void Copy_SpansOnAStream_TouchesTheViewAlone()
    {
        using var stream = Accelerator.CreateStream();
        using var buffer = Filled(1, 2, 3, 4, 5, 6);
        buffer.View.SubView(1, 3).CopyFromCPU(stream, new ReadOnlySpan<int>([7, 8, 9]));
        Assert.Equal([1, 7, 8, 9, 5, 6], Values(buffer));
        var part = new int[2];
        buffer.AsContiguous().SubView(3).CopyToCPU(stream, part.AsSpan());
        stream.Synchronize();
        Assert.Equal([9, 5], part);
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.View.CopyToCPU(stream, new int[7].AsSpan()));
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.View.SubView(4, 2).CopyFromCPU(new int[3]));
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.View.SubView(4, 2).CopyFromCPU(new int[1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.CopyToCPU(new int[5]));
        buffer.AsContiguous().CopyToCPU(stream, ref part[0], 2);
        Assert.Equal([1, 7], part);
        buffer.AsContiguous().SubView(4).CopyFromCPU(stream, ref part[0], 1);
        Assert.Equal([1, 7, 8, 9, 1, 6], Values(buffer));
    }

    [Fact]
    public void Copy_BetweenBuffers_GoesBothWays()
    {
        using var first = Filled(1f, 2f, 3f);
        using var second = Zeros<float>(3);
        first.AsContiguous().CopyTo(second.AsContiguous());
        Assert.Equal([1f, 2f, 3f], Values(second));
        second.AsContiguous().SubView(0, 2).CopyFrom(Accelerator.DefaultStream, first.AsContiguous().SubView(1, 2));
        Assert.Equal([2f, 3f, 3f], Values(second));
    }

    [Fact]
    public void MemSet_OfASubView_LeavesTheRest()
    {
        using var buffer = Filled(1, 2, 3, 4);
        buffer.AsContiguous().SubView(1, 2).MemSetToZero();
        Assert.Equal([1, 0, 0, 4], Values(buffer));
        buffer.AsContiguous().SubView(3).MemSet(Accelerator.DefaultStream, 0xFF);
        Assert.Equal([1, 0, 0, -1], Values(buffer));
        buffer.MemSetToZero(Accelerator.DefaultStream);
        Assert.Equal([0, 0, 0, 0], Values(buffer));
    }

    [Fact]
    public void Cast_OfASubView_SeesTheSameBytes()
    {
        using var buffer = Filled(0.0, 1.0, 2.0);
        var halves = buffer.AsContiguous().SubView(1).Cast<uint>();
        Assert.Equal(4, halves.IntLength);
        Assert.Equal([0u, 0x3FF00000u, 0u, 0x40000000u], halves.GetAsArray());
        Assert.Equal([1.0, 2.0], halves.Cast<double>().GetAsArray());
        Assert.Equal(24, buffer.AsRawArrayView().Length);
    }

    [Fact]
    public void Views_OfABuffer_KnowTheirSizes()
    {
        using var buffer = Filled(1f, 2f, 3f);
        ArrayView<float> view = buffer.View.SubView(1, 2);
        Assert.Equal((2, 2, 8, true), (view.Length, view.IntLength, view.LengthInBytes, view.IsValid));
        Assert.False(ArrayView<float>.Empty.IsValid);
        Assert.Same(Accelerator, view.GetAccelerator());
        Assert.Equal(buffer.NativePtr + 4, view.LoadEffectiveAddressAsPtr());
        Assert.Throws<NotSupportedException>(() => buffer.AsArrayView<double>(0, 1));
    }

    [Fact]
    public unsafe void Foreign_MemoryOfSomebodyElse_IsSeenThroughAView()
    {
        float[] mine = [1, 2, 3, 4];
        fixed (float* pointer = mine)
        {
            using var buffer = new Foreign(Accelerator, (IntPtr)pointer, 4);
            var view = new ArrayView<float>(buffer, 1, 3);
            Accelerator.LoadStreamKernel<ArrayView<float>, SpecializedValue<int>>(Multiply)((1, 3), view, SpecializedValue.New(10));
            using var copy = Accelerator.Allocate1D<float>(3);
            copy.AsContiguous().CopyFrom(view);
            Assert.Equal([20f, 30f, 40f], Values(copy));
        }

        Assert.Equal([1f, 20f, 30f, 40f], mine);
    }

    [Fact]
    public void Dispose_OfTheAccelerator_DisposesItsBuffers()
    {
        using var context = Context.Create(builder => builder.CPU(CPUDevice.Default));
        var accelerator = context.Devices[0].CreateAccelerator(context);
        var buffer = accelerator.Allocate1D<float>(3);
        var kernel = accelerator.LoadKernel<ArrayView<float>, SpecializedValue<int>>(Multiply);
        var (view, stream) = (buffer.View, accelerator.DefaultStream);
        accelerator.Dispose();
        Assert.True(buffer.IsDisposed);
        Assert.Throws<ObjectDisposedException>(() => kernel(stream, (1, 3), view, SpecializedValue.New(1)));
        Assert.Throws<ObjectDisposedException>(() => accelerator.Allocate1D<float>(1));
    }

    private static void Multiply(ArrayView<float> data, SpecializedValue<int> factor) => data[Group.IdxX] *= factor;

    private sealed unsafe class Foreign : MemoryBuffer
    {
        public Foreign(Accelerator accelerator, IntPtr pointer, long length)
            : base(accelerator, length, sizeof(float)) => NativePtr = pointer;

        protected override void MemSet(AcceleratorStream stream, byte value, in ArrayView<byte> targetView) => throw new NotSupportedException();

        protected override void CopyTo(AcceleratorStream stream, in ArrayView<byte> sourceView, in ArrayView<byte> targetView) => throw new NotSupportedException();

        protected override void CopyFrom(AcceleratorStream stream, in ArrayView<byte> sourceView, in ArrayView<byte> targetView) => throw new NotSupportedException();

        protected override void DisposeAcceleratorObject(bool disposing)
        {
        }
    }
}

using ILGPU;
using ILGPU.Algorithms;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;

namespace QDiff.Portable.Ilgpu.Tests;

public class LaunchTests : Device
{
    [Fact]
    public void Explicit_GroupsAndThreads_KnowTheirPlace()
    {
        using var output = Zeros<int>(2 * 3 * 4 * 5);
        Accelerator.LoadStreamKernel<ArrayView<int>>(Places)((new Index3D(2, 3, 1), new Index3D(4, 5, 1)), output.View);
        Assert.Equal(Enumerable.Range(0, 120), Values(output));
    }

    [Fact]
    public void Arguments_OfEveryKind_Arrive()
    {
        using var output = Zeros<double>(4);
        var kernel = Accelerator.LoadKernel<ArrayView<double>, ArrayView1D<double, Stride1D.Dense>, SpecializedValue<int>, int, long, float, double, byte, Options, uint, ulong, short>(Collect);
        kernel(Accelerator.DefaultStream, (1, 1), output.View, output.View, SpecializedValue.New(1), 2, 3, 4, 5, 6, new Options { Scale = 2, Data = output.View }, 7, 8, 9);
        Assert.Equal([90, 1, 2, 4], Values(output));
    }

    [Fact]
    public void SharedMemory_DynamicAndFixed_AreApart()
    {
        using var output = Zeros<float>(8);
        var kernel = Accelerator.LoadStreamKernel<ArrayView<float>>(Reverse);
        kernel((2, 4, SharedMemoryConfig.RequestDynamic<float>(4)), output.View);
        Assert.Equal([3f, 2f, 1f, 0f, 13f, 12f, 11f, 10f], Values(output));
    }

    [Fact]
    public void LocalMemory_OfThreadsThatWait_IsTheirOwn()
    {
        using var output = Zeros<int>(64);
        Accelerator.LoadStreamKernel<ArrayView<int>>(CountLocally)((2, 32), output.View);
        Assert.Equal(Enumerable.Range(0, 64).Select(i => (i % 32) + 10), Values(output));
    }

    [Fact]
    public void Atomic_Operations_GiveTheValueBefore()
    {
        using var ints = Filled(0, int.MinValue, int.MaxValue, 7, -1);
        using var longs = Filled(0L, 0L);
        using var olds = Zeros<int>(16);
        Accelerator.LoadStreamKernel<ArrayView<int>, ArrayView<long>, ArrayView<int>>(AllAtomics)((4, 4), ints.View, longs.View, olds.View);
        Assert.Equal([16, 15, 0, 8, 0], Values(ints));
        Assert.Equal([16L, 15L], Values(longs));
        Assert.Equal(Enumerable.Range(0, 16), Values(olds).Order());
    }

    [Fact]
    public void Atomic_SumsOfFloats_AreTheSameInEveryRun()
    {
        float[] values = [.. Enumerable.Range(0, 256).Select(i => 1f / (i + 1))];
        using var input = Filled(values);
        var kernel = Accelerator.LoadStreamKernel<ArrayView<float>, ArrayView<float>>(SumAtomically);
        float[] sums = [.. Enumerable.Range(0, 5).Select(_ =>
        {
            using var sum = Zeros<float>(1);
            kernel((16, 16), input.View, sum.View);
            return Values(sum)[0];
        })];
        Assert.Equal(values.Sum(value => (double)value), sums[0], 5);
        Assert.All(sums, sum => Assert.Equal(BitConverter.SingleToInt32Bits(sums[0]), BitConverter.SingleToInt32Bits(sum)));
    }

    [Fact]
    public void Atomic_OnElementsOfTwoCells_IsNoPlainAccess()
    {
        using var output = Zeros<long>(2);
        Accelerator.LoadStreamKernel<ArrayView<long>>(CountBesideHalves)((4, 4), output.View);
        Assert.Equal([0x1_0000_0001L, 16L], Values(output));
    }

    [Fact]
    public void Launches_FromSeveralThreadsOfTheHost_DoNotMix()
    {
        var kernel = Accelerator.LoadKernel<ArrayView<float>>(Reverse);
        Parallel.For(0, 16, _ =>
        {
            using var stream = Accelerator.CreateStream();
            using var output = Accelerator.Allocate1D(new float[8]);
            kernel(stream, (2, 4, SharedMemoryConfig.RequestDynamic<float>(4)), output.View);
            stream.Synchronize();
            Assert.Equal([3f, 2f, 1f, 0f, 13f, 12f, 11f, 10f], Values(output));
        });
    }

    [Fact]
    public void Stream_OfAnotherAccelerator_IsRefused()
    {
        using var other = Accelerator.Device.CreateAccelerator(Accelerator.Context);
        using var output = Zeros<float>(8);
        var kernel = Accelerator.LoadKernel<ArrayView<float>>(Reverse);
        Assert.Throws<ArgumentException>(() => kernel(other.DefaultStream, (1, 4, SharedMemoryConfig.RequestDynamic<float>(4)), output.View));
        var stream = Accelerator.CreateStream();
        stream.Dispose();
        Assert.Throws<ObjectDisposedException>(() => kernel(stream, (1, 4, SharedMemoryConfig.RequestDynamic<float>(4)), output.View));
    }

    [Fact]
    public void Devices_OfTheStandIn_AreTheCpuAlone()
    {
        using var context = Context.Create(builder => builder.Cuda().OpenCL());
        using var accelerator = Assert.Single(context.Devices).CreateAccelerator(context);
        Assert.Equal((AcceleratorType.CPU, "CPUAccelerator"), (accelerator.AcceleratorType, accelerator.Name));
        Assert.Equal((16, 4, 49152), (accelerator.MaxNumThreadsPerGroup, accelerator.WarpSize, accelerator.MaxSharedMemoryPerGroup));
        Assert.Equal(1024, Accelerator.MaxNumThreadsPerGroup);
        Assert.Throws<ArgumentOutOfRangeException>(() => new CPUDevice(1, 1, 1));
    }

    [Fact]
    public void XMath_InKernels_IsThatOfDotNet()
    {
        using var output = Zeros<double>(6);
        Accelerator.LoadStreamKernel<ArrayView<double>, double>(Functions)((1, 1), output.View, 0.7);
        Assert.Equal([Math.Sin(0.7), Math.Cos(0.7), Math.Sqrt(0.7), 1 / Math.Sqrt(0.7), MathF.Sin(0.7f), MathF.Cos(0.7f)], Values(output));
    }

    private static void Places(ArrayView<int> output)
    {
        int group = Grid.IdxX + (Grid.DimX * (Grid.IdxY + (Grid.DimY * Grid.IdxZ)));
        int thread = Group.IdxX + (Group.DimX * (Group.IdxY + (Group.DimY * Group.IdxZ)));
        Group.Barrier();
        int place = (group * Group.DimX * Group.DimY * Group.DimZ) + thread;
        output[place] = place;
    }

    private static void Collect(
        ArrayView<double> a, ArrayView1D<double, Stride1D.Dense> b, SpecializedValue<int> c, int d, long e, float f, double g, byte h, Options i, uint j, ulong k, short l)
    {
        a[0] = i.Scale * (c + d + e + f + g + h + j + k + l);
        b[1] = c;
        i.Data[2] = i.Scale;
        a[3] = f;
    }

    private static void Reverse(ArrayView<float> output)
    {
        var dynamic = SharedMemory.GetDynamic<float>();
        var fixedSize = SharedMemory.Allocate<float>(1);
        int me = Group.IdxX;
        dynamic[me] = me;
        if (me == 0)
        {
            fixedSize[0] = 10 * Grid.IdxX;
        }

        Group.Barrier();
        output[(Grid.IdxX * Group.DimX) + me] = dynamic[Group.DimX - 1 - me] + fixedSize[0];
    }

    private static void CountLocally(ArrayView<int> output)
    {
        var local = LocalMemory.Allocate<int>(1);
        local[0] = Group.IdxX;
        for (int i = 0; i < 10; i++)
        {
            Group.Barrier();
            local[0]++;
        }

        output[(Grid.IdxX * Group.DimX) + Group.IdxX] = local[0];
    }

    private static void AllAtomics(ArrayView<int> ints, ArrayView<long> longs, ArrayView<int> olds)
    {
        int me = (Grid.IdxX * Group.DimX) + Group.IdxX;
        olds[me] = Atomic.Add(ref ints[0], 1);
        Atomic.Max(ref ints[1], me);
        Atomic.Min(ref ints[2], me);
        Atomic.CompareExchange(ref ints[3], 7, 8);
        Atomic.Exchange(ref ints[4], 0);
        Atomic.Add(ref longs[0], 1);
        Atomic.Max(ref longs[1], me);
    }

    private static void SumAtomically(ArrayView<float> input, ArrayView<float> sum) =>
        Atomic.Add(ref sum[0], input[(Grid.IdxX * Group.DimX) + Group.IdxX]);

    private static void CountBesideHalves(ArrayView<long> data)
    {
        if (Grid.IdxX == 0 && Group.IdxX < 2)
        {
            data.Cast<int>()[Group.IdxX] = 1;
        }

        Atomic.Add(ref data[1], 1);
    }

    private static void Functions(ArrayView<double> output, double x)
    {
        output[0] = XMath.Sin(x);
        output[1] = XMath.Cos(x);
        output[2] = XMath.Sqrt(x);
        output[3] = XMath.Rsqrt(x);
        output[4] = XMath.Sin((float)x);
        output[5] = XMath.Cos((float)x);
    }

    internal struct Options
    {
        public double Scale;
        public ArrayView<double> Data;
    }
}

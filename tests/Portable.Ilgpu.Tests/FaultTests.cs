using ILGPU;
using ILGPU.Runtime;

namespace QDiff.Portable.Ilgpu.Tests;

/// <summary>Kernels that a GPU would punish, each beside its right sibling.</summary>
public class FaultTests : Device
{
    private static Action<KernelConfig, int>? s_inner;

    [Fact]
    public void Shared_ReadBeforeAnythingWroteIt_IsNamed()
    {
        using var output = Zeros<float>(4);
        Fails(
            Accelerator.LoadStreamKernel<ArrayView<float>, int>(ReadShared), (1, 4), output.View, 0,
            "Kernel 'FaultTests.ReadShared', group 0, thread 0: read element 0 of shared array 0 (4 elements of 4 bytes), which nothing in the group has written");
        Passes(Accelerator.LoadStreamKernel<ArrayView<float>, int>(ReadShared), (1, 4), output.View, 1);
    }

    [Fact]
    public void Shared_OfTheGroupBefore_IsUnwrittenAgain()
    {
        using var output = Zeros<float>(2);
        Fails(
            Accelerator.LoadStreamKernel<ArrayView<float>, int>(WriteInFirstGroup), (2, 1), output.View, 0,
            "group 1, thread 0: read element 0 of shared array 0");
        Passes(Accelerator.LoadStreamKernel<ArrayView<float>, int>(WriteInFirstGroup), (2, 1), output.View, 1);
    }

    [Fact]
    public void Shared_AddedToBeforeAnythingWroteIt_IsNamed()
    {
        using var output = Zeros<float>(1);
        Fails(Accelerator.LoadStreamKernel<ArrayView<float>, int>(Accumulate), (1, 1), output.View, 0, "added to element 3 of shared array 0");
        Passes(Accelerator.LoadStreamKernel<ArrayView<float>, int>(Accumulate), (1, 1), output.View, 1);
        Assert.Equal(2f, Values(output)[0]);
    }

    [Fact]
    public void Shared_AddedToAtomicallyBeforeAnythingWroteIt_IsNamed()
    {
        using var output = Zeros<float>(1);
        Fails(
            Accelerator.LoadStreamKernel<ArrayView<float>, int>(CountAtomically), (1, 4), output.View, 0,
            "changed atomically element 0 of shared array 0 (1 elements of 4 bytes), which nothing in the group has written");
        Passes(Accelerator.LoadStreamKernel<ArrayView<float>, int>(CountAtomically), (1, 4), output.View, 1);
        Assert.Equal(4f, Values(output)[0]);
    }

    [Fact]
    public void Local_ReadBeforeTheThreadWroteIt_IsNamed()
    {
        using var output = Zeros<float>(2);
        Fails(Accelerator.LoadStreamKernel<ArrayView<float>, int>(ReadLocal), (1, 2), output.View, 0, "thread 0: read element 1 of local array 0");
        Passes(Accelerator.LoadStreamKernel<ArrayView<float>, int>(ReadLocal), (1, 2), output.View, 1);
        Assert.Equal([0f, 1f], Values(output));
    }

    [Fact]
    public void Race_ReadOfWhatAnotherThreadWrote_NeedsABarrier()
    {
        using var output = Zeros<float>(4);
        Fails(
            Accelerator.LoadStreamKernel<ArrayView<float>, int>(ReadNeighbour), (1, 4), output.View, 0,
            "thread 1: read element 0 of shared array 0 (4 elements of 4 bytes), which thread 0 of the same group has written with no barrier between; put Group.Barrier() between the two.");
        Passes(Accelerator.LoadStreamKernel<ArrayView<float>, int>(ReadNeighbour), (1, 4), output.View, 1);
        Assert.Equal([1f, 1f, 2f, 3f], Values(output));
    }

    [Fact]
    public void Race_WriteOverWhatAnotherThreadRead_NeedsABarrier()
    {
        using var output = Filled(1f, 2f);
        Fails(
            Accelerator.LoadStreamKernel<ArrayView<float>, int>(Swap), (1, 2), output.View, 0,
            "thread 1: wrote element 1 of 'data' (2 elements of 4 bytes), which thread 0 of the same group has read with no barrier between");
        output.CopyFromCPU([1f, 2f]);
        Passes(Accelerator.LoadStreamKernel<ArrayView<float>, int>(Swap), (1, 2), output.View, 1);
        Assert.Equal([2f, 1f], Values(output));
    }

    [Fact]
    public void Race_TwoThreadsThatWriteOneElement_AreNamed()
    {
        using var output = Zeros<float>(4);
        Fails(
            Accelerator.LoadStreamKernel<ArrayView<float>, int>(WriteModulo), (1, 4), output.View, 2,
            "thread 2: wrote element 0 of 'data' (4 elements of 4 bytes), which thread 0 of the same group has written with no barrier between");
        Passes(Accelerator.LoadStreamKernel<ArrayView<float>, int>(WriteModulo), (1, 4), output.View, 4);
    }

    [Fact]
    public void Race_AfterABarrier_NamesTheThreadAlthoughTheOrderIsReversed()
    {
        using var output = Zeros<float>(4);
        Fails(Accelerator.LoadStreamKernel<ArrayView<float>, int>(WriteModuloAfterBarrier), (1, 4), output.View, 3, "thread 0: wrote element 0 of 'data' (4 elements of 4 bytes), which thread 3 of");
        Passes(Accelerator.LoadStreamKernel<ArrayView<float>, int>(WriteModuloAfterBarrier), (1, 4), output.View, 4);
    }

    [Fact]
    public void Race_BetweenGroups_IsNamed()
    {
        using var output = Zeros<float>(4);
        var kernel = Accelerator.LoadStreamKernel<ArrayView<float>, int>(WriteGroupModulo);
        Fails(kernel, (4, 1), output.View, 2, "group 2, thread 0: wrote element 0 of 'data' (4 elements of 4 bytes), which group 0 of the same launch has written; groups run in no order");
        Passes(kernel, (4, 1), output.View, 4);
        Passes(kernel, (4, 1), output.View, 4);
    }

    [Fact]
    public void Race_WriteOverWhatAnEarlierGroupRead_IsNamedAlthoughTheGroupReadItToo()
    {
        using var output = Zeros<float>(4);
        Fails(
            Accelerator.LoadStreamKernel<ArrayView<float>, int>(ReadFirstThenWrite), (2, 2), output.View, 1,
            "group 1, thread 1: wrote element 0 of 'data' (4 elements of 4 bytes), which group 0 of the same launch has read");
        Passes(Accelerator.LoadStreamKernel<ArrayView<float>, int>(ReadFirstThenWrite), (2, 2), output.View, 2);
    }

    [Fact]
    public void Group_OfOneThread_IsCheckedAcrossItsBarriers()
    {
        using var output = Zeros<float>(4);
        var kernel = Accelerator.LoadStreamKernel<ArrayView<float>, int>(WriteAfterBarriers);
        Fails(kernel, (2, 1), output.View, 0, "group 1, thread 0: wrote element 0 of 'data' (4 elements of 4 bytes), which group 0 of the same launch has written");
        Fails(kernel, (2, 1), output.View, 2, "group 0, thread 0: read element 1 of shared array 0");
        Passes(kernel, (2, 1), output.View, 1);
        Assert.Equal([1f, 2f], Values(output)[..2]);
    }

    [Fact]
    public void Race_PlainReadOfWhatAnotherThreadAddsTo_IsNamed()
    {
        using var output = Filled(5f, 0f);
        Fails(
            Accelerator.LoadStreamKernel<ArrayView<float>, int>(AddThenRead), (1, 2), output.View, 0,
            "thread 1: read element 0 of 'data' (2 elements of 4 bytes), which thread 0 of the same group has changed atomically with no barrier between");
        output.CopyFromCPU([5f, 0f]);
        Passes(Accelerator.LoadStreamKernel<ArrayView<float>, int>(AddThenRead), (1, 2), output.View, 1);
        Assert.Equal([7f, 7f], Values(output));
    }

    [Fact]
    public void Race_AtomicSumOverWhatAnotherThreadSet_NeedsABarrier()
    {
        using var output = Filled(5f);
        var kernel = Accelerator.LoadStreamKernel<ArrayView<float>, int>(SetThenAdd);
        Fails(
            kernel, (1, 2), output.View, 0,
            "thread 1: changed atomically element 0 of 'data' (1 elements of 4 bytes), which thread 0 of the same group has written with no barrier between");
        Passes(kernel, (1, 2), output.View, 1);
        Assert.Equal([3f], Values(output));
    }

    [Fact]
    public void Race_ThroughACastView_IsFound()
    {
        using var output = Zeros<double>(2);
        var fault = Assert.ThrowsAny<AcceleratorException>(
            () => Accelerator.LoadStreamKernel<ArrayView<double>, int>(WriteHalves)((1, 2), output.View, 0));
        Assert.Contains("thread 1: wrote element 0 of 'data' (2 elements of 8 bytes), which thread 0 of the same group has", fault.Message);
        Accelerator.LoadStreamKernel<ArrayView<double>, int>(WriteHalves)((1, 2), output.View, 1);
    }

    [Fact]
    public void Race_InMemoryThatTakesOtherElementsFromLaunchToLaunch_IsFound()
    {
        using var bytes = Accelerator.Allocate1D(new byte[64]);
        var singles = bytes.AsContiguous().Cast<float>();
        var doubles = bytes.AsContiguous().Cast<double>();
        var single = Accelerator.LoadStreamKernel<ArrayView<float>, int>(WriteModulo);
        var twice = Accelerator.LoadStreamKernel<ArrayView<double>, int>(WriteModuloDouble);
        for (int i = 0; i < 2; i++)
        {
            Passes(single, (1, 4), singles, 4);
            Fails(single, (1, 4), singles, 3, "thread 3: wrote element 0 of 'data' (64 elements of 1 bytes), which thread 0");
            twice((1, 4), doubles, 4);
            var fault = Assert.ThrowsAny<AcceleratorException>(() => twice((1, 4), doubles, 2));
            Assert.Contains("thread 2: wrote element 0 of 'data' (64 elements of 1 bytes), which thread 0", fault.Message);
            bytes.MemSetToZero();
        }
    }

    [Fact]
    public void Fault_InAViewInsideAnArgument_NamesTheArgument()
    {
        using var output = Zeros<float>(2);
        var kernel = Accelerator.LoadStreamKernel<Pair>(WriteBySecond);
        var fault = Assert.ThrowsAny<AcceleratorException>(() => kernel((1, 1), new Pair(output.View, SpecializedValue.New(2))));
        Assert.Contains("used index 2 of a view of 2 elements of 'pair' (2 elements of 4 bytes)", fault.Message);
        kernel((1, 1), new Pair(output.View, SpecializedValue.New(1)));
    }

    [Fact]
    public void Barrier_ThatAThreadLeavesOut_IsNamed()
    {
        using var output = Zeros<float>(4);
        Fails(
            Accelerator.LoadStreamKernel<ArrayView<float>, int>(LeaveEarly), (1, 4), output.View, 3,
            "Kernel 'FaultTests.LeaveEarly', group 0, thread 0: waits at the barrier in FaultTests.cs, line");
        Fails(Accelerator.LoadStreamKernel<ArrayView<float>, int>(LeaveEarly), (1, 4), output.View, 3, "while thread 3 has left the kernel; every thread of a group has to come to every barrier.");
        Passes(Accelerator.LoadStreamKernel<ArrayView<float>, int>(LeaveEarly), (1, 4), output.View, 4);
    }

    [Fact]
    public void Barrier_AtAnotherPlace_IsNamed()
    {
        using var output = Zeros<float>(4);
        Fails(Accelerator.LoadStreamKernel<ArrayView<float>, int>(TwoBarriers), (1, 4), output.View, 2, "while thread 2 waits at the barrier in FaultTests.cs, line");
        Passes(Accelerator.LoadStreamKernel<ArrayView<float>, int>(TwoBarriers), (1, 4), output.View, 4);
    }

    [Fact]
    public void View_IndexOutside_IsNamed()
    {
        using var output = Zeros<float>(4);
        var kernel = Accelerator.LoadStreamKernel<ArrayView<float>, int>(WriteAt);
        Fails(kernel, (1, 1), output.View, 4, "Kernel 'FaultTests.WriteAt', group 0, thread 0: used index 4 of a view of 4 elements of 'data' (4 elements of 4 bytes); valid are 0 to 3.");
        Fails(kernel, (1, 1), output.View, -1, "used index -1 of a view of 4 elements");
        Fails(kernel, (1, 1), output.View.SubView(1, 2), 2, "used index 2 of a view of 2 elements of 'data'");
        Passes(kernel, (1, 1), output.View, 3);
    }

    [Fact]
    public void View_SubViewOutside_IsNamed()
    {
        using var output = Zeros<float>(4);
        var kernel = Accelerator.LoadStreamKernel<ArrayView<float>, int>(TakeTwoFrom);
        Fails(kernel, (1, 1), output.View, 3, "took 2 elements from 3 of a view of 4 of 'data' (4 elements of 4 bytes)");
        Passes(kernel, (1, 1), output.View, 2);
        Assert.ThrowsAny<AcceleratorException>(() => output.AsContiguous().SubView(4, 0));
        Assert.ThrowsAny<AcceleratorException>(() => output.AsContiguous().SubView(0, -1));
        Assert.ThrowsAny<AcceleratorException>(() => output.AsContiguous().SubView(1).Cast<double>());
        Assert.Throws<ArgumentOutOfRangeException>(() => new ArrayView<float>(((IArrayView)output.AsContiguous()).Buffer, 2, 3));
    }

    [Fact]
    public void View_OfTheHost_CannotBeIndexed()
    {
        using var output = Zeros<float>(4);
        Assert.Contains("outside a kernel", Assert.ThrowsAny<AcceleratorException>(() => output.View[0]).Message);
        Assert.ThrowsAny<AcceleratorException>(() => Grid.IdxX);
        Assert.ThrowsAny<AcceleratorException>(() => Group.Barrier());
        Assert.ThrowsAny<AcceleratorException>(() => SharedMemory.Allocate<int>(1));
    }

    [Fact]
    public void Buffer_UsedAfterItsDisposal_IsNamed()
    {
        var output = Zeros<float>(4);
        var view = output.AsContiguous();
        var kernel = Accelerator.LoadStreamKernel<ArrayView<float>, int>(WriteAt);
        Passes(kernel, (1, 1), view, 3);
        output.Dispose();
        Fails(kernel, (1, 1), view, 3, "used 'data' (4 elements of 4 bytes) after its disposal");
        Assert.Throws<ObjectDisposedException>(() => output.View);
        Assert.Throws<ObjectDisposedException>(() => view.GetAsArray());
        Assert.Throws<ObjectDisposedException>(() => view.CopyFromCPU(new float[4]));
    }

    [Fact]
    public void Launch_OfTooManyThreads_IsRefused()
    {
        using var output = Zeros<float>(1);
        var kernel = Accelerator.LoadStreamKernel<ArrayView<float>, int>(Nothing);
        Fails(kernel, (1, 1025), output.View, 0, "with 1025 threads in a group; CPUAccelerator has up to 1024, so make the groups smaller.");
        Fails(kernel, (0, 1), output.View, 0, "there has to be one of each at least");
        Passes(kernel, (1, 1024), output.View, 0);
    }

    [Fact]
    public void Launch_WithTooMuchSharedMemory_IsRefused()
    {
        using var output = Zeros<float>(1);
        var dynamic = Accelerator.LoadStreamKernel<ArrayView<float>, int>(UseDynamic);
        Fails(dynamic, (1, 1, SharedMemoryConfig.RequestDynamic<float>(12289)), output.View, 0, "with 49156 bytes of shared memory; CPUAccelerator has 49152 in a group");
        Passes(dynamic, (1, 1, SharedMemoryConfig.RequestDynamic<float>(12288)), output.View, 0);
        Fails(dynamic, (1, 1, SharedMemoryConfig.RequestDynamic<float>(12288)), output.View, 1, "asked for 4 bytes of shared memory, 49156 in all");
        Fails(dynamic, (1, 1), output.View, 0, "took dynamic shared memory; the launch gives none");
        Fails(
            Accelerator.LoadStreamKernel<ArrayView<float>, int>(Nothing), (1, 1, SharedMemoryConfig.RequestDynamic<float>(1)), output.View, 0,
            "was launched with dynamic shared memory that it never takes");
    }

    [Fact]
    public void Launch_FromInsideAKernel_IsRefused()
    {
        s_inner = Accelerator.LoadStreamKernel<int>(value => Group.Barrier());
        var outer = Accelerator.LoadStreamKernel<int>(value => s_inner!((1, 1), value));
        Assert.Contains("was launched from inside a kernel; launch it from the host.", Assert.ThrowsAny<AcceleratorException>(() => outer((1, 1), 0)).Message);
        s_inner((1, 1), 0);
    }

    [Fact]
    public void Shared_RequestsThatDiffer_AreNamed()
    {
        using var output = Zeros<float>(1);
        var kernel = Accelerator.LoadStreamKernel<ArrayView<float>, int>(AskByThread);
        Fails(kernel, (1, 2), output.View, 1, "thread 1: asked for 2 elements of 4 bytes as shared array 0 (1 elements of 4 bytes)");
        Passes(kernel, (1, 2), output.View, 0);
    }

    [Fact]
    public void Kernel_ThatThrows_IsNamedWithItsThread()
    {
        using var output = Zeros<float>(1);
        var kernel = Accelerator.LoadStreamKernel<ArrayView<float>, int>(Divide);
        var fault = Assert.ThrowsAny<AcceleratorException>(() => kernel((2, 3), output.View, 0));
        Assert.Contains("Kernel 'FaultTests.Divide', group 0, thread 0: DivideByZeroException", fault.Message);
        Assert.IsType<DivideByZeroException>(fault.InnerException);
        Passes(kernel, (2, 3), output.View, 1);
    }

    [Fact]
    public void Kernel_ThatCapturesObjects_IsRefused()
    {
        var list = new List<int>();
        var fault = Assert.Throws<NotSupportedException>(() => Accelerator.LoadStreamKernel<int>(i => list.Add(i)));
        Assert.Contains("captures objects of the host", fault.Message);
        Accelerator.LoadStreamKernel<int>(i => Group.Barrier())((1, 2), 0);
    }

    [Fact]
    public void Kernel_WithAManagedParameter_IsRefused()
    {
        var fault = Assert.Throws<NotSupportedException>(() => Accelerator.LoadStreamKernel<Named>(named => Group.Barrier()));
        Assert.Contains("Parameter 'named' of kernel", fault.Message);
        Assert.Contains("holds a reference of type String", fault.Message);
        Accelerator.LoadStreamKernel<Pair>(pair => Group.Barrier())((1, 2), default);
    }

    [Fact]
    public void Kernel_WithAParameterThatLaunchersCannotSee_IsRefused()
    {
        var fault = Assert.Throws<NotSupportedException>(() => Accelerator.LoadStreamKernel<Hidden>(hidden => Group.Barrier()));
        Assert.Contains("Parameter 'hidden' of kernel", fault.Message);
        Assert.Contains("has a type that ILGPU's launchers cannot see; make it public, or internal in an assembly whose internals are visible to ILGPURuntime.", fault.Message);
        Assert.Throws<NotSupportedException>(() => Accelerator.LoadStreamKernel<ArrayView<Hidden>>(hidden => Group.Barrier()));
        Accelerator.LoadStreamKernel<ArrayView<Pixel>>(pixels => Group.Barrier())((1, 2), ArrayView<Pixel>.Empty);
    }

    [Fact]
    public void Launch_AfterAFault_Works()
    {
        using var output = Zeros<float>(4);
        var leave = Accelerator.LoadStreamKernel<ArrayView<float>, int>(LeaveEarly);
        for (int i = 0; i < 20; i++)
        {
            Assert.ThrowsAny<AcceleratorException>(() => leave((1, 4), output.View, i % 4));
            leave((1, 4), output.View, 4);
        }
    }

    private static void Fails(Action<KernelConfig, ArrayView<float>, int> kernel, KernelConfig config, ArrayView<float> data, int mode, string message) =>
        Assert.Contains(message, Assert.ThrowsAny<AcceleratorException>(() => kernel(config, data, mode)).Message);

    private static void Passes(Action<KernelConfig, ArrayView<float>, int> kernel, KernelConfig config, ArrayView<float> data, int mode) => kernel(config, data, mode);

    private static void ReadShared(ArrayView<float> data, int right)
    {
        var shared = SharedMemory.Allocate<float>(4);
        if (right == 1)
        {
            shared[Group.IdxX] = Group.IdxX;
            Group.Barrier();
        }

        data[Group.IdxX] = shared[Group.IdxX];
    }

    private static void WriteInFirstGroup(ArrayView<float> data, int right)
    {
        var shared = SharedMemory.Allocate<float>(1);
        if (right == 1 || Grid.IdxX == 0)
        {
            shared[0] = 1;
        }

        data[Grid.IdxX] = shared[0];
    }

    private static void Accumulate(ArrayView<float> data, int right)
    {
        var shared = SharedMemory.Allocate<float>(4);
        if (right == 1)
        {
            shared[3] = 1;
        }

        shared[3] += 1;
        data[0] = shared[3];
    }

    private static void CountAtomically(ArrayView<float> data, int right)
    {
        var count = SharedMemory.Allocate<float>(1);
        if (right == 1)
        {
            if (Group.IdxX == 0)
            {
                count[0] = 0;
            }

            Group.Barrier();
        }

        Atomic.Add(ref count[0], 1);
        Group.Barrier();
        if (Group.IdxX == 0)
        {
            data[0] = count[0];
        }
    }

    private static void ReadLocal(ArrayView<float> data, int right)
    {
        var local = LocalMemory.Allocate<float>(2);
        local[right] = Group.IdxX;
        data[Group.IdxX] = local[1];
    }

    private static void ReadNeighbour(ArrayView<float> data, int right)
    {
        var shared = SharedMemory.Allocate<float>(4);
        shared[Group.IdxX] = Group.IdxX + 1;
        if (right == 1)
        {
            Group.Barrier();
        }

        data[Group.IdxX] = shared[Math.Max(Group.IdxX - 1, 0)];
    }

    private static void Swap(ArrayView<float> data, int right)
    {
        float other = data[1 - Group.IdxX];
        if (right == 1)
        {
            Group.Barrier();
        }
        else if (Group.IdxX == 0)
        {
            return;
        }

        data[Group.IdxX] = other;
    }

    private static void WriteModulo(ArrayView<float> data, int modulus) => data[Group.IdxX % modulus] = Group.IdxX + 1;

    private static void WriteModuloDouble(ArrayView<double> data, int modulus) => data[Group.IdxX % modulus] = Group.IdxX + 1;

    private static void WriteBySecond(Pair pair) => pair.First[pair.Second] = 1;

    private static void WriteModuloAfterBarrier(ArrayView<float> data, int modulus)
    {
        Group.Barrier();
        data[Group.IdxX % modulus] = Group.IdxX + 1;
    }

    private static void WriteGroupModulo(ArrayView<float> data, int modulus) => data[Grid.IdxX % modulus] += Grid.IdxX + 1;

    private static void ReadFirstThenWrite(ArrayView<float> data, int right)
    {
        float first = data[right == 2 ? Grid.IdxX : 0];
        Group.Barrier();
        if (Group.IdxX == 1 && Grid.IdxX == 1)
        {
            data[right == 2 ? 1 : 0] = first + 1;
        }
    }

    private static void WriteAfterBarriers(ArrayView<float> data, int mode)
    {
        var shared = SharedMemory.Allocate<float>(2);
        shared[0] = data[Grid.IdxX * (mode & 1)];
        Group.Barrier();
        shared[0] = mode == 2 ? shared[1] : Grid.IdxX + 1;
        Group.Barrier();
        data[Grid.IdxX * (mode & 1)] = shared[0];
    }

    private static void AddThenRead(ArrayView<float> data, int right)
    {
        Atomic.Add(ref data[0], 1);
        if (right == 1)
        {
            Group.Barrier();
        }

        if (Group.IdxX == 1)
        {
            data[1] = data[0];
        }
    }

    private static void SetThenAdd(ArrayView<float> data, int right)
    {
        if (Group.IdxX == 0)
        {
            data[0] = 1;
        }

        if (right == 1)
        {
            Group.Barrier();
        }

        Atomic.Add(ref data[0], 1);
    }

    private static void WriteHalves(ArrayView<double> data, int stride)
    {
        var halves = data.Cast<float>();
        if (Group.IdxX == 0)
        {
            data[0] = 1.5;
        }
        else
        {
            halves[1 + (2 * stride)] = 3;
        }
    }

    private static void LeaveEarly(ArrayView<float> data, int who)
    {
        if (Group.IdxX == who)
        {
            return;
        }

        Group.Barrier();
        data[Group.IdxX] = 1;
    }

    private static void TwoBarriers(ArrayView<float> data, int who)
    {
        if (Group.IdxX == who)
        {
            Group.Barrier();
        }
        else
        {
            Group.Barrier();
        }
    }

    private static void WriteAt(ArrayView<float> data, int index) => data[index] = 1;

    private static void TakeTwoFrom(ArrayView<float> data, int index) => data.SubView(index, 2)[1] = 1;

    private static void Nothing(ArrayView<float> data, int mode)
    {
    }

    private static void UseDynamic(ArrayView<float> data, int more)
    {
        var dynamic = SharedMemory.GetDynamic<float>();
        if (more == 1)
        {
            SharedMemory.Allocate<float>(1);
        }

        dynamic[0] = 1;
        data[0] = SharedMemory.GetDynamic<float>()[0];
    }

    private static void AskByThread(ArrayView<float> data, int more) => SharedMemory.Allocate<float>(1 + (Group.IdxX * more));

    private static void Divide(ArrayView<float> data, int by)
    {
        int quotient = 1 / by;
        Group.Barrier();
    }

    private readonly struct Hidden(int value)
    {
        public readonly int Value = value;
    }

    internal readonly struct Pixel(float grey)
    {
        public readonly float Grey = grey;
    }

    internal readonly struct Named(string name)
    {
        public readonly string Name = name;
    }

    internal readonly struct Pair(ArrayView<float> first, SpecializedValue<int> second)
    {
        public readonly ArrayView<float> First = first;
        public readonly SpecializedValue<int> Second = second;
    }
}

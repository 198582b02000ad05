using System.Runtime.Intrinsics;
using QDiff.Engine.Cpu;

namespace QDiff.Engine.Tests.Cpu;

public class CpuBackendTests
{
    [Fact]
    public void Defaults_AreTheWidestVectorsAndEveryProcessor()
    {
        using var backend = new CpuBackend();
        Assert.Equal("cpu", backend.Name);
        Assert.Equal(Environment.ProcessorCount, backend.Threads);
        Assert.Equal(
            Vector512.IsHardwareAccelerated ? LaneWidth.Bits512
            : Vector256.IsHardwareAccelerated ? LaneWidth.Bits256
            : Vector128.IsHardwareAccelerated ? LaneWidth.Bits128
            : LaneWidth.Scalar,
            CpuBackend.Widest);
        Assert.Equal(Environment.GetEnvironmentVariable(CpuBackend.LanesVariable) is null ? CpuBackend.Widest : backend.LaneWidth, backend.LaneWidth);
    }

    [Fact]
    public void Options_AreTaken()
    {
        using var backend = new CpuBackend(new CpuOptions { LaneWidth = LaneWidth.Scalar, Threads = 3 });
        Assert.Equal((LaneWidth.Scalar, 3), (backend.LaneWidth, backend.Threads));
    }

    [Fact]
    public void BadOptions_AreRefused()
    {
        Refusal.Says("The CPU backend uses 1-1024 threads; got 0.", () => new CpuBackend(new CpuOptions { Threads = 0 }));
        Refusal.Says("The CPU backend uses 1-1024 threads; got 1025.", () => new CpuBackend(new CpuOptions { Threads = 1025 }));
        Refusal.Says("A lane width is 512, 256, 128 or scalar; got 7.", () => new CpuBackend(new CpuOptions { LaneWidth = (LaneWidth)7 }));
    }
}

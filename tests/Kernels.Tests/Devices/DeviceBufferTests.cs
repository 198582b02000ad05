using QDiff.Kernels.Devices;

namespace QDiff.Kernels.Tests.Devices;

public class DeviceBufferTests
{
    [Fact]
    public void Rent_AfterDispose_GivesTheSameMemoryAgain()
    {
        using var session = AcceleratorDevice.Open("ilgpu-cpu");
        long free = session.FreeBytes;
        nint first;
        using (var buffer = session.Upload<int>([1, 2, 3]))
        {
            first = buffer.Span.Pointer;
            Assert.True(session.FreeBytes < free);
            var copy = new int[3];
            buffer.CopyTo(copy);
            Assert.Equal([1, 2, 3], copy);
        }

        Assert.Equal(free, session.FreeBytes);
        using var again = session.Rent<int>(3);
        Assert.Equal(first, again.Span.Pointer);
        again.Clear();
        var zeros = new int[3];
        again.CopyTo(zeros);
        Assert.Equal([0, 0, 0], zeros);
    }

    [Fact]
    public void Rent_MoreThanThereIs_IsRefusedWithBytesWantedAndThere()
    {
        using var session = AcceleratorDevice.Open("ilgpu-cpu");
        session.MemoryBytes = 4096;
        using var some = session.Rent<double>(256);
        var refusal = Assert.Throws<DeviceException>(() => session.Rent<double>(512));
        Assert.Equal("Device 'ilgpu-cpu' has 2,048 bytes for states and 4,096 are wanted; use fewer qubits, single precision, or 'cpu'.", refusal.Message);
    }

    [Theory]
    [InlineData(1, 256)]
    [InlineData(256, 256)]
    [InlineData(3000, 3072)]
    [InlineData(1_000_000, 1_048_576)]
    [InlineData((1L << 33) + 1, (1L << 33) + (1L << 26))]
    public void BlockBytes_AnyLength_WastesAnEighthAtMost(long bytes, long expected) => Assert.Equal(expected, BufferPool.BlockBytes(bytes));
}

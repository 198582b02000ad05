using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace QDiff.Portable.Torch.Tests.Tensors;

public class DataTests
{
    [Fact]
    public void Accessor_ReadsAndWritesInPlace_AlsoThroughStrides()
    {
        using var scope = NewDisposeScope();
        var x = arange(6, dtype: float32).reshape(2, 3);
        var t = x.t();
        using var data = t.data<float>();
        Assert.Equal([0f, 3f, 1f, 4f, 2f, 5f], data.ToArray());
        Assert.Equal([0f, 3f, 1f, 4f, 2f, 5f], data.ToList());
        Assert.Equal(4f, data[1, 1]);
        Assert.Equal(3f, data[1]);
        data[0, 1] = 30;
        Assert.Equal(30f, x[1, 0].item<float>());
        var part = new float[2];
        data.CopyTo(part, 0, 4);
        Assert.Equal([2f, 5f], part);
        data.CopyFrom([7f, 8f], 0, 2);
        Assert.Equal([0f, 7f, 2f, 30f, 8f, 5f], x.data<float>().ToArray());
        Assert.Throws<IndexOutOfRangeException>(() => data[6]);
        Assert.Throws<IndexOutOfRangeException>(() => data[0, 2]);
    }

    [Fact]
    public void Accessor_OfAnotherType_IsRefused()
    {
        using var x = zeros(2);
        Assert.Throws<ArgumentException>(() => x.data<double>());
        Assert.Throws<ArgumentException>(() => x.item<float>());
        Assert.Throws<ExternalException>(() => x.ToSingle());
    }

    [Fact]
    public void ToNDArray_KeepsTheDimensions()
    {
        using var x = arange(6).reshape(2, 3);
        var array = Assert.IsType<long[,]>(x.data<long>().ToNDArray());
        Assert.Equal(5L, array[1, 2]);
    }

    [Fact]
    public void Bytes_AreTheMemory_OfContiguousTensorsOnly()
    {
        using var scope = NewDisposeScope();
        var x = tensor([1f, 2f]);
        MemoryMarshal.Cast<byte, float>(x.bytes)[1] = 5;
        Assert.Equal([1f, 5f], x.data<float>().ToArray());
        x.bytes = MemoryMarshal.AsBytes<float>([7f, 8f]).ToArray();
        Assert.Equal([7f, 8f], x.data<float>().ToArray());
        Assert.Throws<InvalidOperationException>(() => ones(2, 3).t().bytes.Length);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1000)]
    [InlineData(300_000)]
    public unsafe void Memory_OfEverySize_IsAlignedTo64Bytes(long count)
    {
        using var x = empty(count);
        Assert.Equal(0, (long)x.Data % 64);
    }

    [Fact]
    public void Items_ConvertToDotNetNumbers()
    {
        using var scope = NewDisposeScope();
        Assert.Equal(2.5f, tensor(2.5).ToSingle());
        Assert.Equal(2L, tensor(2.5).ToInt64());
        Assert.Equal(3.0, (double)tensor(3));
        Assert.True(tensor(1f).ToBoolean());
        Assert.Equal(4, tensor([4L]).ToInt32());
    }

    [Fact]
    public void Conversion_TruncatesToIntegers_AndTestsForTruth()
    {
        using var scope = NewDisposeScope();
        var x = tensor([-1.7, 0, 2.9]);
        Assert.Equal([-1L, 0, 2], x.to(int64).data<long>().ToArray());
        Assert.Equal([true, false, true], x.@bool().data<bool>().ToArray());
        Assert.Equal([1f, 0f, 1f], x.@bool().to_type(float32).data<float>().ToArray());
        Assert.Equal([0f, -1.7f, 2.9f], x.@float()[tensor([1L, 0, 2])].data<float>().ToArray());
        Assert.Equal([(byte)1, (byte)2], tensor([1L, 2]).to(ScalarType.Byte).data<byte>().ToArray());
    }

    [Fact]
    public void To_TheSameType_IsTheSameVariable_UnlessCopied()
    {
        using var scope = NewDisposeScope();
        var x = zeros(2);
        x.to(float32).add_(1);
        x.to(float32, copy: true).add_(1);
        Assert.Equal([1f, 1f], x.data<float>().ToArray());
        var y = x.cpu();
        x.Dispose();
        Assert.Equal(1f, y[0].item<float>());
    }

    [Fact]
    public void Equals_ComparesShapeAndElements()
    {
        using var scope = NewDisposeScope();
        Assert.True(tensor([1f, 2f]).Equals(tensor([1f, 2f])));
        Assert.False(tensor([1f, 2f]).Equals(tensor([1f, 3f])));
        Assert.False(tensor([1f, 2f]).Equals(tensor(new[,] { { 1f, 2f } })));
        Assert.True(tensor([1f, float.NaN]).allclose(tensor([1f + 1e-7f, float.NaN]), equal_nan: true));
        Assert.False(tensor([1f, float.NaN]).allclose(tensor([1f, float.NaN])));
    }

    [Fact]
    public void Text_NamesShapeTypeAndDevice()
    {
        using var x = zeros(2, 3);
        Assert.Equal("[2x3], type = Float32, device = cpu", x.ToString());
        Assert.Equal("[[0, 0, 0], [0, 0, 0]]", x.ToString(true));
    }
}

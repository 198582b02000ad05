using System.Text;
using QDiff.Models.Persistence;
using TorchSharp;
using static TorchSharp.torch;

namespace QDiff.Models.Tests.Persistence;

public sealed class NumpyFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Write_TwoByOneArray_HasTheBytesOfFormatOne()
    {
        string path = _folder.File("x.npy");
        NumpyFile.Write(path, new[] { 1f, -2f }, 2, 1);
        byte[] bytes = File.ReadAllBytes(path);
        Assert.Equal([0x93, .. "NUMPY"u8, 1, 0, 118, 0], bytes[..10]);
        Assert.Equal("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 1), }".PadRight(117) + "\n", Encoding.ASCII.GetString(bytes, 10, 118));
        Assert.Equal([0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0], bytes[128..]);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(3, 28, 28)]
    [InlineData(0, 28, 28)]
    [InlineData()]
    public void WriteThenRead_AnyShape_GivesTheSameNumbersAndAlignsTheData(params int[] sizes)
    {
        long[] shape = [.. sizes];
        float[] values = [.. Enumerable.Range(0, (int)shape.Aggregate(1L, (a, b) => a * b)).Select(i => i / 7f)];
        string path = _folder.File("x.npy");
        NumpyFile.Write(path, values, shape);
        (float[] read, long[] readShape) = NumpyFile.Read(path);
        Assert.Equal(values, read);
        Assert.Equal(shape, readShape);
        Assert.Equal(0, (new FileInfo(path).Length - (4 * values.Length)) % 64);
    }

    [Fact]
    public void Write_TransposedTensor_WritesItsRowsInOrder()
    {
        string path = _folder.File("x.npy");
        using Tensor tensor = arange(6, dtype: ScalarType.Float32).reshape(2, 3);
        NumpyFile.Write(path, tensor.t());
        (float[] values, long[] shape) = NumpyFile.Read(path);
        Assert.Equal([0f, 3, 1, 4, 2, 5], values);
        Assert.Equal([3L, 2], shape);
        Assert.Throws<ArgumentException>(() => NumpyFile.Write(path, tensor.to(ScalarType.Float64)));
    }

    [Fact]
    public void Write_WrongCount_IsRefused()
        => Assert.Throws<ArgumentException>(() => NumpyFile.Write(_folder.File("x.npy"), new float[3], 2, 2));

    [Fact]
    public void Read_NotNumpyOrCutShortOrOtherType_IsRefused()
    {
        string path = _folder.File("x.npy");
        File.WriteAllText(path, "hello");
        Assert.Contains("not a NumPy file", Assert.Throws<UserErrorException>(() => NumpyFile.Read(path)).Message);
        NumpyFile.Write(path, new float[4], 2, 2);
        byte[] whole = File.ReadAllBytes(path);
        File.WriteAllBytes(path, whole[..^1]);
        Assert.Contains("15 bytes", Assert.Throws<UserErrorException>(() => NumpyFile.Read(path)).Message);
        File.WriteAllBytes(path, whole[..40]);
        Assert.Contains("float32", Assert.Throws<UserErrorException>(() => NumpyFile.Read(path)).Message);
        whole[Array.IndexOf(whole, (byte)'<')] = (byte)'>';
        File.WriteAllBytes(path, whole);
        Assert.Throws<UserErrorException>(() => NumpyFile.Read(path));
    }
}

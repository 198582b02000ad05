using System.Buffers.Binary;
using System.Text;
using QDiff.Models.Persistence;

namespace QDiff.Models.Tests.Persistence;

public sealed class SafeTensorsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void WriteThenRead_AllTypesAndShapes_GivesTheSameContent()
    {
        TensorArchive archive = Example();
        string path = _folder.File("x.safetensors");
        SafeTensors.Write(path, archive);
        TensorArchive read = SafeTensors.Read(path);
        Assert.Equal(archive.ContentHash(), read.ContentHash());
        Assert.Equal(5, read.Tensors.Count);
        Assert.Equal([1.5f, -2f, float.NaN, 4f, 5f, 6f], read.Tensors["weights"].Values<float>().ToArray());
        Assert.Equal([2L, 3L], read.Tensors["weights"].Shape);
        Assert.Equal([long.MinValue], read.Tensors["step"].Values<long>().ToArray());
        Assert.Empty(read.Tensors["step"].Shape);
        Assert.Equal("one \"two\" äöü", read.Metadata["note"]);
    }

    [Fact]
    public void Write_OneTensor_HasTheBytesOfTheFormat()
    {
        using var stream = new MemoryStream();
        SafeTensors.Write(stream, new TensorArchive(new Dictionary<string, StoredTensor> { ["a"] = StoredTensor.From<float>([1f], 1) }));
        const string header = """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""";
        byte[] bytes = stream.ToArray();
        long headerLength = BinaryPrimitives.ReadInt64LittleEndian(bytes);
        Assert.Equal(0, headerLength % 8);
        Assert.Equal(header, Encoding.UTF8.GetString(bytes, 8, (int)headerLength).TrimEnd(' '));
        Assert.Equal([0, 0, 0x80, 0x3f], bytes[(8 + (int)headerLength)..]);
    }

    [Fact]
    public void Read_EveryShorterFile_IsRefused()
    {
        using var stream = new MemoryStream();
        SafeTensors.Write(stream, Example());
        byte[] whole = stream.ToArray();
        for (int length = 0; length < whole.Length; length++)
        {
            var e = Assert.Throws<UserErrorException>(() => SafeTensors.Read(new MemoryStream(whole[..length]), "cut.safetensors"));
            Assert.Contains("cut.safetensors", e.Message);
        }
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[2,6]}}""", 8, "overlap or leave a gap")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "overlap or leave a gap")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 4, "cut short")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 8, "follow the last tensor")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4, "needs 8 bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", 4, "impossible")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,4]}}""", 4, "impossible")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", 4, "not a range")]
    [InlineData("""{"a":{"dtype":"BF16","shape":[2],"data_offsets":[0,4]}}""", 4, "BF16")]
    [InlineData("""{"a":{"shape":[1],"data_offsets":[0,4]}}""", 4, "JSON")]
    [InlineData("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}""", 2, "twice")]
    [InlineData("""[1]""", 0, "JSON")]
    [InlineData("""{"a":""", 0, "JSON")]
    [InlineData("""{"__metadata__":{"x":1}}""", 0, "JSON")]
    public void Read_WrongHeader_IsRefusedWithItsReason(string header, int dataBytes, string reason)
    {
        string path = _folder.File("bad.safetensors");
        byte[] json = Encoding.UTF8.GetBytes(header);
        byte[] bytes = new byte[8 + json.Length + dataBytes];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, json.Length);
        json.CopyTo(bytes, 8);
        File.WriteAllBytes(path, bytes);
        var e = Assert.Throws<UserErrorException>(() => SafeTensors.Read(path));
        Assert.Contains(path, e.Message);
        Assert.Contains(reason, e.Message);
    }

    [Fact]
    public void Read_HeaderLengthBeyondTheFile_IsRefused()
    {
        byte[] bytes = new byte[64];
        bytes.AsSpan(0, 8).Fill(0xff);
        var e = Assert.Throws<UserErrorException>(() => SafeTensors.Read(new MemoryStream(bytes), "x"));
        Assert.Contains("header claims", e.Message);
    }

    [Fact]
    public void Read_MissingFile_IsRefused()
        => Assert.Contains("does not exist", Assert.Throws<UserErrorException>(() => SafeTensors.Read(_folder.File("none"))).Message);

    [Fact]
    public void Write_ReservedName_IsRefused()
        => Assert.Throws<ArgumentException>(() => SafeTensors.Write(
            new MemoryStream(), new TensorArchive(new Dictionary<string, StoredTensor> { ["__metadata__"] = StoredTensor.From<byte>([1], 1) })));

    [Fact]
    public void StoredTensor_WrongSizeOrType_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => StoredTensor.From<float>([1f, 2f], 3));
        Assert.Throws<ArgumentException>(() => StoredTensor.From<short>([1], 1));
        Assert.Throws<ArgumentException>(() => StoredTensor.From<float>([1f], 1).Values<double>().Length);
    }

    private static TensorArchive Example() => new(
        new Dictionary<string, StoredTensor>
        {
            ["bytes"] = StoredTensor.From<byte>([1, 2, 3], 3),
            ["weights"] = StoredTensor.From<float>([1.5f, -2f, float.NaN, 4f, 5f, 6f], 2, 3),
            ["double"] = StoredTensor.From<double>([double.Epsilon, Math.PI], 2),
            ["step"] = StoredTensor.From<long>([long.MinValue]),
            ["none"] = StoredTensor.From<float>([], 0, 4),
        },
        new Dictionary<string, string> { ["note"] = "one \"two\" äöü", ["empty"] = "" });
}

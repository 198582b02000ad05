using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace QDiff.Cli.Tests;

[Collection(TinyRunCollection.Name)]
public sealed class SampleCommandTests(TinyRun tiny) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Sample_ToNpy_IsAFloatArrayAsNumPyReadsIt()
    {
        byte[] bytes = Sample("x.npy", "--count", "7");
        Assert.Equal([0x93, .. "NUMPY"u8, 1, 0], bytes[..8]);
        int header = BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(8));
        Assert.Equal(0, (10 + header) % 64);
        Assert.Equal("{'descr': '<f4', 'fortran_order': False, 'shape': (7, 28, 28), }", Encoding.ASCII.GetString(bytes, 10, header).TrimEnd());
        float[] pixels = MemoryMarshal.Cast<byte, float>(bytes.AsSpan(10 + header)).ToArray();
        Assert.Equal(7 * 28 * 28, pixels.Length);
        Assert.All(pixels, pixel => Assert.InRange(pixel, 0f, 1f));
        Assert.True(pixels.Distinct().Count() > 100, "The images are blank.");
    }

    [Fact]
    public void Sample_SameSeed_IsTheSameAndAnother_IsNot()
    {
        byte[] first = Sample("a.npy", "--count", "3", "--seed", "5");
        Assert.Equal(first, Sample("b.npy", "--count", "3", "--seed", "5", "--threads", "1"));
        Assert.NotEqual(first, Sample("c.npy", "--count", "3", "--seed", "6"));
        Assert.NotEqual(first, Sample("d.npy", "--count", "3", "--seed", "5", "--steps", "2"));
        Assert.NotEqual(first, Sample("e.npy", "--count", "3", "--seed", "5", "--temperature", "50"));
        Assert.NotEqual(first, Sample("f.npy", "--count", "3", "--seed", "5", "--class", "8"));
    }

    [Fact]
    public void Sample_WithoutOut_WritesAPngIntoTheRunAndPrintsItsName()
    {
        using var copy = new TemporaryFolder();
        tiny.CopyTo(copy.File("run"));
        string file = CommandRunner.Run("sample", copy.File("run"), "--count", "20", "--class", "3").Done().Output.TrimEnd().Split('\n')[^1];
        Assert.Equal(copy.File("run", "samples"), Path.GetDirectoryName(file));
        byte[] png = File.ReadAllBytes(file);
        Assert.Equal([0x89, .. "PNG"u8], png[..4]);
        Assert.Equal(2 + (10 * (28 * 2 + 2)), BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)));
        Assert.Equal(2 + (2 * (28 * 2 + 2)), BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20)));
    }

    [Fact]
    public void Sample_MoreStepsThanTheRunHas_IsRefused() => Assert.Contains(
        "'--steps' must be 1 to 12 for this run", CommandRunner.Run("sample", tiny.Path, "--steps", "13").Refusal(ExitCode.WrongCommandLine), StringComparison.Ordinal);

    [Fact]
    public void Sample_IntoAFolderThatIsNotThere_IsRefused() => Assert.Contains(
        "its folder does not exist",
        CommandRunner.Run("sample", tiny.Path, "--count", "1", "--out", _folder.File("none", "x.npy")).Refusal(ExitCode.Failed), StringComparison.Ordinal);

    [Fact]
    public void Sample_Interrupted_LeavesNoFile()
    {
        CommandResult result = CommandRunner.Run(new CancellationToken(canceled: true), "sample", tiny.Path, "--out", _folder.File("x.npy"));
        Assert.Equal("Interrupted.", result.Refusal(ExitCode.Interrupted));
        Assert.Empty(Directory.GetFiles(_folder.Root));
    }

    [SmallDiskFact]
    public void Sample_OnADiskThatFills_IsRefusedAndLeavesNoPartOfAFile()
    {
        string line = QDiffProcess.ShellLine("sample", tiny.Path, "--count", "2000", "--out", _folder.File("x.npy"));
        using QDiffProcess process = QDiffProcess.StartShell(SmallDiskFactAttribute.Script(_folder.Root, 1024, line));
        CommandResult result = process.Wait();
        Assert.Contains("the disk is full", result.Refusal(ExitCode.Failed), StringComparison.Ordinal);
        Assert.DoesNotContain("left:", result.Output, StringComparison.Ordinal);
    }

    private byte[] Sample(string name, params string[] options)
    {
        string file = _folder.File(name);
        CommandRunner.Run(["sample", tiny.Path, "--out", file, .. options]).Done();
        return File.ReadAllBytes(file);
    }
}

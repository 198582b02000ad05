using QDiff.Models.Persistence;

namespace QDiff.Models.Tests.Persistence;

public sealed class AtomicFileTests : IDisposable
{
    private const int NoSpace = 28;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Write_NewAndExistingName_HoldsTheNewContentAndNothingElse()
    {
        string path = _folder.File("a.txt");
        AtomicFile.WriteText(path, "first");
        AtomicFile.WriteText(path, "second");
        Assert.Equal("second", File.ReadAllText(path));
        Assert.Equal(["a.txt"], Directory.EnumerateFiles(_folder.Root).Select(f => Path.GetFileName(f)));
    }

    [Fact]
    public void Write_WriterThrows_KeepsTheOldContentAndNoTemporaryFile()
    {
        string path = _folder.File("a.txt");
        AtomicFile.WriteText(path, "good");
        Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(path, stream =>
        {
            stream.WriteByte(1);
            throw new InvalidOperationException();
        }));
        Assert.Equal("good", File.ReadAllText(path));
        Assert.Single(Directory.EnumerateFiles(_folder.Root));
    }

    [Fact]
    public void Write_DiskFull_SaysWhichFileAndWhy()
    {
        string path = _folder.File("a.txt");
        var e = Assert.Throws<UserErrorException>(() => AtomicFile.Write(path, _ => throw new IOException("No space left on device", NoSpace)));
        Assert.Contains(path, e.Message);
        Assert.Contains("the disk is full", e.Message);
        Assert.Empty(Directory.EnumerateFiles(_folder.Root));
    }

    [Fact]
    public void Write_FolderMissing_SaysSo()
    {
        var e = Assert.Throws<UserErrorException>(() => AtomicFile.WriteText(_folder.File("none", "a.txt"), "x"));
        Assert.Contains("folder does not exist", e.Message);
    }

    [Fact]
    public void RemoveLeftovers_AfterAKill_DeletesOnlyTemporaryFiles()
    {
        File.WriteAllText(_folder.File("a.txt"), "good");
        File.WriteAllText(_folder.File("a.txt.0123456" + AtomicFile.TemporarySuffix), "half");
        AtomicFile.RemoveLeftovers(_folder.Root);
        Assert.Equal(["a.txt"], Directory.EnumerateFiles(_folder.Root).Select(f => Path.GetFileName(f)));
    }
}

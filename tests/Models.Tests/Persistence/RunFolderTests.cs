using QDiff.Models.Persistence;

namespace QDiff.Models.Tests.Persistence;

public sealed class RunFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Create_NewFolder_MakesTheSubfolders()
    {
        using RunFolder run = RunFolder.Create(_folder.File("runs", "a"), resume: false);
        Assert.True(Directory.Exists(run.CheckpointsPath));
        Assert.True(Directory.Exists(run.SamplesPath));
        Assert.False(run.HasConfig);
        Assert.False(run.IsFinished);
    }

    [Fact]
    public void Create_FolderOfSomethingElse_IsRefusedWithAndWithoutResume()
    {
        File.WriteAllText(_folder.File("letter.txt"), "dear");
        Assert.Contains("not empty", Assert.Throws<UserErrorException>(() => RunFolder.Create(_folder.Root, false)).Message);
        Assert.Contains("not a run folder", Assert.Throws<UserErrorException>(() => RunFolder.Create(_folder.Root, true)).Message);
        Assert.Single(Directory.EnumerateFileSystemEntries(_folder.Root));
    }

    [Fact]
    public void Create_ExistingRun_NeedsResume()
    {
        string path = _folder.File("a");
        using (RunFolder run = RunFolder.Create(path, false))
        {
            run.WriteConfig("{}");
        }
        Assert.Contains("unfinished run", Assert.Throws<UserErrorException>(() => RunFolder.Create(path, false)).Message);
        using (RunFolder run = RunFolder.Create(path, true))
        {
            Assert.True(run.HasConfig);
            run.WriteMetrics("{}");
        }
        Assert.Contains("finished run", Assert.Throws<UserErrorException>(() => RunFolder.Create(path, false)).Message);
        using RunFolder finished = RunFolder.Create(path, true);
        Assert.True(finished.IsFinished);
    }

    [Fact]
    public void Create_ResumeWhereThereIsNothing_IsRefused()
        => Assert.Contains("no run to resume", Assert.Throws<UserErrorException>(() => RunFolder.Create(_folder.File("typo"), true)).Message);

    [Fact]
    public void Create_ResumeOfARunKilledBeforeItsConfig_BeginsAnew()
    {
        string path = _folder.File("a");
        RunFolder.Create(path, false).Dispose();
        File.WriteAllText(Path.Combine(path, "config.json.abc" + AtomicFile.TemporarySuffix), "{");
        using RunFolder run = RunFolder.Create(path, true);
        Assert.False(run.HasConfig);
        Assert.DoesNotContain(Directory.EnumerateFiles(path), f => f.EndsWith(AtomicFile.TemporarySuffix, StringComparison.Ordinal));
    }

    [Fact]
    public void Create_PathIsAFileOrBelowOne_IsRefused()
    {
        string file = _folder.File("file");
        File.WriteAllText(file, "");
        Assert.Contains("is a file", Assert.Throws<UserErrorException>(() => RunFolder.Create(file, false)).Message);
        Assert.Contains("Cannot write", Assert.Throws<UserErrorException>(() => RunFolder.Create(Path.Combine(file, "a"), false)).Message);
    }

    [Fact]
    public void Create_WhileAnotherWriterHoldsIt_IsRefused()
    {
        string path = _folder.File("a");
        using (RunFolder.Create(path, false))
        {
            Assert.Contains("Another process", Assert.Throws<UserErrorException>(() => RunFolder.Create(path, true)).Message);
        }
        RunFolder.Create(path, true).Dispose();
    }

    [Fact]
    public void Open_MissingOrForeignFolder_IsRefused()
    {
        Assert.Contains("no run folder", Assert.Throws<UserErrorException>(() => RunFolder.Open(_folder.File("none"))).Message);
        Assert.Contains("config.json", Assert.Throws<UserErrorException>(() => RunFolder.Open(_folder.Root)).Message);
    }

    [Fact]
    public void ReadConfig_Damaged_IsRefused()
    {
        using RunFolder run = RunFolder.Create(_folder.File("a"), false);
        run.WriteConfig("""{"seed":1}""");
        Assert.Equal("""{"seed":1}""", run.ReadConfig());
        File.WriteAllText(run.ConfigPath, """{"seed":""");
        Assert.Contains("is not JSON", Assert.Throws<UserErrorException>(() => run.ReadConfig()).Message);
    }

    [Fact]
    public void Log_AfterATornLineAndAResume_ReadsLikeAnUninterruptedOne()
    {
        string path = _folder.File("a");
        using (RunFolder run = RunFolder.Create(path, false))
        {
            run.AppendLog("""{"event":"begin"}""");
            run.AppendLog("""{"step":1}""");
            run.AppendLog("""{"step":2}""");
            run.AppendLog("""{"step":3}""");
        }
        File.AppendAllText(Path.Combine(path, "log.jsonl"), """{"step":4,"lo""");
        using RunFolder resumed = RunFolder.Create(path, true);
        Assert.Equal(3, resumed.CutLogAfter(2));
        resumed.AppendLog("""{"step":3,"again":true}""");
        Assert.Equal(
            ["""{"event":"begin"}""", """{"step":1}""", """{"step":2}""", """{"step":3,"again":true}"""],
            File.ReadAllLines(resumed.LogPath));
    }

    [Fact]
    public void AppendLog_LineBreak_IsRefused()
    {
        using RunFolder run = RunFolder.Create(_folder.File("a"), false);
        Assert.Throws<ArgumentException>(() => run.AppendLog("{}\n{}"));
    }
}

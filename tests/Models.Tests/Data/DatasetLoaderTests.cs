using System.Diagnostics;
using System.Security.Cryptography;
using QDiff.Models.Data;
using QDiff.Models.Persistence;

namespace QDiff.Models.Tests.Data;

public sealed class DatasetLoaderTests : IDisposable
{
    private const string TrainImages = "train-images-idx3-ubyte.gz";
    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, byte[]> _content = new()
    {
        [TrainImages] = IdxFixture.Images(3),
        ["train-labels-idx1-ubyte.gz"] = IdxFixture.Labels([0, 1, 2]),
        ["t10k-images-idx3-ubyte.gz"] = IdxFixture.Images(2),
        ["t10k-labels-idx1-ubyte.gz"] = IdxFixture.Labels([3, 4]),
    };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("tiny")]
    public void Load_FilesInANamedFolderOrItsSubfolder_ReadsThem(string sub)
    {
        PutAll(_folder.File("d", sub));
        (ImageDataset train, ImageDataset test) = DatasetLoader.Load(Files(), In("d"), null, default);
        Assert.Equal(("tiny", 3, 2), (train.Name, train.Count, test.Count));
    }

    [Fact]
    public void Load_FilesInTheLaterOfTwoFolders_ReadsThem()
    {
        PutAll(_folder.File("cache", "tiny"));
        var places = new DatasetLoader.Places([_folder.File("none")], [_folder.File("data")], _folder.File("cache"));
        Assert.Equal(3, DatasetLoader.Load(Files(), places, null, default).Train.Count);
        Assert.False(Directory.Exists(_folder.File("none")));
    }

    [Fact]
    public void Load_SomeOfTheFilesInANamedFolder_NamesTheMissing()
    {
        PutAll(_folder.File("d"));
        File.Delete(_folder.File("d", TrainImages));
        Refused(TrainImages, () => DatasetLoader.Load(Files(), In("d"), null, default));
    }

    [Fact]
    public void LoadOrDraw_DamagedFile_IsRefusedAndNotPassedOver()
    {
        PutAll(_folder.File("d"));
        File.WriteAllBytes(_folder.File("d", TrainImages), _content[TrainImages][..^5]);
        Refused("cut short", () => DatasetLoader.LoadOrDraw(Files(), In("d"), null, null, default));
    }

    [Fact]
    public void Load_OtherContentThanPublished_IsRefusedByItsHash()
    {
        DatasetFiles files = Files();
        _content["train-labels-idx1-ubyte.gz"] = IdxFixture.Labels([2, 1, 0]);
        PutAll(_folder.File("d"));
        Refused("SHA-256", () => DatasetLoader.Load(files, In("d"), null, default));
    }

    [Fact]
    public void Load_NothingThere_DownloadsFromTheFirstGoodMirror()
    {
        using var empty = new MirrorFixture([]);
        using var wrong = new MirrorFixture(_content.ToDictionary(f => f.Key, _ => new byte[10]));
        using var good = new MirrorFixture(_content);
        var progress = new List<LoadProgress>();
        DatasetFiles files = Files(MirrorFixture.Dead(), empty.Address, wrong.Address, good.Address);
        (ImageDataset train, _) = DatasetLoader.Load(files, In("d"), new Collector(progress), default);
        Assert.Equal(3, train.Count);
        Assert.Equal(_content.Keys.Order(), Directory.EnumerateFiles(_folder.File("d", "tiny")).Select(f => Path.GetFileName(f)).Order());
        Assert.Contains(progress, p => p.File == TrainImages && p.Done == p.Total && p.Total == _content[TrainImages].Length);
        Assert.Equal(3, DatasetLoader.Load(Files(), In("d"), null, default).Train.Count);
    }

    [Fact]
    public void Load_CacheWithSomeOfTheFiles_DownloadsTheRest()
    {
        PutAll(_folder.File("cache", "tiny"));
        File.Delete(_folder.File("cache", "tiny", TrainImages));
        using var mirror = new MirrorFixture(_content);
        var places = new DatasetLoader.Places([], [], _folder.File("cache"));
        Assert.Equal(3, DatasetLoader.Load(Files(mirror.Address), places, null, default).Train.Count);
        Assert.Equal([TrainImages], mirror.Requests);
    }

    [Fact]
    public void Load_NamedFolderCannotBeWritten_DownloadsIntoTheCache()
    {
        File.WriteAllText(_folder.File("file"), "");
        using var mirror = new MirrorFixture(_content);
        var places = new DatasetLoader.Places([_folder.File("file")], [], _folder.File("cache"));
        Assert.Equal(3, DatasetLoader.Load(Files(mirror.Address), places, null, default).Train.Count);
        Assert.True(File.Exists(_folder.File("cache", "tiny", TrainImages)));
        var nowhere = places with { Cache = null };
        Refused("Cannot write", () => DatasetLoader.Load(Files(mirror.Address), nowhere, null, default));
    }

    [Fact]
    public void Load_NoMirrorAnswers_SaysWhatToDoAndLeavesNothing()
    {
        Refused("--data-dir", () => DatasetLoader.Load(Files(MirrorFixture.Dead()), In("d"), null, default));
        Assert.False(Directory.Exists(_folder.File("d", "tiny")));
    }

    [Fact]
    public void LoadOrDraw_NoMirrorAnswers_DrawsDigitsWithOneWarningSoon()
    {
        var warnings = new List<string>();
        var watch = Stopwatch.StartNew();
        // 192.0.2.0/24 is reserved for documentation: nothing answers there.
        DatasetFiles files = Files(MirrorFixture.Dead(), new Uri("http://192.0.2.1/"), new Uri("http://no-such-host.invalid/"));
        TimeSpan given = TimeSpan.MaxValue;
        void Warn(string warning)
        {
            given = watch.Elapsed;
            warnings.Add(warning);
        }
        (ImageDataset train, ImageDataset test) = DatasetLoader.LoadOrDraw(files, In("d"), Warn, null, default);
        Assert.Equal((StrokeDigits.Name, 60_000, 10_000), (train.Name, train.Count, test.Count));
        Assert.Contains("do not compare", Assert.Single(warnings));
        Assert.True(given < TimeSpan.FromSeconds(20), $"It took {given} to give up; three mirrors have two seconds each.");
    }

    [Fact]
    public void Load_Cancelled_StopsAndLeavesNoHalfFile()
    {
        using var mirror = new MirrorFixture(_content);
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => DatasetLoader.Load(Files(mirror.Address), In("d"), null, cancelled.Token));
        Assert.False(Directory.Exists(_folder.File("d", "tiny")));
    }

    [Theory]
    [InlineData("auto", DataChoice.Auto)]
    [InlineData("mnist", DataChoice.Mnist)]
    [InlineData("fashion-mnist", DataChoice.FashionMnist)]
    [InlineData("digits", DataChoice.Digits)]
    public void Parse_KnownName_IsItsChoice(string name, DataChoice expected) => Assert.Equal(expected, DatasetLoader.Parse(name));

    [Fact]
    public void Parse_UnknownName_SaysWhatThereIs() => Refused("fashion-mnist", () => DatasetLoader.Parse("cifar"));

    [MnistFact]
    public void Load_Mnist_HasTheKnownCounts()
    {
        (ImageDataset train, ImageDataset test) = DatasetLoader.Load(DataChoice.Mnist);
        Assert.Equal((60_000, 10_000), (train.Count, test.Count));
        Assert.Equal([5, 0, 4, 1, 9], train.Labels[..5]);
        Assert.Equal(6742, train.Labels.Count(label => label == 1));
    }

    private static void Refused(string reason, Func<object?> act) => Assert.Contains(reason, Assert.Throws<UserErrorException>(act).Message);

    private DatasetLoader.Places In(string folder) => new([_folder.File(folder)], [], null);

    private void PutAll(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach ((string name, byte[] bytes) in _content)
        {
            File.WriteAllBytes(Path.Combine(folder, name), bytes);
        }
    }

    private DatasetFiles Files(params Uri[] mirrors)
    {
        DatasetFile[] all = [.. _content.Select(f => new DatasetFile(f.Key, Convert.ToHexStringLower(SHA256.HashData(f.Value))))];
        return new DatasetFiles("tiny", all[0], all[1], all[2], all[3], mirrors);
    }

    private sealed class Collector(List<LoadProgress> into) : IProgress<LoadProgress>
    {
        public void Report(LoadProgress value) => into.Add(value);
    }
}

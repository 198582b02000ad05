using QDiff.Models.Persistence;

namespace QDiff.Models.Tests.Persistence;

public sealed class CheckpointStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _warnings = [];

    private CheckpointStore Store => new(_folder.Root);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void LoadLatest_NoCheckpoint_IsNull()
    {
        Assert.Null(Store.LoadLatest());
    }

    [Fact]
    public void Save_SeveralSteps_KeepsTheLastTwo()
    {
        foreach (int step in new[] { 1, 2, 30, 100_000_000 })
        {
            Store.Save(step, State(step));
        }
        Assert.Equal(
            ["step-00000030.safetensors", "step-100000000.safetensors"],
            Directory.EnumerateFiles(_folder.Root).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal));
        (long newest, TensorArchive state) = Store.LoadLatest()!.Value;
        Assert.Equal(100_000_000, newest);
        Assert.Equal([1e8f], state.Tensors["w"].Values<float>().ToArray());
        Assert.Equal("kept", state.Metadata["note"]);
    }

    [Fact]
    public void LoadLatest_AnyBitOfTheNewestFlipped_FallsBackWithAWarning()
    {
        Store.Save(1, State(1));
        Store.Save(2, State(2));
        string newest = Store.PathOf(2);
        byte[] good = File.ReadAllBytes(newest);
        for (int at = 0; at < good.Length; at++)
        {
            if (good[at] == (byte)' ')
            {
                continue; // Padding of the header: white space for white space changes nothing that is stored.
            }
            byte[] bad = [.. good];
            bad[at] ^= 0x04;
            File.WriteAllBytes(newest, bad);
            _warnings.Clear();
            try
            {
                Assert.Equal(1, Store.LoadLatest(_warnings.Add)!.Value.Step);
                Assert.Contains(newest, Assert.Single(_warnings));
            }
            catch (UserErrorException e)
            {
                Assert.Contains("not a checkpoint of this program", e.Message); // The flip hit the name of the format.
            }
        }
    }

    [Fact]
    public void LoadLatest_NewestCutShort_FallsBackAndTheNextSaveReplacesIt()
    {
        Store.Save(1, State(1));
        Store.Save(2, State(2));
        File.WriteAllBytes(Store.PathOf(2), File.ReadAllBytes(Store.PathOf(2))[..^1]);
        Assert.Equal(1, Store.LoadLatest(_warnings.Add)!.Value.Step);
        Store.Save(2, State(7));
        Assert.Equal([7f], Store.LoadLatest(_warnings.Add)!.Value.State.Tensors["w"].Values<float>().ToArray());
        Assert.True(File.Exists(Store.PathOf(1)));
        Assert.Single(_warnings);
    }

    [Fact]
    public void LoadLatest_AllDamaged_IsRefused()
    {
        Store.Save(1, State(1));
        File.WriteAllText(Store.PathOf(1), "not at all");
        Assert.Contains("is whole", Assert.Throws<UserErrorException>(() => Store.LoadLatest(_warnings.Add)).Message);
    }

    [Fact]
    public void LoadLatest_ForeignFile_IsRefused()
    {
        Store.Save(1, State(1));
        SafeTensors.Write(Store.PathOf(2), State(2));
        Assert.Contains("not a checkpoint of this program", Assert.Throws<UserErrorException>(() => Store.LoadLatest()).Message);
    }

    [Fact]
    public void Save_EarlierStepAfterAFallback_DeletesTheAbandonedLaterOnes()
    {
        Store.Save(1, State(1));
        Store.Save(9, State(9));
        Store.Save(5, State(5));
        Assert.Equal(5, Store.LoadLatest()!.Value.Step);
        Assert.True(File.Exists(Store.PathOf(1)));
    }

    private static TensorArchive State(float value) => new(
        new Dictionary<string, StoredTensor> { ["w"] = StoredTensor.From<float>([value], 1) },
        new Dictionary<string, string> { ["note"] = "kept" });
}

namespace QDiff.Cli.Tests;

/// <summary>Runs that are interrupted, killed and damaged end where an undisturbed run ends.</summary>
[Collection(TinyRunCollection.Name)]
public sealed class InterruptionTests(TinyRun tiny) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [UnixFact]
    public void Train_InterruptedAtARandomMoment_ExitsWith130AndResumesBitForBit()
    {
        int seed = Environment.TickCount;
        var random = new Random(seed);
        string run = _folder.File("interrupted");
        string stage = random.Next(2) == 0 ? "autoencoder" : "trained";
        using (QDiffProcess process = QDiffProcess.Start(_folder.Root, ["train", "--out", run, .. TinyRun.Options]))
        {
            process.WaitUntil(() => Directory.Exists(Path.Combine(run, "checkpoints", stage)));
            Thread.Sleep(random.Next(200));
            process.Interrupt();
            CommandResult result = process.Wait();
            Assert.True(result.ExitCode == ExitCode.Interrupted, $"seed {seed}: {result}");
            Assert.Contains($"Go on with: qdiff train --resume --out {run}", result.Error, StringComparison.Ordinal);
            Assert.Contains("Stopping after the step under way", result.Output, StringComparison.Ordinal);
        }

        CommandRunner.Run("train", "--resume", "--out", run).Done();
        tiny.AssertSame(run);
        DamageNewestCheckpointAndResume(run);
    }

    [UnixFact]
    public void Bench_Interrupted_EndsAtOnce()
    {
        string table = _folder.File("table.md");
        using QDiffProcess process = QDiffProcess.StartShell($"exec {QDiffProcess.ShellLine("bench", "gradient-variance")} > '{table}'");
        process.WaitUntil(() => File.Exists(table) && new FileInfo(table).Length > 0);
        process.Interrupt();
        Assert.Equal(ExitCode.Interrupted, process.Wait().ExitCode);
        Assert.InRange(File.ReadAllLines(table).Length, 1, 2 + 19);
    }

    [UnixFact]
    public void Train_KilledAtSeveralMoments_ResumesBitForBit()
    {
        int seed = Environment.TickCount;
        var random = new Random(seed);
        string run = _folder.File("killed");
        Func<bool>[] moments =
        [
            () => Directory.Exists(run),
            () => Directory.Exists(Path.Combine(run, "checkpoints", "autoencoder")),
            () => Directory.Exists(Path.Combine(run, "checkpoints", "trained")),
        ];
        string[] resume = [];
        foreach (Func<bool> moment in moments)
        {
            using QDiffProcess process = QDiffProcess.Start(_folder.Root, ["train", .. resume, "--out", run, .. TinyRun.Options]);
            process.WaitUntil(moment);
            Thread.Sleep(random.Next(200));
            process.Kill();
            process.Wait();
            resume = ["--resume"];
        }

        CommandRunner.Run(["train", "--resume", "--out", run, .. TinyRun.Options]).Done();
        tiny.AssertSame(run);
    }

    [Fact]
    public void Train_CancelledBeforeItBegan_SaysSo()
    {
        string run = _folder.File("run");
        CommandResult result = CommandRunner.Run(new CancellationToken(canceled: true), ["train", "--out", run, .. TinyRun.Options]);
        Assert.StartsWith("Interrupted", result.Refusal(ExitCode.Interrupted), StringComparison.Ordinal);
    }

    [Fact]
    public void Sample_WithAForeignCheckpoint_IsRefused()
    {
        string run = _folder.File("foreign");
        tiny.CopyTo(run);
        File.Copy(TinyRun.Newest(run, "autoencoder"), TinyRun.Newest(run, "trained"), overwrite: true);
        Assert.Contains("belongs to another run or stage", CommandRunner.Run("sample", run).Refusal(ExitCode.Failed), StringComparison.Ordinal);
    }

    [Fact]
    public void Sample_WithoutAnyWholeCheckpoint_IsRefused()
    {
        string run = _folder.File("damaged");
        tiny.CopyTo(run);
        foreach (string file in Directory.GetFiles(Path.Combine(run, "checkpoints", "trained")))
        {
            Truncate(file);
        }

        Assert.Contains("No checkpoint", CommandRunner.Run("sample", run).Refusal(ExitCode.Failed), StringComparison.Ordinal);
    }

    /// <summary>An interrupted and finished run has two checkpoints in one of its stages: without the newer it goes on from the older.</summary>
    private void DamageNewestCheckpointAndResume(string run)
    {
        string? stage = ((string[])["autoencoder", "trained"]).FirstOrDefault(s => Directory.GetFiles(Path.Combine(run, "checkpoints", s)).Length > 1);
        if (stage is null)
        {
            // The signal came after the last training step, so nothing was saved a second time.
            return;
        }

        Truncate(TinyRun.Newest(run, stage));
        CommandResult result = CommandRunner.Run("train", "--resume", "--out", run).Done();
        Assert.Contains("qdiff: warning: Skipped a damaged checkpoint", result.Error, StringComparison.Ordinal);
        tiny.AssertSame(run);
    }

    private static void Truncate(string file)
    {
        using FileStream stream = File.OpenWrite(file);
        stream.SetLength(stream.Length / 2);
    }
}

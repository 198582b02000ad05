namespace QDiff.Cli.Tests;

[Collection(TinyRunCollection.Name)]
public sealed class SamplerCommandTests(TinyRun tiny) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Sample_WithEachSampler_DrawsOtherImagesAndAncestralIsTheDefault()
    {
        byte[] standard = Sample(tiny.Path, "a.npy");
        Assert.Equal(standard, Sample(tiny.Path, "b.npy", "--sampler", "ancestral"));
        byte[] ddim = Sample(tiny.Path, "c.npy", "--sampler", "ddim"), second = Sample(tiny.Path, "d.npy", "--sampler", "dpm++");
        Assert.NotEqual(standard, ddim);
        Assert.NotEqual(ddim, second);
    }

    [Fact]
    public void Sample_UnknownSampler_IsRefused() => Assert.Contains(
        "ancestral, ddim or dpm++", CommandRunner.Run("sample", tiny.Path, "--sampler", "euler").Refusal(ExitCode.WrongCommandLine), StringComparison.Ordinal);

    [Theory]
    [InlineData("sample")]
    [InlineData("evaluate")]
    public void Draw_WithATemperatureThatTheSamplerHasNoUseFor_IsRefused(string command) => Assert.Contains(
        "ddim draws nothing on the way; leave it out",
        CommandRunner.Run(command, tiny.Path, "--sampler", "ddim", "--temperature", "2").Refusal(ExitCode.WrongCommandLine), StringComparison.Ordinal);

    [Theory]
    [InlineData("sample")]
    [InlineData("evaluate")]
    public void Draw_GuidedWithoutLabelDropout_IsRefused(string command) => Assert.Contains(
        "train one with --label-dropout 0.1",
        CommandRunner.Run(command, tiny.Path, "--class", "3", "--guidance", "1").Refusal(ExitCode.WrongCommandLine), StringComparison.Ordinal);

    [Fact]
    public void Ddpm_TrainedWithLabelDropout_DrawsGuidedSamplesAndScoresAClass()
    {
        string run = _folder.File("ddpm");
        string[] quick = [.. TinyRun.Options[..^6], "--denoiser-steps", "100", "--batch", "16"];
        string trained = CommandRunner.Run(["train", "--model", "ddpm", "--out", run, "--label-dropout", "0.2", .. quick, "--steps", "12"]).Done().Output;
        Assert.Contains("12 steps, dpm++", trained, StringComparison.Ordinal);
        Assert.NotEqual(Sample(run, "a.npy", "--class", "3"), Sample(run, "b.npy", "--class", "3", "--guidance", "2"));
        string scored = CommandRunner.Run("evaluate", run, "--class", "3", "--guidance", "2", "--samples", "1000", "--sampler", "dpm++", "--steps", "5").Done().Output;
        Assert.Contains("right class", scored, StringComparison.Ordinal);
        Assert.Contains("5 steps, dpm++, guidance 2", scored, StringComparison.Ordinal);
        Assert.Contains("which has no circuit", CommandRunner.Run("export", run, "--timestep", "3").Refusal(ExitCode.Failed), StringComparison.Ordinal);
        Assert.Contains(
            "'--model hybrid' contradicts the run", CommandRunner.Run("train", "--model", "hybrid", "--resume", "--out", run).Refusal(ExitCode.WrongCommandLine), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--controls")]
    [InlineData("--gradient", "shift")]
    [InlineData("--entangler", "none")]
    public void Train_DdpmWithOptionsOfTheCircuit_IsRefused(params string[] options) => Assert.Contains(
        "does not apply to '--model ddpm'",
        CommandRunner.Run(["train", "--model", "ddpm", "--out", _folder.File("x"), .. options]).Refusal(ExitCode.WrongCommandLine), StringComparison.Ordinal);

    private byte[] Sample(string run, string name, params string[] options)
    {
        string file = _folder.File(name);
        CommandRunner.Run(["sample", run, "--count", "3", "--out", file, .. options]).Done();
        return File.ReadAllBytes(file);
    }
}

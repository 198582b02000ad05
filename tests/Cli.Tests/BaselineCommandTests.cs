namespace QDiff.Cli.Tests;

public sealed class BaselineCommandTests : IDisposable
{
    private static readonly string[] s_small = ["--data", "digits", "--train-images", "1000", "--samples", "1000"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("gmm", "--qubits", "2", "--autoencoder-epochs", "1", "--components", "3")]
    [InlineData("vae", "--qubits", "2", "--autoencoder-epochs", "1")]
    [InlineData("wgan-latent", "--qubits", "2", "--autoencoder-epochs", "1", "--layers", "2", "--denoiser-steps", "20", "--batch", "16")]
    public void Baseline_Trained_IsScoredAndDrawnFrom(string model, params string[] options)
    {
        string run = _folder.File(model), file = _folder.File("x.npy");
        string trained = CommandRunner.Run(["train", "--model", model, "--out", run, .. s_small, .. options]).Done().Output;
        Assert.Contains("no diffusion", trained, StringComparison.Ordinal);
        CommandRunner.Run("sample", run, "--count", "4", "--out", file).Done();
        Assert.True(new FileInfo(file).Length > 4 * 784 * 4);
        Assert.Contains(
            $"'--steps' does not apply to a run of {model}, which has no diffusion",
            CommandRunner.Run("sample", run, "--steps", "5").Refusal(ExitCode.WrongCommandLine), StringComparison.Ordinal);
        if (model != "wgan-latent")
        {
            Assert.Contains("which knows no classes", CommandRunner.Run("sample", run, "--class", "5").Refusal(ExitCode.WrongCommandLine), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("hybrid", "--components", "3")]
    [InlineData("vae", "--denoiser-steps", "3")]
    [InlineData("gmm", "--sampler", "ddim")]
    [InlineData("wgan", "--qubits", "3")]
    [InlineData("unet", "--layers", "3")]
    [InlineData("gmm", "--reupload-radius", "1")]
    [InlineData("wgan-latent", "--label-dropout", "0.1")]
    public void Train_WithAnOptionThatTheModelHasNoUseFor_IsRefused(string model, string option, string value) => Assert.Contains(
        $"'{option}' does not apply to '--model {model}'",
        CommandRunner.Run("train", "--model", model, "--out", _folder.File("x"), option, value).Refusal(ExitCode.WrongCommandLine), StringComparison.Ordinal);
}

using QDiff.Models.Training;

namespace QDiff.Cli.Tests;

public class CommandLineTests
{
    [Theory]
    [InlineData("train --qubit 3", "'--qubit' is not an option of 'qdiff train'; did you mean '--qubits'?")]
    [InlineData("train --frobnicate", "'--frobnicate' is not an option of 'qdiff train'")]
    [InlineData("train --qubit=3", "'--qubit' is not an option")]
    [InlineData("sample --cout 3", "'--cout' is not an option of 'qdiff sample'; did you mean '--count'?")]
    [InlineData("evaluate run --out x", "'--out' is not an option of 'qdiff evaluate'")]
    [InlineData("devices --jsn", "did you mean '--json'?")]
    [InlineData("--verbos", "'--verbos' is not an option of 'qdiff'; did you mean '--verbose'?")]
    public void Option_Unknown_IsRefusedWithASuggestion(string line, string sentence) =>
        Assert.Contains(sentence, CommandRunner.Run(line.Split(' ')).Refusal(ExitCode.WrongCommandLine), StringComparison.Ordinal);

    [Theory]
    [InlineData("trian", "'trian' is not a command of 'qdiff'; did you mean 'train'?")]
    [InlineData("fly", "the commands are train, sample, evaluate, compare, report,")]
    [InlineData("train now", "'qdiff train' has no use for the word 'now'")]
    [InlineData("sample", "'qdiff sample' needs <RUN>")]
    [InlineData("evaluate", "'qdiff evaluate' needs <RUN>")]
    [InlineData("sample ", "<RUN> must be the name of a file or folder; got an empty word.")]
    [InlineData("simulate ", "<FILE.qasm> must be the name of a file or folder; got an empty word.")]
    [InlineData("bench", "'qdiff bench' needs one of its commands: throughput, gradient, density")]
    [InlineData("bench speed", "'speed' is not a command of 'qdiff bench'; the commands are throughput, gradient, density")]
    [InlineData("bench gradient --jsn", "'--jsn' is not an option of 'qdiff bench gradient'; did you mean '--json'?")]
    public void Word_MissingOrUnknown_IsRefused(string line, string sentence) =>
        Assert.Contains(sentence, CommandRunner.Run(line.Split(' ')).Refusal(ExitCode.WrongCommandLine), StringComparison.Ordinal);

    [Theory]
    [InlineData("train --qubits", "'--qubits' needs a value")]
    [InlineData("train --qubits --layers 3", "'--qubits' needs a value")]
    [InlineData("train --qubits 3 --qubits 4", "'--qubits' was given 2 values (3, 4); give it one.")]
    [InlineData("train --qubits ten", "'--qubits' needs a whole number from 2 to 16; got 'ten'.")]
    [InlineData("train --qubits 3.5", "got '3.5'")]
    [InlineData("train --layers 99999999999", "got '99999999999'")]
    [InlineData("train --seed -1", "'--seed' needs a whole number from 0 to 18446744073709551615; got '-1'.")]
    [InlineData("train --learning-rate nan", "'--learning-rate' needs a number from 0.00000001 to 1; got 'nan'.")]
    [InlineData("train --learning-rate 1,5", "got '1,5'")]
    [InlineData("train --temperature infinity", "got 'infinity'")]
    [InlineData("train --temperature -2", "got '-2'")]
    [InlineData("train --preset huge", "'--preset' must be quick, standard or full; got 'huge'.")]
    [InlineData("train --model cnn", "'--model' must be hybrid, ddpm, gmm, vae, wgan-latent, wgan, unet, cqgdm, qcgdm, qqgdm or feature-net; got 'cnn'.")]
    [InlineData("train --data cats", "'--data' must be auto, mnist, fashion-mnist or digits; got 'cats'.")]
    [InlineData("train --entangler ring", "'--entangler' must be chain, staircase or none; got 'ring'.")]
    [InlineData("train --features all", "'--features' must be paulis or born; got 'all'.")]
    [InlineData("train --gradient magic", "'--gradient' must be adjoint, shift, antithetic or spsa; got 'magic'.")]
    [InlineData("train --shots 100", "--shots 100 does not go with --gradient adjoint")]
    [InlineData("train --gradient antithetic", "--gradient antithetic is about the random numbers of shots and needs --shots N")]
    [InlineData("train --mitigate readout", "--mitigate is about noise and needs --noise FILE")]
    [InlineData("train --trajectories 3", "--trajectories is about noise and needs --noise FILE")]
    [InlineData("train --mitigate gates", "'--mitigate' must be none or readout; got 'gates'.")]
    [InlineData("train --threads 0", "'--threads' needs a whole number from 1 to 1024; got '0'.")]
    [InlineData("train --diffusion-steps 20 --steps 30", "--steps must be between 1 and 20; got 30.")]
    [InlineData("train --model feature-net --qubits 3", "'--qubits' does not apply to '--model feature-net'")]
    [InlineData("train --model feature-net --resume", "'--resume' does not apply to '--model feature-net'")]
    [InlineData("sample run --class 10", "'--class' needs a whole number from 0 to 9; got '10'.")]
    [InlineData("sample run --count 0", "got '0'")]
    [InlineData("sample run --out x.jpg", "'--out' writes .png (a grid) or .npy (an array); got 'x.jpg'")]
    [InlineData("sample run --out x", "got 'x'")]
    [InlineData("sample run --count 10001", "a PNG grid holds at most 10000 images; got '--count 10001'")]
    [InlineData("evaluate run --samples 10", "'--samples' needs a whole number from 1000 to 60000; got '10'.")]
    [InlineData("bench gradient --precision half", "'--precision' must be float or double; got 'half'.")]
    [InlineData("bench gradient --share 0.5", "'--share' is not an option of 'qdiff bench gradient'")]
    [InlineData("bench gradient-variance --qubits 3", "'--qubits' is not an option of 'qdiff bench gradient-variance'")]
    [InlineData("bench gradient-variance --share 0", "'--share' needs a number from 0.001 to 1; got '0'.")]
    [InlineData("bench training --qubits 17", "'--qubits' needs a whole number from 2 to 16; got '17'.")]
    [InlineData("bench gradient-variance --device ilgpu-cpu", "This benchmark measures the CPU alone; got '--device ilgpu-cpu'")]
    [InlineData("bench coherent-batching --device cuda", "This benchmark measures the CPU alone")]
    [InlineData("bench throughput --batch 0", "'--batch' needs a whole number from 1 to 1000000; got '0'.")]
    [InlineData("bench gradient --qubits 25", "'--qubits' needs a whole number from 1 to 24; got '25'.")]
    public void Value_WrongOrOutOfRange_IsRefusedWithWhatIsAllowed(string line, string sentence) =>
        Assert.Contains(sentence, CommandRunner.Run(line.Split(' ')).Refusal(ExitCode.WrongCommandLine), StringComparison.OrdinalIgnoreCase);

    [Theory]
    [InlineData("tpu", "There is no device 'tpu'; devices are auto, cpu, cuda, cuda:N, opencl, opencl:N and ilgpu-cpu")]
    [InlineData("cudax", "There is no device 'cudax'")]
    [InlineData("cuda:x", "There is no device 'cuda:x'")]
    [InlineData("ilgpu-cpu:1", "There is no device 'ilgpu-cpu:1'")]
    public void Device_OfNoKind_IsRefusedWithTheKinds(string device, string sentence) =>
        Assert.StartsWith(sentence, CommandRunner.Run("train", "--device", device).Refusal(ExitCode.WrongCommandLine), StringComparison.Ordinal);

    [Theory]
    [InlineData("--train-images")]
    [InlineData("--qubits")]
    [InlineData("--layers")]
    [InlineData("--reupload-radius")]
    [InlineData("--diffusion-steps")]
    [InlineData("--autoencoder-epochs")]
    [InlineData("--denoiser-steps")]
    [InlineData("--batch")]
    [InlineData("--samples")]
    [InlineData("--learning-rate")]
    [InlineData("--temperature")]
    [InlineData("--shots")]
    [InlineData("--trajectories")]
    public void TrainOption_BeyondItsRange_IsRefused(string option)
    {
        (double low, double high) = RunConfig.RangeOf(option);
        foreach (double beyond in (double[])[low - 1, high + 1])
        {
            string text = FormattableString.Invariant($"{beyond}");
            Assert.Contains(text, CommandRunner.Run("train", option, text).Refusal(ExitCode.WrongCommandLine), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("sample")]
    [InlineData("evaluate")]
    public void RunFolder_ThatIsNotThere_IsRefused(string verb)
    {
        using var folder = new TemporaryFolder();
        Assert.StartsWith("There is no run folder", CommandRunner.Run(verb, folder.File("none")).Refusal(ExitCode.Failed), StringComparison.Ordinal);
        Assert.Contains("it has no config.json", CommandRunner.Run(verb, folder.Root).Refusal(ExitCode.Failed), StringComparison.Ordinal);
    }

    [Fact]
    public void NoiseFile_ThatCannotBeUsed_IsRefusedWithItsPlace()
    {
        using var folder = new TemporaryFolder();
        Assert.StartsWith("Cannot read the noise file", CommandRunner.Run("train", "--noise", folder.File("none.json")).Refusal(ExitCode.Failed), StringComparison.Ordinal);
        File.WriteAllText(folder.File("noise.json"), """{ "format": "qdiff-noise-1", "rules": [ { "after": "cx", "channels": [ { "name": "Depolarizing", "p": 7 } ] } ] }""");
        string sentence = CommandRunner.Run("train", "--noise", folder.File("noise.json")).Refusal(ExitCode.Failed);
        Assert.Contains("cannot be used: $.rules[0].channels[0]", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void NoiseWithAnotherGradientThanTheAdjoint_IsRefused()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("noise.json"), """{ "format": "qdiff-noise-1" }""");
        Assert.StartsWith(
            "--noise trains by adjoint differentiation", CommandRunner.Run("train", "--gradient", "spsa", "--noise", folder.File("noise.json")).Refusal(ExitCode.WrongCommandLine),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Verbose_OnFailure_AddsTheTechnicalDetails()
    {
        CommandResult result = CommandRunner.Run("sample", "no/such/run", "--verbose");
        Assert.Equal(ExitCode.Failed, result.ExitCode);
        Assert.Contains("UserErrorException", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Version_AskedFor_IsPrinted() =>
        Assert.Matches(@"^qdiff \d+\.\d+\.\d+", CommandRunner.Run("--version").Done().Output);
}

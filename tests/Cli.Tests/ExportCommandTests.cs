using System.Text.Json;
using QDiff.Engine.Backends;
using QDiff.Engine.Cpu;
using QDiff.Engine.Planning;
using QDiff.Engine.States;
using QDiff.Models;
using QDiff.Models.Generators;
using QDiff.Models.Training;
using static TorchSharp.torch;

namespace QDiff.Cli.Tests;

[Collection(TinyRunCollection.Name)]
public sealed class ExportCommandTests(TinyRun tiny) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("2", 1)]
    [InlineData("3", 1)]
    [InlineData("3", 7)]
    [InlineData("3", 12)]
    public void Export_ReadBack_GivesTheAmplitudesOfTheModelsCircuit(string version, int timestep)
    {
        string file = _folder.File("c.qasm");
        string printed = CommandRunner.Run(
            "export", tiny.Path, "--timestep", $"{timestep}", "--sample", "3", "--class", "8", "--seed", "4", "--openqasm", version, "--out", file).Done().Output;
        Assert.Equal(file, printed.TrimEnd().Split('\n')[^1]);
        double[][] read = JsonSerializer.Deserialize<double[][]>(CommandRunner.Run("simulate", file, "--statevector").Done().Output)!;

        using var backend = new CpuBackend();
        LatentDiffusionModel model = ImageTraining.LoadHybrid(tiny.Path, new ComputeDevice("cpu", CPU, backend), _ => { });
        (var circuit, var inputs) = model.CircuitAt(8, 3, timestep, RunConfigOf(tiny.Path).Temperature, 4);
        using var state = StateVectorBatch<double>.Zero(1, circuit.QubitCount);
        backend.Apply(Planner.Plan(circuit), new Bindings<double>([], inputs.AsSpan()), state);
        Assert.Equal(state.Dimension, read.Length);
        for (int k = 0; k < read.Length; k++)
        {
            Assert.Equal(state.Real(0)[k], read[k][0], 1e-12);
            Assert.Equal(state.Imaginary(0)[k], read[k][1], 1e-12);
        }
    }

    [Fact]
    public void Export_OfAnotherStepSampleClassOrSeed_IsAnotherCircuit()
    {
        string[] options = ["--timestep", "5"];
        string first = Text(options);
        Assert.StartsWith("// The circuit of a qdiff run: sample 0, class 0, timestep 5 of 12, seed ", first, StringComparison.Ordinal);
        Assert.Equal(first, Text([.. options, "--class", "0", "--threads", "1"]));
        string[] others = [Text("--timestep", "6"), Text([.. options, "--sample", "10"]), Text([.. options, "--class", "5"]), Text([.. options, "--seed", "99"])];
        Assert.Equal(5, others.Append(first).Select(text => text[text.IndexOf('\n', StringComparison.Ordinal)..]).Distinct().Count());
    }

    [Fact]
    public void Export_OfAStepThatTheRunLacks_IsRefused()
    {
        Assert.StartsWith(
            "'--timestep' must be 1 to 12 for this run", CommandRunner.Run("export", tiny.Path, "--timestep", "13").Refusal(ExitCode.WrongCommandLine), StringComparison.Ordinal);
        Assert.Contains("--timestep", CommandRunner.Run("export", tiny.Path).Refusal(ExitCode.WrongCommandLine), StringComparison.Ordinal);
    }

    private string Text(params string[] options) => CommandRunner.Run(["export", tiny.Path, .. options]).Done().Output;

    private static RunConfig RunConfigOf(string folder) => RunConfig.Parse(File.ReadAllText(Path.Combine(folder, "config.json")), "config.json");
}

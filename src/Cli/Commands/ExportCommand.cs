using System.Collections.Immutable;
using System.CommandLine;
using System.Text;
using QDiff.Cli.Display;
using QDiff.Cli.Parsing;
using QDiff.Engine.Circuits;
using QDiff.Engine.OpenQasm;
using QDiff.Engine.Programs;
using QDiff.Models;
using QDiff.Models.Data;
using QDiff.Models.Generators;
using QDiff.Models.Persistence;
using QDiff.Models.Training;
using static QDiff.Cli.Display.Sentence;

namespace QDiff.Cli.Commands;

/// <summary><c>qdiff export</c>: writes the circuit of a trained run, at one step of one sample's draw, as OpenQASM.</summary>
internal sealed class ExportCommand
{
    private const int MostSamples = 500_000;
    private const string Two = "2";

    private readonly Argument<string> _folder = CommandOptions.Run();
    private readonly Option<int?> _timestep = CommandOptions.Whole(
        "--timestep", "Step of the noise process whose noisy state the circuit is given, at most the run's --diffusion-steps", 1, (int)RunConfig.RangeOf("--diffusion-steps").High);

    private readonly Option<int?> _class = CommandOptions.Whole("--class", "Class of the sample", 0, ImageDataset.Classes - 1, "the last digit of --sample, as sample draws them");
    private readonly Option<int?> _sample = CommandOptions.Whole("--sample", "Which sample: a row of what 'sample' draws in as many steps as the noise process has", 0, MostSamples - 1, "0");
    private readonly Option<ulong?> _seed = CommandOptions.Seed("--seed", "Seed of the draw. Default: the run's.");
    private readonly Option<string?> _openQasm = CommandOptions.Word("--openqasm", "Version of the language. Default: 3.", Two, "3");
    private readonly Option<string?> _out = CommandOptions.Path("--out", "FILE.qasm", "The file. Default: standard output.");
    private readonly CommandLineDevice _device = new();
    private readonly Terminal _terminal;

    private ExportCommand(Terminal terminal) => _terminal = terminal;

    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        var export = new ExportCommand(terminal);
        export._timestep.Required = true;
        var command = new Command("export", "Writes a trained run's circuit as OpenQASM: its layers with the angles of one sample at one step.") { export._folder };
        foreach (Option option in (Option[])[export._timestep, export._class, export._sample, export._seed, export._openQasm, export._out, .. export._device.All])
        {
            command.Add(option);
        }

        command.SetAction(export.Run);
        return command;
    }

    private int Run(ParseResult parse)
    {
        string folder = parse.GetValue(_folder)!;
        RunConfig run = RunOptions.Of(folder);
        int timestep = parse.GetValue(_timestep)!.Value;
        if (timestep > run.DiffusionSteps)
        {
            throw new CommandLineException(Invariant($"'{_timestep.Name}' must be 1 to {run.DiffusionSteps} for this run, whose noise process has that many steps; got {timestep}."));
        }

        int sample = parse.GetValue(_sample) ?? 0;
        int label = parse.GetValue(_class) ?? sample % ImageDataset.Classes;
        ulong seed = parse.GetValue(_seed) ?? run.Seed;
        ComputeDevice device = _device.Open(parse, _terminal);
        using var backend = device.Backend;
        LatentDiffusionModel model = ImageTraining.LoadHybrid(folder, device, TerminalObserver.For(_terminal).Warn);
        (Circuit circuit, ImmutableArray<double> inputs) = model.CircuitAt((byte)label, sample, timestep, run.Temperature, seed);
        var options = new OpenQasmWriterOptions
        {
            Version = parse.GetValue(_openQasm) == Two ? OpenQasmVersion.Two : OpenQasmVersion.Three,
            Inputs = inputs,
        };
        string text = new StringBuilder()
            .Append(Invariant($"// The circuit of a qdiff run: sample {sample}, class {label}, timestep {timestep} of {run.DiffusionSteps}, seed {seed}, {run.Layers} layers.\n"))
            .Append(OpenQasmWriter.Write(QuantumProgram.From(circuit), options))
            .ToString();
        if (parse.GetValue(_out) is { } file)
        {
            AtomicFile.WriteText(file, text);
            _terminal.Out.WriteLine(file);
        }
        else
        {
            _terminal.Out.Write(text);
        }

        return ExitCode.Done;
    }
}

using System.CommandLine;
using QDiff.Cli.Display;
using QDiff.Cli.Parsing;
using QDiff.Models;
using QDiff.Models.Data;
using QDiff.Models.Generators;
using QDiff.Models.Pairings;
using QDiff.Models.Training;

namespace QDiff.Cli.Commands;

/// <summary><c>qdiff evaluate</c>: scores a trained run anew, with its own settings or others.</summary>
internal sealed class EvaluateCommand
{
    private readonly Argument<string> _folder = CommandOptions.Run();
    private readonly Option<int?> _samples;
    private readonly Option<int?> _class = CommandOptions.Whole(
        "--class", "Draw this class only, and compare with the real images of this class", 0, ImageDataset.Classes - 1, "the classes take turns");

    private readonly DrawOptions _draw = new();
    private readonly NoiseOptions _noise = new();
    private readonly DataSelection _data = new();
    private readonly CommandLineDevice _device = new();
    private readonly Option<bool> _json = CommandOptions.Switch("--json", "Print the result as JSON, with the keys of metrics.json.");
    private readonly Terminal _terminal;
    private readonly CancellationToken _cancellation;

    private EvaluateCommand(Terminal terminal, CancellationToken cancellation)
    {
        (_terminal, _cancellation) = (terminal, cancellation);
        (double low, double high) = RunConfig.RangeOf("--samples");
        _samples = CommandOptions.Whole("--samples", "Images to draw and score", (int)low, (int)high, "the run's");
    }

    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal, CancellationToken cancellation)
    {
        var evaluate = new EvaluateCommand(terminal, cancellation);
        var command = new Command("evaluate", "Draws images from a trained run and scores them; changes nothing in the run.") { evaluate._folder };
        foreach (Option option in (Option[])[evaluate._samples, evaluate._class, .. evaluate._draw.All, .. evaluate._noise.All, evaluate._data.Folder, .. evaluate._device.All, evaluate._json])
        {
            command.Add(option);
        }

        command.SetAction(evaluate.Run);
        return command;
    }

    private int Run(ParseResult parse)
    {
        bool json = parse.GetValue(_json);
        TerminalObserver observer = TerminalObserver.For(_terminal, toError: json);
        string folder = parse.GetValue(_folder)!;
        if (PairingConfig.IsIn(folder))
        {
            return RunPairing(parse, folder, json, observer);
        }

        RunConfig run = RunOptions.Of(folder);
        DrawSettings draw = _draw.Of(parse, run);
        RunOptions.RefuseClass(parse, _class, run);
        ComputeDevice device = _device.Open(parse, _terminal);
        using var backend = device.Backend;
        RunMetrics metrics = observer.Watch(
            () => ImageTraining.Evaluate(
                folder, parse.GetValue(_samples), draw, (byte?)parse.GetValue(_class), config => _noise.Apply(parse, config), _data.Of(parse), device, observer,
                _cancellation),
            _cancellation);
        if (json)
        {
            _terminal.Out.WriteLine(metrics.ToJson());
        }
        else
        {
            MetricsTable.Write(_terminal, metrics);
        }

        return ExitCode.Done;
    }

    private int RunPairing(ParseResult parse, string folder, bool json, TerminalObserver observer)
    {
        PairingConfig config = PairingOptions.Of(folder);
        PairingOptions.RefuseOthers(
            parse, $"a run of {CommandOptions.NameOf(config.Model)}", [_samples.Name, RunOptions.Seed, _json.Name, .. _device.All.Select(option => option.Name)]);
        int? samples = parse.GetValue(_samples);
        ComputeDevice device = _device.Open(parse, _terminal);
        using var backend = device.Backend;
        PairingReport report = observer.Watch(
            () => PairingTraining.Evaluate(folder, samples, parse.GetValue<ulong?>(RunOptions.Seed), device, observer.Warn, _cancellation), _cancellation);
        if (json)
        {
            _terminal.Out.WriteLine(report.ToJson());
        }
        else
        {
            PairingTable.Write(_terminal, config with { Samples = samples ?? config.Samples }, report);
        }

        return ExitCode.Done;
    }
}

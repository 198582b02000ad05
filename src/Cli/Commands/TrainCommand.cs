using System.CommandLine;
using System.Globalization;
using QDiff.Cli.Display;
using QDiff.Cli.Parsing;
using QDiff.Models;
using QDiff.Models.Generators;
using QDiff.Models.Pairings;
using QDiff.Models.Persistence;
using QDiff.Models.Reports;
using QDiff.Models.Training;

namespace QDiff.Cli.Commands;

/// <summary><c>qdiff train</c>: trains a model from start to scores, or goes on where a run stopped.</summary>
internal sealed class TrainCommand
{
    private const string RunsFolder = "runs";
    private const string FeatureNet = "feature-net";

    private readonly Option<string?> _model = CommandOptions.Word(
        "--model", $"What to train: {string.Join("; ", ImageModelKind.All.Select(kind => $"{kind} is {kind.Meaning}"))}; cqgdm diffuses points of the plane classically and denoises by a circuit; qcgdm diffuses qubit states and denoises classically; qqgdm diffuses and denoises states by quantum means; {FeatureNet} is the classifier whose features FID is measured in. Default: {ImageModelKind.Hybrid}.",
        [.. ImageModelKind.All.Select(kind => kind.Name), .. PairingOptions.Models, FeatureNet]);

    private readonly Option<string?> _out = CommandOptions.Path(
        "--out", "DIR", $"Run folder: new or empty, or with --resume that of a run. Default: {RunsFolder}/<model>-<date>-<time>; with --resume the newest unfinished run in {RunsFolder}.");

    private readonly Option<bool> _resume = CommandOptions.Switch(
        "--resume", "Go on with an interrupted run from its last checkpoint; the result is that of an uninterrupted run, bit for bit.");

    private readonly DataSelection _data = new();
    private readonly CommandLineDevice _device = new();
    private readonly RunOptions _run = new();
    private readonly PairingOptions _pairing;
    private readonly Terminal _terminal;
    private readonly CancellationToken _cancellation;

    private TrainCommand(Terminal terminal, CancellationToken cancellation)
        => (_terminal, _cancellation, _pairing) = (terminal, cancellation, new PairingOptions(_run.Channel));

    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal, CancellationToken cancellation)
    {
        var train = new TrainCommand(terminal, cancellation);
        var command = new Command(
            "train", "Trains a model, draws images from it and scores them; writes everything into a run folder. Ctrl-C stops it after a checkpoint. The defaults given are the hybrid's; the presets of other models have their own.");
        foreach (Option option in (Option[])[train._model, .. train._data.All, train._out, train._resume, .. train._run.All, .. train._pairing.All, .. train._device.All])
        {
            command.Add(option);
        }

        command.SetAction(train.Run);
        return command;
    }

    private int Run(ParseResult parse)
    {
        TerminalObserver observer = TerminalObserver.For(_terminal);
        if (parse.GetValue(_model) == FeatureNet)
        {
            return TrainFeatureNet(parse, observer);
        }

        string model = parse.GetValue(_model) ?? ImageModelKind.Hybrid.Name;
        if (!parse.GetValue(_resume))
        {
            string made = parse.GetValue(_out) ?? NewFolder(model);
            return ImageModelKind.Find(model) is { } kind ? Start(parse, kind, made, observer) : StartPairing(parse, model, made, observer);
        }

        string folder = parse.GetValue(_out) ?? NewestUnfinished();
        bool isBegun = File.Exists(Path.Combine(folder, RunFolder.ConfigName));
        return (isBegun ? PairingConfig.IsIn(folder) : ImageModelKind.Find(model) is null)
            ? ResumePairing(parse, model, folder, isBegun, observer)
            : Resume(parse, model, folder, observer);
    }

    private int StartPairing(ParseResult parse, string model, string folder, TerminalObserver observer, bool resume = false)
    {
        PairingConfig config = _pairing.New(parse, model);
        return ExecutePairing(parse, config, folder, observer, device => PairingTraining.Start(config, folder, device, observer, _cancellation, resume));
    }

    private int ResumePairing(ParseResult parse, string model, string folder, bool isBegun, TerminalObserver observer)
    {
        if (!isBegun)
        {
            return StartPairing(parse, model, folder, observer, resume: true);
        }

        PairingConfig config = PairingOptions.Of(folder);
        if (parse.GetValue(_model) is { } asked && asked != CommandOptions.NameOf(config.Model))
        {
            throw RunOptions.Contradiction(_model.Name, asked, CommandOptions.NameOf(config.Model), folder);
        }

        _pairing.RefuseContradictions(parse, config, folder);
        observer.Note($"Going on with the run in '{folder}'.");
        return ExecutePairing(parse, config, folder, observer, device => PairingTraining.Resume(folder, device, observer, _cancellation));
    }

    private int ExecutePairing(
        ParseResult parse, PairingConfig config, string folder, TerminalObserver observer, Func<ComputeDevice, PairingReport> work)
    {
        ComputeDevice device = _device.Open(parse, _terminal);
        using var backend = device.Backend;
        PairingReport report;
        try
        {
            report = observer.Watch(() => work(device), _cancellation);
        }
        catch (OperationCanceledException)
        {
            return Interrupted(folder, "");
        }

        PairingTable.Write(_terminal, config, report);
        WriteReport(parse, folder, device, observer);
        foreach ((string file, _) in report.Figures)
        {
            _terminal.Out.WriteLine($"picture: {Path.Combine(folder, "samples", file)}");
        }

        _terminal.Out.WriteLine($"metrics: {Path.Combine(folder, "metrics.json")}");
        return ExitCode.Done;
    }

    private int Start(ParseResult parse, ImageModelKind kind, string folder, TerminalObserver observer, bool resume = false)
    {
        RefusePairingOptions(parse, kind);
        RunConfig config = _run.New(parse, kind);
        return Execute(parse, folder, observer, device =>
            ImageTraining.Start(config, folder, _data.Of(parse), device, observer, _cancellation, resume));
    }

    private int Resume(ParseResult parse, string model, string folder, TerminalObserver observer)
    {
        if (Directory.Exists(folder) && !File.Exists(Path.Combine(folder, RunFolder.ConfigName)))
        {
            observer.Note($"The run in '{folder}' was stopped before it wrote down its settings; it begins anew with those of this command line.");
            return Start(parse, ImageModelKind.Find(model)!, folder, observer, resume: true);
        }

        RunConfig config = RunOptions.Of(folder);
        if (parse.GetValue(_model) is { } asked && asked != config.Model)
        {
            throw RunOptions.Contradiction(_model.Name, asked, config.Model, folder);
        }

        RefusePairingOptions(parse, config.Kind);
        _run.RefuseOthers(parse, config.Kind);
        _run.RefuseContradictions(parse, config, folder);
        _data.RefuseContradictions(parse, config, folder);
        observer.Note($"Going on with the run in '{folder}'.");
        return Execute(parse, folder, observer, device =>
            ImageTraining.Resume(folder, _run.Controls(parse), _data.Of(parse), device, observer, _cancellation));
    }

    private int Execute(ParseResult parse, string folder, TerminalObserver observer, Func<ComputeDevice, RunMetrics> work)
    {
        ComputeDevice device = _device.Open(parse, _terminal);
        using var backend = device.Backend;
        RunMetrics metrics;
        try
        {
            metrics = observer.Watch(() => work(device), _cancellation);
        }
        catch (OperationCanceledException)
        {
            string where = _data.Of(parse).Directory is { } directory ? $" --data-dir {Quoted(directory)}" : "";
            return Interrupted(folder, where);
        }

        MetricsTable.Write(_terminal, metrics);
        WriteReport(parse, folder, device, observer);
        _terminal.Out.WriteLine($"images:  {Path.Combine(folder, "samples", "grid.png")}");
        _terminal.Out.WriteLine($"metrics: {Path.Combine(folder, "metrics.json")}");
        return ExitCode.Done;
    }

    /// <summary>Writes the report of a run that is finished; a report that cannot be written takes nothing from the run.</summary>
    private void WriteReport(ParseResult parse, string folder, ComputeDevice device, TerminalObserver observer)
    {
        try
        {
            _terminal.Out.WriteLine($"report:  {RunReport.Write(folder, null, model => ReportCommand.Repeating(folder, model), _data.Of(parse), device, observer, _cancellation)}");
        }
        catch (UserErrorException e)
        {
            observer.Warn($"There is no report: {e.Message}");
        }
    }

    private int Interrupted(string folder, string where)
    {
        _terminal.Error.WriteLine(File.Exists(Path.Combine(folder, RunFolder.ConfigName))
            ? $"qdiff: Interrupted; what was trained is kept. Go on with: qdiff train --resume --out {Quoted(folder)}{where}"
            : $"qdiff: Interrupted before the training began; start it again with the same command and --resume --out {Quoted(folder)}");
        return ExitCode.Interrupted;
    }

    private int TrainFeatureNet(ParseResult parse, TerminalObserver observer)
    {
        string[] idle = [.. _run.Given(parse).Where(name => name != RunOptions.Seed), .. parse.GetValue(_resume) ? [_resume.Name] : Array.Empty<string>()];
        if (idle.Length > 0)
        {
            throw new CommandLineException($"'{idle[0]}' does not apply to '--model {FeatureNet}', which has a fixed recipe and starts anew each time; leave it out.");
        }

        ComputeDevice device = _device.Open(parse, _terminal);
        using var backend = device.Backend;
        ulong seed = _run.New(parse, ImageModelKind.Hybrid).Seed;
        string folder = parse.GetValue(_out) ?? NewFolder(FeatureNet);
        (double accuracy, string weights) = observer.Watch(
            () => FeatureNetTraining.Run(folder, _data.Of(parse), seed, device, observer, _cancellation), _cancellation);
        _terminal.Out.WriteLine(Sentence.Invariant($"accuracy on the test images: {100 * accuracy:0.00} %"));
        _terminal.Out.WriteLine($"weights: {weights}");
        return ExitCode.Done;
    }

    private void RefusePairingOptions(ParseResult parse, ImageModelKind kind) => PairingOptions.RefuseOthers(
        parse, $"'--model {kind}'", parse.CommandResult.Command.Options.Except(_pairing.All).Select(option => option.Name));

    private static string NewFolder(string model) => Path.Combine(
        RunsFolder, $"{model}-{TimeProvider.System.GetLocalNow().ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture)}");

    private static string NewestUnfinished()
    {
        IEnumerable<RunFolder> unfinished = Directory.Exists(RunsFolder)
            ? Directory.EnumerateDirectories(RunsFolder).Where(path => File.Exists(Path.Combine(path, RunFolder.ConfigName))).Select(RunFolder.Open).Where(run => !run.IsFinished)
            : [];
        return unfinished.MaxBy(run => File.GetLastWriteTimeUtc(File.Exists(run.LogPath) ? run.LogPath : run.ConfigPath))?.Root
            ?? throw new UserErrorException($"There is no unfinished run in '{RunsFolder}' to resume; name a run's folder with --out, or leave out --resume to start one.");
    }

    private static string Quoted(string path) => path.Contains(' ', StringComparison.Ordinal) ? $"'{path}'" : path;
}

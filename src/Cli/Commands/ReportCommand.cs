using System.CommandLine;
using QDiff.Cli.Display;
using QDiff.Cli.Parsing;
using QDiff.Models;
using QDiff.Models.Generators;
using QDiff.Models.Pairings;
using QDiff.Models.Reports;
using QDiff.Models.Training;

namespace QDiff.Cli.Commands;

/// <summary><c>qdiff report</c>: writes a run as one HTML page that needs nothing but itself.</summary>
internal sealed class ReportCommand
{
    private readonly Argument<string> _folder = CommandOptions.RequiredPath("RUN", "RUN", "The folder of a run, finished or not (train's --out).");
    private readonly Option<string?> _out = CommandOptions.Path("--out", "FILE.html", $"The file. Default: {RunReport.FileName} in the run folder.");
    private readonly DataSelection _data = new();
    private readonly CommandLineDevice _device = new();
    private readonly Terminal _terminal;
    private readonly CancellationToken _cancellation;

    private ReportCommand(Terminal terminal, CancellationToken cancellation) => (_terminal, _cancellation) = (terminal, cancellation);

    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal, CancellationToken cancellation)
    {
        var report = new ReportCommand(terminal, cancellation);
        var command = new Command("report", "Writes a run as one HTML page: scores, curves, samples, the latent space, the circuit, the settings. Changes nothing in the run.") { report._folder };
        foreach (Option option in (Option[])[report._out, report._data.Folder, .. report._device.All])
        {
            command.Add(option);
        }

        command.SetAction(report.Run);
        return command;
    }

    /// <summary>The command that repeats the run in a folder.</summary>
    public static string? Repeating(string folder, string model) =>
        ImageModelKind.Find(model) is not null ? new RunOptions().Command(RunOptions.Of(folder))
        : PairingConfig.IsIn(folder) ? PairingOptions.Command(PairingOptions.Of(folder))
        : null;

    private int Run(ParseResult parse)
    {
        string folder = parse.GetValue(_folder)!;
        string? file = parse.GetValue(_out);
        if (file is not null && !file.EndsWith(".html", StringComparison.OrdinalIgnoreCase))
        {
            throw new CommandLineException($"'{_out.Name}' writes HTML and needs a name that ends in .html; got '{file}'.");
        }

        TerminalObserver observer = TerminalObserver.For(_terminal);
        ComputeDevice device = _device.Open(parse, _terminal);
        using var backend = device.Backend;
        _terminal.Out.WriteLine(observer.Watch(
            () => RunReport.Write(folder, file, model => Repeating(folder, model), _data.Of(parse), device, observer, _cancellation), _cancellation));
        return ExitCode.Done;
    }
}

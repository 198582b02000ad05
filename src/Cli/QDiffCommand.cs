using System.CommandLine;
using System.CommandLine.Help;
using System.Reflection;
using System.Runtime.InteropServices;
using ILGPU.Runtime;
using QDiff.Cli.Commands;
using QDiff.Cli.Display;
using QDiff.Cli.Parsing;
using QDiff.Kernels.Devices;
using QDiff.Models;

namespace QDiff.Cli;

/// <summary>The whole <c>qdiff</c> command: parses, runs one verb, and turns every failure into one sentence and an exit code.</summary>
internal static class QDiffCommand
{
    /// <summary>Name and version of the program, with the revision of the sources where the build knows it.</summary>
    public static string Version { get; } =
        typeof(QDiffCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    /// <summary>Runs one command line.</summary>
    /// <param name="args">The words after <c>qdiff</c>.</param>
    /// <param name="terminal">Where output goes.</param>
    /// <param name="cancellation">Stops the work after a checkpoint.</param>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static int Run(IReadOnlyList<string> args, Terminal terminal, CancellationToken cancellation = default)
    {
        Option<bool> verbose = CommandOptions.Verbose();
        ParseResult parse = Create(terminal, verbose, cancellation).Parse(
            args, new ParserConfiguration { EnablePosixBundling = false, ResponseFileTokenReplacer = null });
        try
        {
            if (ParseFailure.Of(parse) is { } sentence)
            {
                throw new CommandLineException(sentence);
            }

            using CancellationTokenRegistration end = EndsAtOnce(parse) ? cancellation.Register(() => Environment.Exit(ExitCode.Interrupted)) : default;
            return parse.Invoke(new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
                Output = terminal.Out,
                Error = terminal.Error,
            });
        }
        catch (Exception e)
        {
            return Report(e, terminal, parse.GetValue(verbose));
        }
    }

    /// <summary>Measurements and simulations keep nothing that would be lost and do not look for signals: the first one ends them.</summary>
    private static bool EndsAtOnce(ParseResult parse) =>
        parse.CommandResult.Command is var command && command.Parents.Append(command).Any(symbol => symbol.Name is "bench" or "simulate");

    private static RootCommand Create(Terminal terminal, Option<bool> verbose, CancellationToken cancellation)
    {
        var root = new RootCommand("Trains generative models that diffuse by quantum noise, draws images from them and scores them; simulates quantum circuits.")
        {
            TrainCommand.Create(terminal, cancellation),
            SampleCommand.Create(terminal, cancellation),
            EvaluateCommand.Create(terminal, cancellation),
            CompareCommand.Create(terminal, cancellation),
            ReportCommand.Create(terminal, cancellation),
            SimulateCommand.Create(terminal),
            ExportCommand.Create(terminal),
            BenchCommand.Create(terminal),
            DevicesCommand.Create(terminal),
            verbose,
        };
        var help = new HelpWithExamples(terminal.Width);
        foreach (Option option in root.Options)
        {
            if (option is HelpOption)
            {
                option.Description = "Show what the command does, its options and examples.";
                option.Action = help;
            }
            else if (option is VersionOption)
            {
                option.Description = "Show the version and the revision of the sources.";
                option.Action = new ShowVersion();
            }
        }

        root.SetAction(help.Invoke);
        return root;
    }

    private static int Report(Exception exception, Terminal terminal, bool verbose)
    {
        Exception e = exception is AggregateException { InnerException: { } inner } ? inner : exception;
        (int code, string sentence) = Explain(e);
        terminal.Error.WriteLine($"qdiff: {sentence}");
        if (verbose && e is not CommandLineException and not OperationCanceledException)
        {
            terminal.Error.WriteLine(exception);
        }

        return code;
    }

    /// <summary>The exit code of a failure and the sentence that says what to do about it.</summary>
    internal static (int Code, string Sentence) Explain(Exception e) => e switch
    {
        CommandLineException => (ExitCode.WrongCommandLine, e.Message),
        UserErrorException or DeviceException => (ExitCode.Failed, e.Message),
        ArgumentException => (ExitCode.Failed, Sentence.Of((ArgumentException)e)),
        OperationCanceledException => (ExitCode.Interrupted, "Interrupted."),
        AcceleratorException => (ExitCode.Failed,
            $"The device failed ({Sentence.FirstLine(e.Message).TrimEnd('.')}); run it again, or choose '--device cpu'."),
        ExternalException when e.Message.Contains("out of memory", StringComparison.OrdinalIgnoreCase) => (ExitCode.Failed,
            "The tensors do not fit into the GPU's memory; use a smaller --batch or fewer --samples, free the GPU of other programs, or choose '--device cpu'."),
        ExternalException => (ExitCode.Failed,
            $"The tensor library failed ({Sentence.FirstLine(e.Message).TrimEnd('.')}); update the GPU's driver, or choose '--device cpu'."),
        OutOfMemoryException => (ExitCode.Failed,
            "There is not enough memory for this; use fewer qubits, a smaller batch or fewer samples."),
        IOException or UnauthorizedAccessException => (ExitCode.Failed, Sentence.FirstLine(e.Message)),
        _ => (ExitCode.Failed,
            $"Failed unexpectedly, which is a fault of this program ({e.GetType().Name}: {Sentence.FirstLine(e.Message)}); report it with what --verbose prints."),
    };
}

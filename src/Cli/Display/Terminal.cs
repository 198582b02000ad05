using Spectre.Console;

namespace QDiff.Cli.Display;

/// <summary>Where a command writes, and whether somebody watches.</summary>
/// <param name="Out">Results and progress.</param>
/// <param name="Error">Errors and warnings.</param>
/// <param name="IsLive">True when progress bars may move: a terminal, not a file, a pipe or a build server.</param>
/// <param name="IsErrorSeparate">True when <paramref name="Error"/> goes somewhere else than the live display.</param>
/// <param name="Width">Columns to wrap at.</param>
internal sealed record Terminal(TextWriter Out, TextWriter Error, bool IsLive, bool IsErrorSeparate, int Width)
{
    private const int PlainWidth = 100;
    private const int NarrowestWidth = 60;

    /// <summary>The terminal that the process was started from.</summary>
    public static Terminal OfProcess()
    {
        bool live = CanBeLive(Console.IsOutputRedirected, Environment.GetEnvironmentVariable);
        return new Terminal(
            Console.Out, Console.Error, live, Console.IsErrorRedirected, live ? Math.Max(NarrowestWidth, Console.WindowWidth) : PlainWidth);
    }

    /// <summary>Whether progress bars may move.</summary>
    /// <param name="redirected">Standard output is a file or a pipe.</param>
    /// <param name="environment">Reads an environment variable: CI and TERM are asked for.</param>
    public static bool CanBeLive(bool redirected, Func<string, string?> environment) =>
        !redirected
        && environment("CI") is null or "" or "0" or "false"
        && environment("TERM") is not ("dumb" or "" or null);

    /// <summary>A Spectre console on <see cref="Out"/>: with colours and movement when live (and NO_COLOR does not forbid colours).</summary>
    public IAnsiConsole OutConsole()
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = IsLive ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = !IsLive || Environment.GetEnvironmentVariable("NO_COLOR") is { Length: > 0 } ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
            Interactive = IsLive ? InteractionSupport.Yes : InteractionSupport.No,
            Out = new AnsiConsoleOutput(Out),
            Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
        });
        console.Profile.Width = Width;
        console.Profile.Capabilities.Unicode = true;
        return console;
    }

    /// <summary>Makes the cursor visible again, which a live display hides.</summary>
    public void ShowCursor()
    {
        if (IsLive)
        {
            Out.Write("\e[?25h");
            Out.Flush();
        }
    }
}

using QDiff.Models.Training;
using static QDiff.Cli.Display.Sentence;

namespace QDiff.Cli.Display;

/// <summary>Shows a run to the user: bars that move in a terminal, plain lines elsewhere.</summary>
internal abstract class TerminalObserver : ITrainingObserver
{
    /// <summary>The observer that fits the terminal.</summary>
    /// <param name="terminal">Where to show.</param>
    /// <param name="toError">Show everything on standard error, because standard output is for a program to read.</param>
    public static TerminalObserver For(Terminal terminal, bool toError = false) =>
        toError ? new PlainObserver(terminal.Error, terminal.Error, TimeProvider.System)
        : terminal.IsLive ? new LiveObserver(terminal)
        : new PlainObserver(terminal.Out, terminal.Error, TimeProvider.System);

    /// <inheritdoc/>
    public abstract void Progress(TrainingProgress progress);

    /// <inheritdoc/>
    public abstract void Note(string message);

    /// <inheritdoc/>
    public abstract void Warn(string message);

    /// <summary>Does work that reports here, and says so when the user interrupts it.</summary>
    public T Watch<T>(Func<T> work, CancellationToken cancellation)
    {
        using var announced = cancellation.Register(() => Note("Stopping after the step under way; Ctrl-C again ends at once."));
        return Show(work);
    }

    /// <summary>Does work while the display is up.</summary>
    protected virtual T Show<T>(Func<T> work) => work();

    /// <summary>Loss, throughput and time left, as far as they are known.</summary>
    protected static string Figures(TrainingProgress progress)
    {
        var parts = new List<string>();
        if (double.IsFinite(progress.Loss))
        {
            parts.Add(Invariant($"loss {progress.Loss:0.0000}"));
        }

        if (double.IsFinite(progress.SamplesPerSecond))
        {
            parts.Add($"{Rate(progress.SamplesPerSecond)} samples/s");
        }

        if (progress.Step < progress.TotalSteps && progress.Remaining > TimeSpan.Zero)
        {
            parts.Add($"{Duration(progress.Remaining)} left");
        }

        return string.Join(", ", parts);
    }
}

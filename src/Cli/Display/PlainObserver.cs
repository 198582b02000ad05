using QDiff.Models.Training;
using static QDiff.Cli.Display.Sentence;

namespace QDiff.Cli.Display;

/// <summary>Shows a run as lines: at most one every five seconds for a stage, and one at its end.</summary>
/// <param name="output">Progress and notes.</param>
/// <param name="error">Warnings.</param>
/// <param name="time">Clock of the five seconds.</param>
internal sealed class PlainObserver(TextWriter output, TextWriter error, TimeProvider time) : TerminalObserver
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private string? _stage;
    private long _shown;

    /// <inheritdoc/>
    public override void Progress(TrainingProgress progress)
    {
        lock (_lock)
        {
            bool begins = progress.Stage != _stage;
            bool ends = progress.Step >= progress.TotalSteps;
            if (!begins && !ends && time.GetElapsedTime(_shown) < Interval)
            {
                return;
            }

            _stage = progress.Stage;
            _shown = time.GetTimestamp();
            double percent = 100.0 * progress.Step / Math.Max(1, progress.TotalSteps);
            string figures = Figures(progress);
            output.WriteLine(
                Invariant($"{progress.Stage}: {progress.Step} of {progress.TotalSteps} ({percent:0} %){(figures.Length > 0 ? ", " : "")}{figures}"));
            output.Flush();
        }
    }

    /// <inheritdoc/>
    public override void Note(string message)
    {
        lock (_lock)
        {
            output.WriteLine(message);
            output.Flush();
        }
    }

    /// <inheritdoc/>
    public override void Warn(string message)
    {
        lock (_lock)
        {
            error.WriteLine($"qdiff: warning: {message}");
            error.Flush();
        }
    }
}

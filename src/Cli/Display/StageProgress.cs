using System.Diagnostics;
using QDiff.Models.Training;

namespace QDiff.Cli.Display;

/// <summary>Shows work that reports the share that is done as a stage, with throughput and time left.</summary>
/// <param name="observer">Where to show.</param>
/// <param name="stage">Name of the stage.</param>
/// <param name="samples">Samples of the whole stage.</param>
internal sealed class StageProgress(ITrainingObserver observer, string stage, int samples) : IProgress<double>
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();

    /// <inheritdoc/>
    public void Report(double value)
    {
        double seconds = _clock.Elapsed.TotalSeconds;
        double share = Math.Clamp(value, 0, 1);
        double remaining = share > 0 ? seconds * (1 - share) / share : 0;
        observer.Progress(new TrainingProgress(
            stage, (long)(share * samples), samples, double.NaN, share > 0 && seconds > 0 ? share * samples / seconds : double.NaN,
            TimeSpan.FromSeconds(remaining)));
    }
}

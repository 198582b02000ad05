using QDiff.Cli.Display;
using QDiff.Models.Training;

namespace QDiff.Cli.Tests.Display;

public class PlainObserverTests
{
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();
    private readonly ManualTime _time = new();
    private readonly PlainObserver _observer;

    public PlainObserverTests() => _observer = new PlainObserver(_output, _error, _time);

    private string[] Lines => _output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);

    [Fact]
    public void Progress_ManyReportsInASecond_IsOneLine()
    {
        for (int step = 1; step <= 50; step++)
        {
            _observer.Progress(At("autoencoder", step));
            _time.Advance(TimeSpan.FromSeconds(0.02));
        }

        Assert.Equal("autoencoder: 1 of 100 (1 %), loss 0.2500, 4,100 samples/s, 1:05 left", Assert.Single(Lines));
    }

    [Fact]
    public void Progress_OverHalfAMinute_IsALineEveryFiveSeconds()
    {
        for (int step = 1; step <= 60; step++)
        {
            _observer.Progress(At("autoencoder", step));
            _time.Advance(TimeSpan.FromSeconds(0.5));
        }

        Assert.Equal(6, Lines.Length);
    }

    [Fact]
    public void Progress_EndOfAStageAndBeginOfTheNext_AreAlwaysShown()
    {
        _observer.Progress(At("autoencoder", 99));
        _observer.Progress(At("autoencoder", 100));
        _observer.Progress(At("trained", 1));
        Assert.Equal(
            ["autoencoder: 99 of 100 (99 %)", "autoencoder: 100 of 100 (100 %)", "trained: 1 of 100 (1 %)"],
            Lines.Select(line => line.Split(", ")[0]));
    }

    [Fact]
    public void Progress_UnknownLossAndThroughput_AreLeftOut()
    {
        _observer.Progress(new TrainingProgress("scoring", 5, 10, double.NaN, double.NaN, TimeSpan.FromHours(2.5)));
        Assert.Equal("scoring: 5 of 10 (50 %), 2:30:00 left", Assert.Single(Lines));
    }

    [Fact]
    public void Warn_GoesToStandardErrorAndNote_ToStandardOutput()
    {
        _observer.Warn("mind the gap");
        _observer.Note("half way");
        Assert.Equal("qdiff: warning: mind the gap", _error.ToString().TrimEnd());
        Assert.Equal("half way", Assert.Single(Lines));
    }

    [Fact]
    public void Watch_Interrupted_SaysThatItStops()
    {
        using var source = new CancellationTokenSource();
        _observer.Watch(() =>
        {
            source.Cancel();
            return 0;
        }, source.Token);
        Assert.StartsWith("Stopping after the step under way", Assert.Single(Lines), StringComparison.Ordinal);
    }

    private static TrainingProgress At(string stage, long step) => new(stage, step, 100, 0.25, 4100, TimeSpan.FromSeconds(65));

    private sealed class ManualTime : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now;

        public void Advance(TimeSpan time) => _now += time.Ticks;
    }
}

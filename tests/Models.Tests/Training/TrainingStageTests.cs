using QDiff.Models.Persistence;
using QDiff.Models.Training;
using static TorchSharp.torch;

namespace QDiff.Models.Tests.Training;

public sealed class TrainingStageTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("qdiff-stage-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(double.NaN, "the loss is NaN")]
    [InlineData(double.PositiveInfinity, "the loss is ")]
    public void Run_LossNotFinite_BreaksOffInOneSentence(double loss, string reason)
    {
        var error = Assert.Throws<UserErrorException>(() => Train(step => step == 3 ? loss : 1));
        Assert.StartsWith("Training of 'counting' broke down at step 4", error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_CircuitRefusesItsAngles_BreaksOffInTheSameSentence()
    {
        var error = Assert.Throws<UserErrorException>(() => Train(_ => throw new ArgumentException("Input 20 must be finite; got NaN.")));
        Assert.Contains("broke down at step 1 (Input 20 must be finite; got NaN)", error.Message, StringComparison.Ordinal);
        Assert.IsType<ArgumentException>(error.InnerException);
    }

    [Fact]
    public void Run_KilledBetweenCheckpoints_LogsLikeAnUninterruptedRun()
    {
        Train(step => step, "whole");
        // An exception that is no user's error leaves without a checkpoint, as a killed process does.
        Assert.Throws<NotSupportedException>(() => Train(step => step == 170 ? throw new NotSupportedException() : step, "parts"));
        Train(step => step, "parts");
        Assert.Equal(Losses("whole"), Losses("parts"));
    }

    private string[] Losses(string run) =>
        [.. File.ReadLines(Path.Combine(_folder, run, "log.jsonl")).Select(line => line[..line.IndexOf("seconds", StringComparison.Ordinal)])];

    private void Train(Func<long, double> loss, string name = "run")
    {
        string path = Path.Combine(_folder, name);
        using RunFolder run = RunFolder.Create(path, resume: Directory.Exists(path));
        using var stage = new CountingStage(loss) { SaveInterval = TimeSpan.Zero };
        stage.Run(run, 0, new Silence(), CancellationToken.None);
    }

    private sealed class CountingStage(Func<long, double> loss) : TrainingStage
    {
        public override string Name => "counting";

        public override long TotalSteps => 250;

        public override int SamplesPerStep => 1;

        protected override string Fingerprint => "test";

        public override void Dispose()
        {
        }

        protected override Tensor Step(long step) => tensor(loss(step));

        protected override StageState State() => new([], null);
    }

    private sealed class Silence : ITrainingObserver
    {
        public void Progress(TrainingProgress progress)
        {
        }

        public void Note(string message)
        {
        }

        public void Warn(string message) => Assert.Fail(message);
    }
}

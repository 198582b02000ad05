using QDiff.Models;
using QDiff.Models.Data;
using QDiff.Models.Metrics;
using QDiff.Models.Persistence;
using QDiff.Models.Training;

namespace QDiff.Cli.Commands;

/// <summary><c>qdiff train --model feature-net</c>: trains the classifier whose features FID is measured in.</summary>
internal static class FeatureNetTraining
{
    private const string Stage = "feature-net";

    /// <summary>Trains the net into a new folder and returns its accuracy on the test images and the file of its weights.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; nothing is kept.</exception>
    /// <exception cref="UserErrorException">Something that the user can mend.</exception>
    public static (double Accuracy, string Weights) Run(
        string folder, DataOptions data, ulong seed, ComputeDevice device, ITrainingObserver observer, CancellationToken cancellation)
    {
        using RunFolder run = RunFolder.Create(folder, resume: false);
        (ImageDataset train, ImageDataset test) = DatasetLoader.Load(data.Choice, data.Directory, observer.Warn, cancellation: cancellation);
        using FeatureNet net = FeatureNetTrainer.Train(train, seed, new Steps(observer), cancellation, device.Tensors);
        double accuracy = FeatureNetTrainer.Accuracy(net, test);
        string weights = Path.Combine(folder, FeatureNetTrainer.FileName);
        net.Save(weights, FeatureNetTrainer.Describe(train, seed, accuracy));
        return (accuracy, weights);
    }

    /// <summary>Shows the trainer's reports as a stage.</summary>
    private sealed class Steps(ITrainingObserver observer) : IProgress<FeatureNetProgress>
    {
        private readonly TimeProvider _time = TimeProvider.System;
        private readonly long _start = TimeProvider.System.GetTimestamp();

        public void Report(FeatureNetProgress value)
        {
            TimeSpan elapsed = _time.GetElapsedTime(_start);
            observer.Progress(new TrainingProgress(
                Stage, value.Step, value.Steps, value.Loss, double.NaN, elapsed * ((double)(value.Steps - value.Step) / value.Step)));
        }
    }
}

using System.Diagnostics;
using QDiff.Models.Persistence;
using QDiff.Models.Training;
using static TorchSharp.torch;

namespace QDiff.Models.Pairings;

/// <summary>
/// A run of one of the three pairings end to end: training, scores, pictures. A run folder that was interrupted at any moment goes on
/// from its last whole checkpoint and ends bit for bit where an uninterrupted run ends.
/// </summary>
public static class PairingTraining
{
    /// <summary>Starts a run in a new or empty folder.</summary>
    /// <param name="config">What to train; revision and device are filled in here.</param>
    /// <param name="folder">The run folder.</param>
    /// <param name="device">Where to run.</param>
    /// <param name="observer">Told of progress.</param>
    /// <param name="cancellation">Stops after the step under way, once a checkpoint is written.</param>
    /// <param name="resume">The folder may also be one in which a run was stopped before it wrote its config.json.</param>
    /// <exception cref="UserErrorException">Something that the user can mend.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; the run can be resumed.</exception>
    public static PairingReport Start(
        PairingConfig config, string folder, ComputeDevice device, ITrainingObserver observer, CancellationToken cancellation, bool resume = false)
    {
        config = config.Validated() with { Commit = SourceRevision.Current, Device = device.Name };
        using RunFolder run = RunFolder.Create(folder, resume);
        cancellation.ThrowIfCancellationRequested();
        run.WriteConfig(config.ToJson());
        return Execute(run, config, device, observer, cancellation);
    }

    /// <summary>Goes on with a run.</summary>
    /// <param name="folder">The run folder.</param>
    /// <param name="device">Where to run.</param>
    /// <param name="observer">Told of progress.</param>
    /// <param name="cancellation">Stops after the step under way.</param>
    /// <inheritdoc cref="Start" path="/exception"/>
    public static PairingReport Resume(string folder, ComputeDevice device, ITrainingObserver observer, CancellationToken cancellation)
    {
        using RunFolder run = RunFolder.Create(folder, resume: true);
        PairingConfig config = PairingConfig.Parse(run.ReadConfig(), run.ConfigPath);
        TrainingStage.NoteOtherDevice(config.Device, device, observer);
        return Execute(run, config, device, observer, cancellation);
    }

    /// <summary>Scores a trained run anew, with another number of samples or seed; writes nothing.</summary>
    /// <param name="folder">The run folder.</param>
    /// <param name="samples">Samples to draw; null for the run's own number.</param>
    /// <param name="seed">Seed of the draw; null for the run's own.</param>
    /// <param name="device">Where to run.</param>
    /// <param name="warn">Told of damaged checkpoints that were skipped.</param>
    /// <param name="cancellation">Stops between steps.</param>
    /// <exception cref="UserErrorException">There is no such run, or its training is not finished.</exception>
    public static PairingReport Evaluate(
        string folder, int? samples, ulong? seed, ComputeDevice device, Action<string> warn, CancellationToken cancellation)
    {
        using RunFolder run = RunFolder.Open(folder);
        PairingConfig own = PairingConfig.Parse(run.ReadConfig(), run.ConfigPath);
        return Load(run, own, (own with { Samples = samples ?? own.Samples, Seed = seed ?? own.Seed }).Validated(), device, warn).Score(cancellation);
    }

    /// <summary>Draws from a trained run.</summary>
    /// <param name="folder">The run folder.</param>
    /// <param name="count">Samples to draw.</param>
    /// <param name="seed">Seed of the draw; null for the run's own.</param>
    /// <param name="device">Where to run.</param>
    /// <param name="warn">Told of damaged checkpoints that were skipped.</param>
    /// <param name="cancellation">Stops between steps.</param>
    /// <returns>The samples and their sizes: points [count, 2], Bloch vectors [count, 3], or amplitudes [count, 2^n, 2] with real and imaginary parts.</returns>
    /// <exception cref="UserErrorException">There is no such run, or its training is not finished.</exception>
    public static (float[] Values, long[] Shape) Sample(
        string folder, int count, ulong? seed, ComputeDevice device, Action<string> warn, CancellationToken cancellation)
    {
        using RunFolder run = RunFolder.Open(folder);
        PairingConfig own = PairingConfig.Parse(run.ReadConfig(), run.ConfigPath);
        Pairing pairing = Load(run, own, own, device, warn);
        return (pairing.Sample(count, seed ?? own.Seed, cancellation), [count, .. pairing.SampleShape]);
    }

    private static PairingReport Execute(
        RunFolder run, PairingConfig config, ComputeDevice device, ITrainingObserver observer, CancellationToken cancellation)
    {
        Pairing pairing = Pairing.Of(config, device);
        long offset = 0;
        double seconds = 0;
        foreach (PairingPart part in pairing.Parts)
        {
            using var stage = new PairingStage(config, part);
            stage.Run(run, offset, observer, cancellation);
            pairing.Add(stage.Average);
            offset += stage.TotalSteps;
            seconds += stage.Seconds;
        }

        var clock = Stopwatch.StartNew();
        PairingReport report = pairing.Score(cancellation);
        foreach ((string file, string svg) in report.Figures)
        {
            AtomicFile.WriteText(Path.Combine(run.SamplesPath, file), svg);
        }

        report.Metrics["training_seconds"] = Math.Round(seconds, 1);
        report.Metrics["seconds"] = Math.Round(seconds + clock.Elapsed.TotalSeconds, 1);
        run.WriteMetrics(report.ToJson());
        return report with
        {
            Rows = [.. report.Rows, ("training", FormattableString.Invariant($"{seconds:0.0} s"), FormattableString.Invariant($"{offset:#,0} steps of {config.Batch} samples"))],
        };
    }

    private static Pairing Load(RunFolder run, PairingConfig own, PairingConfig asked, ComputeDevice device, Action<string> warn)
    {
        Pairing pairing = Pairing.Of(asked, device);
        foreach (PairingPart part in pairing.Parts)
        {
            nn.Module<Tensor, Tensor> network = part.Make();
            long step = TrainingStage.LoadModule(run, part.Name, own.Fingerprint, "average.", network, warn);
            if (step < part.Steps)
            {
                warn($"The stage '{part.Name}' of this run is at step {step} of {part.Steps}; finish it with 'qdiff train --resume --out {run.Root}'.");
            }

            network.eval();
            pairing.Add(network);
        }

        return pairing;
    }
}

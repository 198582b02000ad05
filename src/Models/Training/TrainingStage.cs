using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using QDiff.Models.Persistence;
using static TorchSharp.torch;

namespace QDiff.Models.Training;

/// <summary>
/// One network's training inside a run: a number of steps, each a function of the run's seed and the step alone, and the state
/// that they change. Runs, saves, resumes and logs the same way whatever is trained.
/// </summary>
internal abstract class TrainingStage : IDisposable
{
    private const int LogEvery = 100;
    private const string StageKey = "stage";
    private const string RunKey = "run";

    // Losses of the last steps, still where they were computed: reading one makes the processor wait for the device.
    private readonly List<Tensor> _unread = [];

    private double _lossSum;
    private int _lossCount;

    /// <summary>Name of the stage; also of its folder under <c>checkpoints/</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Number of steps.</summary>
    public abstract long TotalSteps { get; }

    /// <summary>Training samples per step.</summary>
    public abstract int SamplesPerStep { get; }

    /// <summary>Time between two checkpoints.</summary>
    public TimeSpan SaveInterval { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>Time between two calls of <see cref="ITrainingObserver.Progress"/>.</summary>
    public TimeSpan ReportInterval { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Scores the network on the way; null for not at all.</summary>
    public FidProbe? Probe { get; set; }

    /// <summary>Seconds that training took so far, interrupted sittings added up.</summary>
    public double Seconds { get; private set; }

    /// <summary>Loss of the last steps, averaged.</summary>
    public double Loss { get; private set; } = double.NaN;

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>Identifies the settings of the run: a checkpoint of other settings is refused.</summary>
    protected abstract string Fingerprint { get; }

    /// <summary>Trains one step and returns its loss: one number, on the device, outside the step's dispose scope.</summary>
    protected abstract Tensor Step(long step);

    /// <summary>Everything that <see cref="Step"/> changes.</summary>
    protected abstract StageState State();

    /// <summary>Trains from the last checkpoint to the end. On cancellation the state is saved before the exception leaves.</summary>
    /// <param name="run">Where checkpoints and log go.</param>
    /// <param name="offset">Steps of the run before this stage, for the log.</param>
    /// <param name="observer">Told of progress.</param>
    /// <param name="cancellation">Stops after the step under way.</param>
    public void Run(RunFolder run, long offset, ITrainingObserver observer, CancellationToken cancellation)
    {
        string folder = Path.Combine(run.CheckpointsPath, Name);
        Directory.CreateDirectory(folder);
        AtomicFile.RemoveLeftovers(folder);
        var store = new CheckpointStore(folder);
        long step = Resume(store, observer);
        if (step == TotalSteps)
        {
            return;
        }

        run.CutLogAfter(offset + step, offset + TotalSteps);
        double before = Seconds;
        var clock = Stopwatch.StartNew();
        var saved = Stopwatch.StartNew();
        var reported = Stopwatch.StartNew();
        long start = step;
        while (step < TotalSteps)
        {
            if (cancellation.IsCancellationRequested)
            {
                ReadLosses(step);
                Seconds = before + clock.Elapsed.TotalSeconds;
                store.Save(step, Archive());
                cancellation.ThrowIfCancellationRequested();
            }

            CheckedStep(step++);
            bool logs = step % LogEvery == 0 || step == TotalSteps;
            bool saves = step == TotalSteps || saved.Elapsed > SaveInterval;
            bool reports = step == TotalSteps || reported.Elapsed > ReportInterval;
            if (logs || saves || reports)
            {
                ReadLosses(step);
            }

            Seconds = before + clock.Elapsed.TotalSeconds;
            if (logs)
            {
                Loss = _lossSum / _lossCount;
                run.AppendLog(JsonSerializer.Serialize(new Dictionary<string, object>
                {
                    ["step"] = offset + step, ["stage"] = Name, ["stage_step"] = step, ["loss"] = Loss, ["seconds"] = Math.Round(Seconds, 2),
                }));
                _lossSum = 0;
                _lossCount = 0;
            }

            if (Probe?.IsDue(step, TotalSteps) == true)
            {
                // The clock counts training alone.
                clock.Stop();
                run.AppendLog(JsonSerializer.Serialize(new Dictionary<string, object>
                {
                    ["step"] = offset + step, ["stage"] = Name, ["stage_step"] = step, ["fid"] = Probe.Measure(),
                }));
                clock.Start();
            }

            if (saves)
            {
                store.Save(step, Archive());
                saved.Restart();
            }

            if (reports)
            {
                double perStep = clock.Elapsed.TotalSeconds / (step - start);
                observer.Progress(new TrainingProgress(
                    Name, step, TotalSteps, double.IsNaN(Loss) ? _lossSum / _lossCount : Loss, SamplesPerStep / perStep,
                    TimeSpan.FromSeconds(perStep * (TotalSteps - step))));
                reported.Restart();
            }
        }
    }

    /// <summary>Trains one step, saving and reporting nothing, and waits until it is done.</summary>
    public void TrainOne(long step)
    {
        CheckedStep(step);
        ReadLosses(step + 1);
    }

    /// <summary>Loads a module from the newest whole checkpoint of a stage and returns that checkpoint's step.</summary>
    /// <param name="run">The run.</param>
    /// <param name="stage">Name of the stage.</param>
    /// <param name="fingerprint">Identifies the run's settings: a checkpoint of others is refused.</param>
    /// <param name="prefix">What the module was saved as: <c>model.</c> or <c>average.</c></param>
    /// <param name="module">Gets the values.</param>
    /// <param name="warn">Told of damaged checkpoints that were skipped.</param>
    /// <exception cref="UserErrorException">There is no checkpoint of that stage yet, or it is of another run.</exception>
    public static long LoadModule(RunFolder run, string stage, string fingerprint, string prefix, nn.Module module, Action<string> warn)
    {
        var store = new CheckpointStore(Path.Combine(run.CheckpointsPath, stage));
        if (store.LoadLatest(warn) is not var (step, archive))
        {
            throw new UserErrorException(
                $"The run '{run.Root}' has no checkpoint of its stage '{stage}' yet; finish it with 'qdiff train --resume --out {run.Root}'.");
        }

        RefuseForeign(archive, stage, fingerprint, store.PathOf(step));
        ModuleState.Restore(module, archive.Tensors, store.PathOf(step), prefix);
        return step;
    }

    /// <summary>Says so when a run goes on on another device than it was begun on: it may, but sums are rounded in another order there.</summary>
    public static void NoteOtherDevice(string begun, ComputeDevice device, ITrainingObserver observer)
    {
        if (begun != device.Name)
        {
            observer.Note($"This run was begun on '{begun}' and goes on on '{device.Name}': what it ends with may differ in the last bits from a run on one device.");
        }
    }

    /// <summary>Copies the newest checkpoint of a stage into a run of other settings under which the stage would have come to the same.</summary>
    /// <param name="from">The stage's folder.</param>
    /// <param name="to">The same of the other run.</param>
    /// <param name="fingerprint">Identifies the other run's settings.</param>
    public static void CopyCheckpoint(string from, string to, string fingerprint)
    {
        if (new CheckpointStore(from).LoadLatest() is var (step, archive))
        {
            new CheckpointStore(to).Save(step, new TensorArchive(archive.Tensors, new Dictionary<string, string>(archive.Metadata) { [RunKey] = fingerprint }));
        }
    }

    /// <summary>Sets the learning rate of every group.</summary>
    protected static void SetLearningRate(optim.Optimizer optimizer, double rate)
    {
        foreach (var group in optimizer.ParamGroups)
        {
            group.LearningRate = rate;
        }
    }

    private void CheckedStep(long step)
    {
        try
        {
            Tensor loss = Step(step);
            _unread.Add(loss);
            if (loss.device.type == TorchSharp.DeviceType.CPU)
            {
                ReadLosses(step + 1);
            }
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            // Weights that have become NaN reach the circuit as angles, which it refuses before there is a loss; the step that made them comes first.
            ReadLosses(step);
            throw BrokeDown(step, e.Message.TrimEnd('.'), e);
        }
    }

    /// <summary>Adds up the losses that were not read yet; the last of them is that of the step before <paramref name="end"/>.</summary>
    /// <exception cref="UserErrorException">One of them is not finite.</exception>
    private void ReadLosses(long end)
    {
        if (_unread.Count == 0)
        {
            return;
        }

        using var scope = NewDisposeScope();
        double[] losses = stack(_unread).to(ScalarType.Float64).cpu().data<double>().ToArray();
        _unread.ForEach(loss => loss.Dispose());
        _unread.Clear();
        for (int i = 0; i < losses.Length; i++)
        {
            if (!double.IsFinite(losses[i]))
            {
                throw BrokeDown(end - losses.Length + i, $"the loss is {losses[i]}", null);
            }

            _lossSum += losses[i];
            _lossCount++;
        }
    }

    private UserErrorException BrokeDown(long step, string trouble, Exception? cause) => new(
        $"Training of '{Name}' broke down at step {step + 1} ({trouble}); the last checkpoint is kept, try a lower --learning-rate or another --seed.", cause);

    private long Resume(CheckpointStore store, ITrainingObserver observer)
    {
        if (store.LoadLatest(observer.Warn) is not var (step, archive))
        {
            return 0;
        }

        string source = store.PathOf(step);
        RefuseForeign(archive, Name, Fingerprint, source);
        State().Load(archive, source);
        Seconds = Number(archive, "seconds");
        Loss = Number(archive, "loss");
        _lossSum = Number(archive, "loss_sum");
        _lossCount = (int)Number(archive, "loss_count");
        observer.Note($"{Name}: resumed at step {step} of {TotalSteps}");
        return step;
    }

    private static void RefuseForeign(TensorArchive archive, string stage, string fingerprint, string source)
    {
        if (archive.Metadata.GetValueOrDefault(StageKey) != stage || archive.Metadata.GetValueOrDefault(RunKey) != fingerprint)
        {
            throw new UserErrorException(
                $"'{source}' belongs to another run or stage: this is the stage '{stage}' of a run with the settings in its config.json; remove the file or restore config.json.");
        }
    }

    private TensorArchive Archive() => State().Save(new Dictionary<string, string>
    {
        [StageKey] = Name,
        [RunKey] = Fingerprint,
        ["seconds"] = Text(Seconds),
        ["loss"] = Text(Loss),
        ["loss_sum"] = Text(_lossSum),
        ["loss_count"] = Text(_lossCount),
    });

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static double Number(TensorArchive archive, string key) => double.Parse(archive.Metadata[key], CultureInfo.InvariantCulture);
}

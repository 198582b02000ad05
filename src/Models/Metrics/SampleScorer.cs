using QDiff.Models.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace QDiff.Models.Metrics;

/// <summary>
/// Scores generated pictures against the test set of the data that the model was trained on. What depends on the real pictures
/// alone (features, floor, manifold, held-out distances) is measured on first use and kept.
/// </summary>
public sealed class SampleScorer : IDisposable
{
    /// <summary>The fewest pictures that can be scored.</summary>
    public const int MinimumSamples = 100;

    /// <summary>How many training pictures the floor is measured with, at most.</summary>
    public const int FloorSamples = 10_000;

    private const double Confidence = 0.9;
    private const int DistanceSamples = 1000;
    private const int TrainingRows = 10_000;

    private static readonly Lock s_lock = new();
    private static (string Key, SampleScorer Scorer)? s_shared;

    private readonly FeatureNet _net;
    private readonly ImageDataset _train;
    private readonly ImageDataset _test;
    private readonly Device _device;
    private readonly Lazy<Tensor> _reference;
    private readonly Lazy<FeatureStatistics> _referenceStatistics;
    private readonly Lazy<PrecisionRecall> _manifold;
    private readonly Lazy<double> _floor;
    private readonly Lazy<double> _heldOut;
    private bool _isShared;

    /// <summary>Prepares scoring; computes nothing yet.</summary>
    /// <param name="net">Takes over the net; it scores on the net's device.</param>
    /// <param name="train">The training set: for the floor and for distances.</param>
    /// <param name="test">The test set: the reference. At least <see cref="MinimumSamples"/> pictures in both.</param>
    public SampleScorer(FeatureNet net, ImageDataset train, ImageDataset test)
    {
        ArgumentNullException.ThrowIfNull(net);
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(test);
        ArgumentOutOfRangeException.ThrowIfLessThan(train.Count, MinimumSamples, nameof(train));
        ArgumentOutOfRangeException.ThrowIfLessThan(test.Count, MinimumSamples, nameof(test));
        _net = net;
        _train = train;
        _test = test;
        _device = net.parameters().First().device;
        _reference = new(() => Features(_test));
        _referenceStatistics = new(() => FeatureStatistics.Of(_reference.Value));
        _manifold = new(() => new PrecisionRecall(_reference.Value));
        _floor = new(() => Fid(_train.Slice(0, Math.Min(FloorSamples, _train.Count))));
        _heldOut = new(() => MedianDistance(_test.Slice(0, Math.Min(DistanceSamples, _test.Count))));
    }

    /// <summary>FID of the first 10,000 training pictures against the test set: what real pictures get that are not the reference.</summary>
    public double Floor => _floor.Value;

    /// <summary>
    /// A scorer with the built-in net. Whoever asks for the last images again gets the same scorer, so that a process that scores many models measures the real
    /// pictures once; disposing of it does nothing.
    /// </summary>
    /// <param name="train">The training set.</param>
    /// <param name="test">The test set.</param>
    /// <param name="device">Where to score; null for the CPU.</param>
    public static SampleScorer Create(ImageDataset train, ImageDataset test, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(test);
        string key = $"{train.Sha256} {test.Sha256} {device ?? CPU}";
        lock (s_lock)
        {
            if (s_shared is { } shared && shared.Key == key)
            {
                return shared.Scorer;
            }

            FeatureNet net = FeatureNet.LoadBuiltIn(device);
            foreach (TorchSharp.Modules.Parameter parameter in net.parameters())
            {
                parameter.DetachFromDisposeScope(); // It outlives the scope of whoever asked first.
            }

            var scorer = new SampleScorer(net, train, test) { _isShared = true };
            s_shared = (key, scorer);
            return scorer;
        }
    }

    /// <summary>FID of pictures against the test set, nothing else.</summary>
    /// <param name="images">float32 [N, 1, 28, 28] in [0, 1], N at least 2, on any device.</param>
    /// <exception cref="UserErrorException">A picture holds NaN.</exception>
    public double Fid(Tensor images)
    {
        using var scope = NewDisposeScope();
        return FrechetDistance.Between(FeatureStatistics.Of(Features(images)), _referenceStatistics.Value, _device);
    }

    /// <summary>The class, 0 to 9, that the classifier sees in each picture.</summary>
    /// <param name="images">float32 [N, 1, 28, 28] in [0, 1], on any device.</param>
    public byte[] Classes(Tensor images)
    {
        using var scope = NewDisposeScope();
        (_, Tensor logits) = _net.Evaluate(images);
        return [.. logits.argmax(1).cpu().data<long>().ToArray().Select(named => (byte)named)];
    }

    /// <summary>Everything that can be said about pictures.</summary>
    /// <param name="images">float32 [N, 1, 28, 28] in [0, 1], N at least <see cref="MinimumSamples"/>, on any device.</param>
    /// <param name="labels">The classes that were asked for, [N]; empty where none was.</param>
    /// <returns>The measured part; complete it with <c>with { Seed = …, Seconds = …, Temperature = …, Steps = …, FidReconstruction = … }</c>.</returns>
    /// <exception cref="ArgumentException">There are too few pictures or not one label for each.</exception>
    /// <exception cref="UserErrorException">A picture holds NaN.</exception>
    public GenerationMetrics Score(Tensor images, ReadOnlySpan<byte> labels = default)
    {
        ArgumentNullException.ThrowIfNull(images);
        long count = images.shape[0];
        ArgumentOutOfRangeException.ThrowIfLessThan(count, MinimumSamples, nameof(images));
        if (!labels.IsEmpty && labels.Length != count)
        {
            throw new ArgumentException($"{count} pictures need as many labels, or none; got {labels.Length}.", nameof(labels));
        }
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        (Tensor features, Tensor logits) = _net.Evaluate(images);
        Check(features);
        (Tensor certainty, Tensor named) = nn.functional.softmax(logits, 1).max(1);
        long[] classes = named.cpu().data<long>().ToArray();
        int[] histogram = new int[FeatureNet.ClassCount];
        int asked = 0;
        for (int i = 0; i < classes.Length; i++)
        {
            histogram[classes[i]]++;
            asked += !labels.IsEmpty && labels[i] == classes[i] ? 1 : 0;
        }
        ManifoldScores manifold = _manifold.Value.Score(features);
        return new GenerationMetrics
        {
            Fid = FrechetDistance.Between(FeatureStatistics.Of(features), _referenceStatistics.Value, _device),
            FidFloor = Floor,
            FidInfinity = FidExtrapolation.Estimate(features, _reference.Value),
            ConfidentShare = certainty.ge(Confidence).to(ScalarType.Float32).sum().item<float>() / (double)count,
            ClassHistogram = [.. histogram.Select(n => n / (double)count)],
            ConditionalAccuracy = labels.IsEmpty ? null : asked / (double)count,
            Precision = manifold.Precision,
            Recall = manifold.Recall,
            Density = manifold.Density,
            Coverage = manifold.Coverage,
            NearestTraining = MedianDistance(images.narrow(0, 0, Math.Min(DistanceSamples, count))),
            NearestTrainingHeldOut = _heldOut.Value,
            Samples = count,
        };
    }

    /// <summary>Frees the net and what was kept of the real pictures, unless others share them (<see cref="Create"/>).</summary>
    public void Dispose()
    {
        if (_isShared)
        {
            return;
        }

        if (_manifold.IsValueCreated)
        {
            _manifold.Value.Dispose();
        }
        if (_reference.IsValueCreated)
        {
            _reference.Value.Dispose();
        }
        _net.Dispose();
    }

    private double Fid(ImageDataset data)
    {
        using Tensor images = data.Images();
        return Fid(images);
    }

    private double MedianDistance(ImageDataset data)
    {
        using Tensor images = data.Images();
        return MedianDistance(images);
    }

    private Tensor Features(ImageDataset data)
    {
        using Tensor images = data.Images();
        return Features(images);
    }

    /// <summary>The features [N, 64] of pictures, outside every dispose scope.</summary>
    private Tensor Features(Tensor images)
    {
        using var scope = NewDisposeScope();
        (Tensor features, _) = _net.Evaluate(images);
        Check(features);
        return features.DetachFromDisposeScope();
    }

    private static void Check(Tensor features)
    {
        using var scope = NewDisposeScope();
        if (!float.IsFinite(features.sum().item<float>()))
        {
            throw new UserErrorException("The generated pictures hold NaN or infinite pixels: the training has diverged; lower the learning rate or try another seed.");
        }
    }

    /// <summary>The median over the pictures of the distance to the nearest training picture.</summary>
    private double MedianDistance(Tensor images)
    {
        using var scope = NewDisposeScope();
        Tensor queries = images.to(_device);
        float[] nearest = new float[images.shape[0]];
        Array.Fill(nearest, float.PositiveInfinity);
        foreach ((long start, long rows) in SquaredDistances.Blocks(_train.Count, TrainingRows))
        {
            using var blockScope = NewDisposeScope();
            float[] here = NearestNeighbour.Distances(queries, _train.Images((int)start, (int)rows, _device));
            for (int i = 0; i < nearest.Length; i++)
            {
                nearest[i] = MathF.Min(nearest[i], here[i]);
            }
        }
        Array.Sort(nearest);
        return 0.5 * (nearest[(nearest.Length - 1) / 2] + nearest[nearest.Length / 2]);
    }
}

using System.Globalization;
using QDiff.Engine.Randomness;
using QDiff.Models.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace QDiff.Models.Metrics;

/// <summary>
/// Trains the <see cref="FeatureNet"/>: cross-entropy, Adam with a cosine decay of its rate, pictures moved by up to two pixels.
/// </summary>
public static class FeatureNetTrainer
{
    /// <summary>The name of the file of weights in a run folder of <c>train --model feature-net</c>.</summary>
    public const string FileName = "feature-net.safetensors";

    private const int BatchSize = 128;
    private const int DefaultEpochs = 6;
    private const double LearningRate = 2e-3;
    private const int Shift = 2;
    private const int ReportEvery = 50;
    private const ulong OrderPurpose = 0x666F;
    private const ulong ShiftPurpose = 0x6673;

    /// <summary>Trains a new net.</summary>
    /// <param name="data">What to learn from.</param>
    /// <param name="seed">Fixes the first weights, the order and the shifts; sets the global generator.</param>
    /// <param name="progress">Gets the loss every 50 batches.</param>
    /// <param name="cancellation">Stops the training.</param>
    /// <param name="device">Where to train; null for the CPU.</param>
    /// <param name="epochs">How often each picture is seen.</param>
    /// <returns>The net, in evaluation mode; the caller disposes of it.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static FeatureNet Train(
        ImageDataset data,
        ulong seed,
        IProgress<FeatureNetProgress>? progress = null,
        CancellationToken cancellation = default,
        Device? device = null,
        int epochs = DefaultEpochs)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentOutOfRangeException.ThrowIfLessThan(epochs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(data.Count, BatchSize, nameof(data));
        manual_seed(unchecked((long)seed));
        var net = new FeatureNet();
        if (device is not null)
        {
            net.to(device);
        }
        net.train();
        int batches = data.Count / BatchSize;
        int steps = epochs * batches;
        using optim.Optimizer optimizer = optim.Adam(net.parameters(), LearningRate);
        optim.lr_scheduler.LRScheduler schedule = optim.lr_scheduler.CosineAnnealingLR(optimizer, steps);
        int[] order = [.. Enumerable.Range(0, data.Count)];
        using Tensor lossSum = zeros(1, dtype: ScalarType.Float64, device: device);
        for (int step = 0; step < steps; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            if (step % batches == 0)
            {
                Shuffle(order, seed, step / batches);
            }
            using var scope = NewDisposeScope();
            (Tensor images, Tensor labels) = Batch(data, order.AsSpan(step % batches * BatchSize, BatchSize), seed, step, device);
            optimizer.zero_grad();
            Tensor loss = nn.functional.cross_entropy(net.forward(images), labels);
            loss.backward();
            optimizer.step();
            schedule.step();
            lossSum.add_(loss.detach());
            if ((step + 1) % ReportEvery == 0)
            {
                progress?.Report(new FeatureNetProgress(step + 1, steps, lossSum.item<double>() / ReportEvery));
                lossSum.zero_();
            }
        }
        net.eval();
        return net;
    }

    /// <summary>The share of pictures whose class the net names.</summary>
    public static double Accuracy(FeatureNet net, ImageDataset data)
    {
        ArgumentNullException.ThrowIfNull(net);
        ArgumentNullException.ThrowIfNull(data);
        using var scope = NewDisposeScope();
        (_, Tensor logits) = net.Evaluate(data.Images());
        long[] named = logits.argmax(1).cpu().data<long>().ToArray();
        return named.Zip(data.Labels).Count(pair => pair.First == pair.Second) / (double)data.Count;
    }

    /// <summary>The metadata to save a trained net with: the command that makes it, its accuracy, what it has seen.</summary>
    /// <param name="train">What it was trained on.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="testAccuracy">Its accuracy on the test set.</param>
    public static IReadOnlyDictionary<string, string> Describe(ImageDataset train, ulong seed, double testAccuracy)
    {
        ArgumentNullException.ThrowIfNull(train);
        return new Dictionary<string, string>
        {
            ["command"] = string.Create(CultureInfo.InvariantCulture, $"qdiff train --model feature-net --data {train.Name} --seed {seed} --out DIR"),
            ["data_sha256"] = train.Sha256,
            ["test_accuracy"] = testAccuracy.ToString("F4", CultureInfo.InvariantCulture),
        };
    }

    private static void Shuffle(int[] order, ulong seed, int epoch)
    {
        var random = new CounterRandom(seed, epoch, OrderPurpose);
        for (int i = order.Length - 1; i > 0; i--)
        {
            int j = (int)(((ulong)random.Word(i) * (ulong)(i + 1)) >> 32);
            (order[i], order[j]) = (order[j], order[i]);
        }
    }

    /// <summary>The chosen pictures, each moved by up to <see cref="Shift"/> pixels in both directions over a black ground.</summary>
    private static (Tensor Images, Tensor Labels) Batch(ImageDataset data, ReadOnlySpan<int> chosen, ulong seed, int step, Device? device)
    {
        const int side = ImageDataset.Side;
        float[] images = new float[chosen.Length * ImageDataset.PixelsPerImage];
        long[] labels = new long[chosen.Length];
        var random = new CounterRandom(seed, step, ShiftPurpose);
        for (int i = 0; i < chosen.Length; i++)
        {
            labels[i] = data.Labels[chosen[i]];
            int dx = (int)(random.Word(2 * i) % ((2 * Shift) + 1)) - Shift;
            int dy = (int)(random.Word((2 * i) + 1) % ((2 * Shift) + 1)) - Shift;
            ReadOnlySpan<byte> source = data.Pixels.AsSpan(chosen[i] * ImageDataset.PixelsPerImage, ImageDataset.PixelsPerImage);
            Span<float> target = images.AsSpan(i * ImageDataset.PixelsPerImage, ImageDataset.PixelsPerImage);
            for (int y = Math.Max(0, dy); y < Math.Min(side, side + dy); y++)
            {
                int from = Math.Max(0, -dx), to = Math.Min(side, side - dx);
                ImageDataset.Scale(source[(((y - dy) * side) + from)..(((y - dy) * side) + to)], target.Slice((y * side) + from + dx, to - from));
            }
        }
        return (tensor(images, [chosen.Length, 1, side, side], device: device), tensor(labels, [chosen.Length], device: device));
    }
}

using System.Reflection;
using QDiff.Models.Persistence;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace QDiff.Models.Metrics;

/// <summary>
/// The classifier whose eyes the scores see with: three 3×3 convolutions (1→16→32→64, each with ReLU and 2×2 max pooling), a
/// linear layer 576→64 with ReLU, which gives the features of FID, recall and coverage, and a linear layer to ten classes.
/// It has neither dropout nor batch normalisation, so training and evaluation compute the same.
/// </summary>
/// <remarks>
/// The built-in weights were made by <see cref="FeatureNetTrainer"/> on MNIST; their metadata names the command. FIDs in these features
/// compare with each other and with no FID in other features.
/// </remarks>
public sealed class FeatureNet : nn.Module<Tensor, Tensor>
{
    /// <summary>The number of features.</summary>
    public const int FeatureCount = 64;

    /// <summary>The number of classes.</summary>
    public const int ClassCount = 10;

    private const int EvaluationBatch = 500;
    private const string BuiltInResource = "QDiff.Models.Metrics.Weights.feature-net-mnist.safetensors";

    // RegisterComponents gives the parameters the names of these fields.
    private readonly Conv2d conv1 = nn.Conv2d(1, 16, 3, padding: 1);
    private readonly Conv2d conv2 = nn.Conv2d(16, 32, 3, padding: 1);
    private readonly Conv2d conv3 = nn.Conv2d(32, 64, 3, padding: 1);
    private readonly Linear features = nn.Linear(64 * 3 * 3, FeatureCount);
    private readonly Linear classes = nn.Linear(FeatureCount, ClassCount);

    /// <summary>Makes a net with random weights from the global generator.</summary>
    public FeatureNet() : base(nameof(FeatureNet)) => RegisterComponents();

    /// <summary>The net with the weights that come with the program, trained on MNIST.</summary>
    /// <param name="device">Where to put it; null for the CPU.</param>
    public static FeatureNet LoadBuiltIn(Device? device = null)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(BuiltInResource)
            ?? throw new InvalidOperationException($"The resource {BuiltInResource} is not in the assembly.");
        return Load(SafeTensors.Read(stream, BuiltInResource), BuiltInResource, device);
    }

    /// <summary>The net with the weights of a file that <see cref="Save"/> wrote.</summary>
    /// <param name="path">The safetensors file.</param>
    /// <param name="device">Where to put it; null for the CPU.</param>
    /// <exception cref="UserErrorException">The file is missing, damaged, or of something else.</exception>
    public static FeatureNet Load(string path, Device? device = null) => Load(SafeTensors.Read(path), path, device);

    /// <summary>Writes the weights as safetensors.</summary>
    /// <param name="path">The file.</param>
    /// <param name="metadata">How the weights were made: command, accuracy, data.</param>
    /// <exception cref="UserErrorException">The file cannot be written.</exception>
    public void Save(string path, IReadOnlyDictionary<string, string> metadata)
        => SafeTensors.Write(path, new TensorArchive(ModuleState.Capture(this), metadata));

    /// <summary>Class scores before the softmax.</summary>
    /// <param name="input">float32 [N, 1, 28, 28] in [0, 1].</param>
    /// <returns>[N, 10].</returns>
    public override Tensor forward(Tensor input) => classes.forward(Features(input));

    /// <summary>The features of a batch, with gradients where they are asked for.</summary>
    /// <param name="input">float32 [N, 1, 28, 28] in [0, 1].</param>
    /// <returns>[N, 64], none negative.</returns>
    public Tensor Features(Tensor input)
    {
        Tensor x = Block(conv1, input); // [N, 16, 14, 14]
        x = Block(conv2, x); // [N, 32, 7, 7]
        x = Block(conv3, x); // [N, 64, 3, 3]
        return nn.functional.relu(features.forward(x.flatten(1)));
    }

    /// <summary>Features and class scores of any number of pictures, in batches, without gradients and in evaluation mode.</summary>
    /// <param name="images">float32 [N, 1, 28, 28] in [0, 1], on any device.</param>
    /// <returns>float32 [N, 64] and [N, 10] on the device of the net; the caller disposes of both.</returns>
    public (Tensor Features, Tensor Logits) Evaluate(Tensor images)
    {
        ArgumentNullException.ThrowIfNull(images);
        if (images.dim() != 4 || images.shape[1] != 1 || images.shape[2] != 28 || images.shape[3] != 28)
        {
            throw new ArgumentException($"The net sees pictures of shape [N, 1, 28, 28]; got [{string.Join(", ", images.shape)}].", nameof(images));
        }
        bool wasTraining = training;
        eval();
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var allFeatures = new List<Tensor>();
        var allLogits = new List<Tensor>();
        Device device = classes.weight.device;
        for (long start = 0; start < images.shape[0]; start += EvaluationBatch)
        {
            using var batchScope = NewDisposeScope();
            Tensor batch = images.narrow(0, start, Math.Min(EvaluationBatch, images.shape[0] - start)).to(device);
            Tensor seen = Features(batch);
            allFeatures.Add(seen.MoveToOuterDisposeScope());
            allLogits.Add(classes.forward(seen).MoveToOuterDisposeScope());
        }
        train(wasTraining);
        return (cat(allFeatures, 0).MoveToOuterDisposeScope(), cat(allLogits, 0).MoveToOuterDisposeScope());
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            conv1.Dispose();
            conv2.Dispose();
            conv3.Dispose();
            features.Dispose();
            classes.Dispose();
        }
        base.Dispose(disposing);
    }

    private static Tensor Block(Conv2d convolution, Tensor x) => nn.functional.max_pool2d(nn.functional.relu(convolution.forward(x)), 2);

    private static FeatureNet Load(TensorArchive archive, string source, Device? device)
    {
        var net = new FeatureNet();
        ModuleState.Restore(net, archive.Tensors, source);
        if (device is not null)
        {
            net.to(device);
        }
        net.eval();
        return net;
    }
}

using QDiff.Models.Data;
using QDiff.Models.Metrics;
using QDiff.Models.Persistence;
using TorchSharp;
using static TorchSharp.torch;

namespace QDiff.Models.Tests.Metrics;

public sealed class FeatureNetTests
{
    [Fact]
    public void SaveThenLoad_RandomWeights_GivesIdenticalFeatures()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("net.safetensors");
        using var net = new FeatureNet();
        net.Save(path, new Dictionary<string, string> { ["command"] = "test" });
        using FeatureNet loaded = FeatureNet.Load(path);
        using Tensor images = StrokeDigits.Generate(1, 1, 23).Images();
        Assert.Equal(Values(net.Evaluate(images).Features), Values(loaded.Evaluate(images).Features));
        Assert.Equal("test", SafeTensors.Read(path).Metadata["command"]);
    }

    [Fact]
    public void Load_ForeignWeights_IsRefused()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("net.safetensors");
        SafeTensors.Write(path, new TensorArchive(new Dictionary<string, StoredTensor> { ["w"] = StoredTensor.From<float>([1f], 1) }));
        Assert.Contains("does not fit", Assert.Throws<UserErrorException>(() => FeatureNet.Load(path)).Message);
    }

    [Fact]
    public void Evaluate_InBatches_IsWhatOneForwardGives()
    {
        using FeatureNet net = FeatureNet.LoadBuiltIn();
        using Tensor images = StrokeDigits.Generate(1, 1, 1203).Images();
        (Tensor features, Tensor logits) = net.Evaluate(images);
        Assert.Equal([1203, FeatureNet.FeatureCount], features.shape);
        Assert.Equal([1203, FeatureNet.ClassCount], logits.shape);
        using var frozen = no_grad();
        float[] whole = Values(net.forward(images)), batched = Values(logits);
        Assert.True(whole.Zip(batched).Max(pair => Math.Abs(pair.First - pair.Second)) < 1e-4);
        Assert.False(net.training);
        Assert.All(Values(features), x => Assert.True(x >= 0));
    }

    [Fact]
    public void Evaluate_OtherShape_IsRefused()
    {
        using var net = new FeatureNet();
        Assert.Throws<ArgumentException>(() => net.Evaluate(zeros(3, 784)));
    }

    [Fact]
    public void LoadBuiltIn_StrokeDigits_AreMostlyReadRight()
    {
        using FeatureNet net = FeatureNet.LoadBuiltIn();
        double accuracy = FeatureNetTrainer.Accuracy(net, StrokeDigits.Generate(0, 2, 2000));
        Assert.True(accuracy > 0.9, $"A net that learnt handwriting reads {accuracy:P1} of the drawn digits.");
    }

    [MnistFact]
    public void LoadBuiltIn_MnistTestSet_IsReadAtNinetyNinePercent()
    {
        using FeatureNet net = FeatureNet.LoadBuiltIn();
        (_, ImageDataset test) = DatasetLoader.Load(DataChoice.Mnist);
        double accuracy = FeatureNetTrainer.Accuracy(net, test);
        Assert.True(accuracy >= 0.99, $"{accuracy}");
    }

    [Fact]
    public void Train_FewDigits_LearnsThem()
    {
        ImageDataset data = StrokeDigits.Generate(3, 1, 1920);
        var losses = new List<double>();
        using FeatureNet net = FeatureNetTrainer.Train(data, 5, new Collector(losses), epochs: 7);
        Assert.True(losses[^1] < 0.5 * losses[0], string.Join(", ", losses));
        double accuracy = FeatureNetTrainer.Accuracy(net, StrokeDigits.Generate(3, 2, 500));
        Assert.True(accuracy > 0.7, $"{accuracy}");
    }

    [Fact]
    public void Train_SameSeed_GivesTheSameWeights()
    {
        ImageDataset data = StrokeDigits.Generate(3, 1, 256);
        using FeatureNet one = FeatureNetTrainer.Train(data, 5, epochs: 1), other = FeatureNetTrainer.Train(data, 5, epochs: 1);
        Assert.Equal(Hash(one), Hash(other));
        using FeatureNet otherSeed = FeatureNetTrainer.Train(data, 6, epochs: 1);
        Assert.NotEqual(Hash(one), Hash(otherSeed));
    }

    [Fact]
    public void Train_Cancelled_Stops()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.Throws<OperationCanceledException>(() => FeatureNetTrainer.Train(StrokeDigits.Generate(3, 1, 256), 5, cancellation: cancelled.Token));
    }

    private static string Hash(FeatureNet net) => new TensorArchive(ModuleState.Capture(net)).ContentHash();

    private static float[] Values(Tensor tensor) => tensor.contiguous().data<float>().ToArray();

    private sealed class Collector(List<double> into) : IProgress<FeatureNetProgress>
    {
        public void Report(FeatureNetProgress value) => into.Add(value.Loss);
    }
}

using System.Text.Json.Nodes;
using QDiff.Models.Data;
using QDiff.Models.Metrics;
using TorchSharp;
using static TorchSharp.torch;

namespace QDiff.Models.Tests.Metrics;

public sealed class SampleScorerTests
{
    private static readonly ImageDataset Train = StrokeDigits.Generate(0, 1, 1500);
    private static readonly ImageDataset Test = StrokeDigits.Generate(0, 2, 1000);

    [Fact]
    public void Score_TheTestSetItself_IsPerfect()
    {
        using SampleScorer scorer = SampleScorer.Create(Train, Test);
        using Tensor images = Test.Images();
        GenerationMetrics metrics = scorer.Score(images, Test.Labels);
        Assert.InRange(metrics.Fid, 0, 1e-4);
        Assert.Equal(1, metrics.Recall, 6);
        Assert.Equal(1, metrics.Coverage, 6);
        Assert.Equal(metrics.NearestTrainingHeldOut, metrics.NearestTraining, 4);
        Assert.True(metrics.ConditionalAccuracy > 0.9, $"{metrics}");
        Assert.Equal(1, metrics.ClassHistogram.Sum(), 9);
        Assert.Equal(1000, metrics.Samples);
    }

    [Fact]
    public void Score_OtherRealPictures_IsNearTheFloorAndNoiseIsNot()
    {
        using SampleScorer scorer = SampleScorer.Create(Train, Test);
        using Tensor fresh = StrokeDigits.Generate(0, 3, 1000).Images();
        manual_seed(1);
        using Tensor noise = rand(500, 1, 28, 28);
        GenerationMetrics real = scorer.Score(fresh), random = scorer.Score(noise);
        Assert.InRange(real.Fid, 0.5 * scorer.Floor, 3 * scorer.Floor);
        // Parts of 200 pictures with 64 features lie beyond the straight line in 1/N, which makes the limit come out too low.
        Assert.InRange(real.FidInfinity, -real.Fid, 0.5 * real.Fid);
        Assert.True(random.Fid > 20 * real.Fid, $"{real.Fid} {random.Fid}");
        Assert.True(real.Recall > 0.5 && real.Coverage > 0.7, $"{real}");
        Assert.True(random.Recall < 0.05 && random.Coverage < 0.05, $"{random}");
        Assert.Null(real.ConditionalAccuracy);
    }

    [Fact]
    public void Score_TrainingPictures_ComeOutAsCopies()
    {
        using SampleScorer scorer = SampleScorer.Create(Train, Test);
        using Tensor copies = Train.Images(0, 200);
        GenerationMetrics metrics = scorer.Score(copies);
        Assert.InRange(metrics.NearestTraining, 0, 0.1);
        Assert.True(metrics.NearestTrainingHeldOut > 1, $"{metrics.NearestTrainingHeldOut}");
    }

    [Fact]
    public void Score_NotANumber_IsRefused()
    {
        using SampleScorer scorer = SampleScorer.Create(Train, Test);
        using Tensor images = full([100, 1, 28, 28], float.NaN);
        Assert.Contains("NaN", Assert.Throws<UserErrorException>(() => scorer.Score(images)).Message);
    }

    [Fact]
    public void Score_TooFewPicturesOrLabels_IsRefused()
    {
        using SampleScorer scorer = SampleScorer.Create(Train, Test);
        Assert.Throws<ArgumentOutOfRangeException>(() => scorer.Score(zeros(99, 1, 28, 28)));
        Assert.Throws<ArgumentException>(() => scorer.Score(zeros(100, 1, 28, 28), [1, 2, 3]));
    }

    [Fact]
    public void ToJson_AllKeys_HaveTheNamesOfTheFileAndComeBack()
    {
        var metrics = new GenerationMetrics
        {
            Fid = 12.5,
            FidFloor = 1.25,
            FidReconstruction = 9,
            FidInfinity = double.NaN,
            ConfidentShare = 0.95,
            ClassHistogram = [.. Enumerable.Repeat(0.1, 10)],
            Precision = 0.7,
            Recall = 0.6,
            Density = 0.8,
            Coverage = 0.5,
            NearestTraining = 6,
            NearestTrainingHeldOut = 6.5,
            Samples = 10_000,
            Seed = 7,
            Seconds = 100.5,
            Temperature = 2,
            Steps = 50,
        };
        JsonObject json = metrics.ToJson();
        string[] keys =
        [
            "fid", "fid_floor", "fid_reconstruction", "fid_infinity", "confident_share", "class_histogram", "recall", "coverage",
            "samples", "seed", "seconds", "temperature", "steps",
        ];
        Assert.All(keys, key => Assert.True(json.ContainsKey(key), key));
        Assert.Equal(12.5, (double)json["fid"]!);
        json["more"] = 1;
        GenerationMetrics read = GenerationMetrics.FromJson(json);
        Assert.Equal(metrics with { ClassHistogram = read.ClassHistogram }, read);
        Assert.Equal(metrics.ClassHistogram, read.ClassHistogram);
    }
}

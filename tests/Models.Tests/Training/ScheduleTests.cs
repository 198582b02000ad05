using QDiff.Models.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace QDiff.Models.Tests.Training;

public sealed class ScheduleTests
{
    [Fact]
    public void CosineDecay_AlongTheRun_RisesThenFallsToOnePercent()
    {
        var decay = new CosineDecay(0.1, 10_000);
        Assert.Equal(0.001, decay.At(0), 6);
        Assert.Equal(0.1, decay.At(99), 3);
        Assert.Equal(0.0505, decay.At(5_000), 6);
        Assert.Equal(0.001, decay.At(9_999), 5);
    }

    [Fact]
    public void SeedSequence_DifferentPurposesAndPlaces_GiveDifferentSeeds()
    {
        ulong[] seeds =
        [
            SeedSequence.Derive(1, "a"), SeedSequence.Derive(1, "b"), SeedSequence.Derive(2, "a"), SeedSequence.Derive(1, "a", 1),
        ];
        Assert.Equal(seeds.Length, seeds.Distinct().Count());
        Assert.Equal(seeds[0], SeedSequence.Derive(1, "a"));
    }

    [Fact]
    public void ExponentialMovingAverage_Update_FollowsTheFormula()
    {
        using nn.Module<Tensor, Tensor> model = nn.Linear(1, 1, hasBias: false);
        using nn.Module<Tensor, Tensor> shadow = nn.Linear(1, 1, hasBias: false);
        Tensor weight = model.parameters().Single();
        Tensor trailing = shadow.parameters().Single();
        var average = new ExponentialMovingAverage(model, shadow, 0.9);
        float start = weight.item<float>();
        Assert.Equal(start, trailing.item<float>());
        using (no_grad())
        {
            weight.fill_(start + 1);
        }

        average.Update(0);
        Assert.Equal(start + 0.9, trailing.item<float>(), 5);
        average.Update(1_000_000);
        Assert.Equal(start + 0.91, trailing.item<float>(), 5);
    }
}

using QDiff.Models.Diffusion;

namespace QDiff.Models.Tests.Diffusion;

public sealed class DepolarizingScheduleTests
{
    [Fact]
    public void Shrink_OverTheSteps_FallsFromOneAlongTheCosine()
    {
        var schedule = new DepolarizingSchedule(50);
        Assert.Equal(1, schedule.Shrink(0));
        Assert.Equal(0.99, schedule.Shrink(1), 12);
        Assert.Equal(0.02, schedule.Shrink(50), 12);
        for (int t = 1; t <= 50; t++)
        {
            Assert.True(schedule.Shrink(t) < schedule.Shrink(t - 1));
            double kappa = schedule.Concentration(t);
            Assert.Equal(schedule.Shrink(t), (1 / Math.Tanh(kappa)) - (1 / kappa), 8);
        }
    }

    [Fact]
    public void Visit_FewerSteps_StartsAtTheEndAndIsEven()
    {
        var schedule = new DepolarizingSchedule(50);
        Assert.Equal([50, 45, 40, 35, 30, 25, 20, 15, 10, 5], Sampler.Visit(50, 10));
        Assert.Equal(Enumerable.Range(0, 50).Select(i => 50 - i), Sampler.Visit(50, 50));
        Assert.Throws<ArgumentOutOfRangeException>(() => Sampler.Visit(50, 51));
        Assert.Throws<ArgumentOutOfRangeException>(() => Sampler.Visit(50, 0));
    }

    [Fact]
    public void Constructor_OneStep_IsRefused()
        => Assert.Throws<ArgumentOutOfRangeException>(() => new DepolarizingSchedule(1));
}

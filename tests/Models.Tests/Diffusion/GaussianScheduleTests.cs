using QDiff.Models.Diffusion;

namespace QDiff.Models.Tests.Diffusion;

public class GaussianScheduleTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(100)]
    [InlineData(1000)]
    public void Posterior_AppliedToTheForwardProcess_GivesItsMarginalOneStepBefore(int steps)
    {
        var schedule = new GaussianSchedule(steps);
        for (int t = 1; t <= steps; t++)
        {
            (double clean, double noisy, double deviation) = schedule.Posterior(t);
            Assert.Equal(schedule.Signal(t - 1), clean + (noisy * schedule.Signal(t)), 12);
            Assert.Equal(Math.Pow(schedule.Noise(t - 1), 2), Math.Pow(noisy * schedule.Noise(t), 2) + (deviation * deviation), 12);
        }
    }

    [Fact]
    public void Signal_AtTheEnd_IsGone() => Assert.InRange(new GaussianSchedule(100).Signal(100), 0, 0.01);

    [Fact]
    public void Constructor_OneStep_IsRefused() => Assert.Throws<ArgumentOutOfRangeException>(() => new GaussianSchedule(1));
}

using QDiff.Engine.Noise;

namespace QDiff.Engine.Tests.Noise;

public class DepolarizingChannelTests
{
    [Theory]
    [InlineData(0, 1, 0)]
    [InlineData(0.2, 0.8, 0.05)]
    [InlineData(1, 0, 0.25)]
    [InlineData(DepolarizingChannel.Maximum, -1.0 / 3, 1.0 / 3)]
    public void Channel_Strength_GivesShrinkAndPauliProbability(double p, double shrink, double pauli)
    {
        var channel = new DepolarizingChannel(p);
        Assert.Equal(shrink, channel.Shrink, Tolerances.ClosedForm);
        Assert.Equal(pauli, channel.PauliProbability, Tolerances.ClosedForm);
        Assert.Equal(p, DepolarizingChannel.FromShrink(shrink).P, Tolerances.ClosedForm);
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.4)]
    [InlineData(double.NaN)]
    public void Channel_OutOfRange_IsRefused(double p) =>
        Refusal.Says($"'Depolarizing' needs p in [0, 4/3]; got {p}.", () => new DepolarizingChannel(p));
}

using System.Numerics;
using QDiff.Engine.Randomness;
using QDiff.Models.Diffusion;
using QDiff.Models.Pairings;

namespace QDiff.Models.Tests.Pairings;

public class StateDiffusionTests
{
    private const int Draws = 20_000;

    public static TheoryData<NoiseChannel> Channels => [.. Enum.GetValues<NoiseChannel>()];

    [Theory]
    [MemberData(nameof(Channels))]
    public void Diffuse_OfOneQubit_IsPureAndHasTheChannelsMean(NoiseChannel channel)
    {
        var diffusion = new StateDiffusion(channel, 10, new StateData(StateEnsemble.State));
        Complex[] clean = PureState.FromBloch(0.6, 0.0, -0.8);
        foreach (int t in (int[])[1, 5, 10])
        {
            double kept = diffusion.Schedule.Shrink(t), damped = 1 - (kept * kept);
            (double X, double Y, double Z) expected = channel switch
            {
                NoiseChannel.BitFlip => (0.6, 0, -0.8 * kept),
                NoiseChannel.PhaseFlip or NoiseChannel.PhaseDamping => (0.6 * kept, 0, -0.8),
                NoiseChannel.Mixture => (0.6 * kept * Math.Cos(Math.PI * t / 10), 0.6 * kept * Math.Sin(Math.PI * t / 10), 1 - (1.8 * kept)),
                NoiseChannel.AmplitudeDamping => (0.6 * kept, 0, damped - (0.8 * (1 - damped))),
                _ => (0.6 * kept, 0, -0.8 * kept),
            };
            (double X, double Y, double Z) sum = default;
            for (int i = 0; i < Draws; i++)
            {
                Complex[] noisy = diffusion.Diffuse(clean, t, new CounterRandom(5, i, (ulong)t));
                Assert.Equal(1, PureState.Fidelity(noisy, noisy), 12);
                (double x, double y, double z) = PureState.Bloch(noisy, 0);
                sum = (sum.X + x, sum.Y + y, sum.Z + z);
            }

            // A component lies in [−1, 1]: its deviation is at most 1.
            double tolerance = 5 / Math.Sqrt(Draws);
            Assert.True(
                Math.Abs((sum.X / Draws) - expected.X) < tolerance && Math.Abs((sum.Y / Draws) - expected.Y) < tolerance && Math.Abs((sum.Z / Draws) - expected.Z) < tolerance,
                $"{channel} at t = {t}: mean ({sum.X / Draws}, {sum.Y / Draws}, {sum.Z / Draws}) instead of {expected}.");
        }
    }

    [Theory]
    [InlineData(StateEnsemble.Cap)]
    [InlineData(StateEnsemble.Cluster)]
    [InlineData(StateEnsemble.Ising)]
    public void Depolarizing_OfARegister_KeepsTheFidelityOfTheChannel(StateEnsemble ensemble)
    {
        const int Fewer = 4000;
        var data = new StateData(ensemble);
        var diffusion = new StateDiffusion(NoiseChannel.Depolarizing, 6, data);
        double dimension = 1 << data.QubitCount;
        Complex[] clean = data.State(3, 1);
        for (int t = 1; t <= 6; t++)
        {
            double mean = Enumerable.Range(0, Fewer).Average(i => PureState.Fidelity(clean, diffusion.Diffuse(clean, t, new CounterRandom(9, i, (ulong)t))));
            double kept = diffusion.Schedule.Shrink(t);
            // A number in [0, 1] deviates by at most 1/2.
            Assert.InRange(mean - (kept + ((1 - kept) / dimension)), -2.5 / Math.Sqrt(Fewer), 2.5 / Math.Sqrt(Fewer));
        }
    }

    [Fact]
    public void Prior_OfAChannelThatForgetsAll_DoesNotDependOnTheEnsemble()
    {
        foreach (NoiseChannel channel in Enum.GetValues<NoiseChannel>())
        {
            var one = new StateDiffusion(channel, 5, new StateData(StateEnsemble.Circle));
            var other = new StateDiffusion(channel, 5, new StateData(StateEnsemble.State));
            bool same = Enumerable.Range(0, 50).All(i => one.Prior(3, i).SequenceEqual(other.Prior(3, i)));
            Assert.Equal(one.ForgetsAll, same);
        }
    }
}

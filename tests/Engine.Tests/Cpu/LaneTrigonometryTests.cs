using System.Numerics;
using System.Runtime.Intrinsics;
using QDiff.Engine.Cpu;

namespace QDiff.Engine.Tests.Cpu;

public class LaneTrigonometryTests
{
    [Fact]
    public void SinCos_Float_IsWithinTwoUnitsInTheLastPlace()
    {
        Check<LaneScalar<float>, float>(Angles(1e6), Tolerances.SineSingle);
        Check<Lane128Single, float>(Angles(1e6), Tolerances.SineSingle);
        if (Vector256.IsHardwareAccelerated)
        {
            Check<Lane256Single, float>(Angles(1e6), Tolerances.SineSingle);
        }

        if (Vector512.IsHardwareAccelerated)
        {
            Check<Lane512Single, float>(Angles(1e6), Tolerances.SineSingle);
        }
    }

    [Fact]
    public void SinCos_Double_IsWithinTwoUnitsInTheLastPlace()
    {
        Check<LaneScalar<double>, double>(Angles(1e12), Tolerances.SineDouble);
        Check<Lane128Double, double>(Angles(1e12), Tolerances.SineDouble);
        if (Vector256.IsHardwareAccelerated)
        {
            Check<Lane256Double, double>(Angles(1e12), Tolerances.SineDouble);
        }

        if (Vector512.IsHardwareAccelerated)
        {
            Check<Lane512Double, double>(Angles(1e12), Tolerances.SineDouble);
        }
    }

    [Fact]
    public void SinCos_BeyondTheRange_IsThatOfTheLibrary()
    {
        foreach (var angle in new[] { 1.5e6f, -3e9f, 1e30f, float.MaxValue })
        {
            Assert.Equal(MathF.SinCos(angle), Both<Lane128Single, float>(angle));
        }

        foreach (var angle in new[] { 2e12, -1e20, 1e300 })
        {
            Assert.Equal(Math.SinCos(angle), Both<Lane128Double, double>(angle));
        }
    }

    [Fact]
    public void SinCos_AtZero_IsExact()
    {
        Assert.Equal((0f, 1f), Both<Lane128Single, float>(0));
        Assert.Equal((0.0, 1.0), Both<Lane128Double, double>(0));
    }

    // Dense around 0, near multiples of π/4 (quadrant borders and zeros), and over all magnitudes; one in each lane, with its neighbours.
    private static List<double> Angles(double limit)
    {
        var random = new Random(1);
        var angles = new List<double>();
        for (var i = -20_000; i <= 20_000; i++)
        {
            angles.Add(i * 0.001);
        }

        for (var i = -2000; i <= 2000; i++)
        {
            angles.Add(i * Math.PI / 4);
            angles.Add(i * Math.PI / 4 + 1e-7 * (random.NextDouble() - 0.5));
        }

        for (var i = 0; i < 20_000; i++)
        {
            angles.Add(Math.Pow(10, -12 + random.NextDouble() * (12 + Math.Log10(limit))) * (random.Next(2) == 0 ? 1 : -1));
        }

        return angles;
    }

    private static unsafe void Check<TLane, T>(List<double> angles, double tolerance)
        where TLane : unmanaged, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T* input = stackalloc T[TLane.Count], sine = stackalloc T[TLane.Count], cosine = stackalloc T[TLane.Count];
        for (var first = 0; first + TLane.Count <= angles.Count; first += TLane.Count)
        {
            for (var lane = 0; lane < TLane.Count; lane++)
            {
                input[lane] = T.CreateChecked(angles[first + lane]);
            }

            var (sin, cos) = LaneTrigonometry.SinCos<TLane, T>(TLane.Load(input));
            sin.Store(sine);
            cos.Store(cosine);
            for (var lane = 0; lane < TLane.Count; lane++)
            {
                var (expectedSine, expectedCosine) = Math.SinCos(double.CreateChecked(input[lane]));
                AssertUlps(expectedSine, double.CreateChecked(sine[lane]), $"sin {input[lane]}");
                AssertUlps(expectedCosine, double.CreateChecked(cosine[lane]), $"cos {input[lane]}");
            }
        }

        // Relative to the value, so that small sines keep their digits.
        void AssertUlps(double expected, double actual, string what) => Assert.True(
            Math.Abs(actual - expected) <= tolerance * Math.Abs(expected),
            $"{what}, {typeof(TLane).Name}: expected {expected:g17}, got {actual:g17}, relative difference {(actual - expected) / expected:g3}");
    }

    private static unsafe (T Sin, T Cos) Both<TLane, T>(T angle)
        where TLane : unmanaged, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T* numbers = stackalloc T[2 * TLane.Count];
        var (sin, cos) = LaneTrigonometry.SinCos<TLane, T>(TLane.Broadcast(angle));
        sin.Store(numbers);
        cos.Store(numbers + TLane.Count);
        return (numbers[0], numbers[TLane.Count]);
    }
}

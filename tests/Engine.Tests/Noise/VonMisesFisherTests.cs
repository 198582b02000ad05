using QDiff.Engine.Noise;
using QDiff.Engine.Randomness;

namespace QDiff.Engine.Tests.Noise;

public class VonMisesFisherTests
{
    public static TheoryData<float> Concentrations => [0, 1e-30f, 1e-15f, 1e-6f, 1e-3f, 0.1f, 1, 3.5f, 30, 1000, 1e6f];

    // The directions at which tangent frames break: poles, next to the poles, axes, a general one.
    private static readonly float[][] Directions =
        [[0, 0, 1], [0, 0, -1], [1e-5f, 0, -1], [0, -1e-20f, -1], [1, 0, 0], [0, -1, 0], [-0.48f, 0.6f, 0.64f], [3, -4, 12], [0.36f, -0.48f, -0.8f]];

    // coth κ − 1/κ in 60-digit decimal arithmetic.
    [Theory]
    [InlineData(0, 0)]
    [InlineData(1e-12, 3.3333333333333333e-13)]
    [InlineData(1e-4, 3.3333333311111111e-5)]
    [InlineData(0.01, 0.0033333111113227492758)]
    [InlineData(0.5, 0.16395341373865284877)]
    [InlineData(0.99999999, 0.31303528273994789451)]
    [InlineData(1, 0.31303528549933130364)]
    [InlineData(3, 0.67163648998035583776)]
    [InlineData(18.9, 0.94708994708994716265)]
    [InlineData(50, 0.98)]
    [InlineData(1e6, 0.999999)]
    public void MeanLength_KnownValues_Match(double kappa, double expected) =>
        Assert.InRange(VonMisesFisher.MeanLength(kappa), expected * (1 - Tolerances.ClosedForm), expected * (1 + Tolerances.ClosedForm));

    [Fact]
    public void Concentration_OfMeanLength_IsTheInverse()
    {
        for (var exponent = -9.0; exponent <= 6; exponent += 0.01)
        {
            var kappa = Math.Pow(10, exponent);
            var length = VonMisesFisher.MeanLength(kappa);
            // What one rounding of α does to κ: dκ/dα · 2^−53.
            var conditioning = kappa * kappa / Math.Max(1, kappa) * 2e-16;
            Assert.InRange(VonMisesFisher.Concentration(length) - kappa, -Tolerances.Inverse * kappa - conditioning, Tolerances.Inverse * kappa + conditioning);
        }

        for (var length = 0.0; length < 1; length += 1.0 / 1024)
        {
            var back = VonMisesFisher.MeanLength(VonMisesFisher.Concentration(length));
            Assert.InRange(back - length, -Tolerances.ClosedForm, Tolerances.ClosedForm);
        }
    }

    [Theory]
    [MemberData(nameof(Concentrations))]
    public void Sample_AnyDirection_HasTheMomentsAlongAndAcross(float kappa)
    {
        const int count = 40_000;
        const ulong seed = 17;
        var (meanAlong, varianceAlong) = AlongMoments(kappa);
        for (var direction = 0; direction < Directions.Length; direction++)
        {
            var mean = Unit(Directions[direction]);
            var draws = Draw(Directions[direction], kappa, count, seed, (ulong)direction);

            double along = 0, alongSquare = 0;
            double[] across = [0, 0, 0];
            for (var i = 0; i < count; i++)
            {
                var draw = draws.AsSpan(3 * i, 3);
                var length = Math.Sqrt(draw[0] * (double)draw[0] + draw[1] * (double)draw[1] + draw[2] * (double)draw[2]);
                Assert.InRange(length, 1 - Tolerances.UnitVectorSingle, 1 + Tolerances.UnitVectorSingle);

                // 1 − w from the chord, which keeps its digits at large κ.
                double chord = 0;
                for (var axis = 0; axis < 3; axis++)
                {
                    chord += Math.Pow(draw[axis] - mean[axis], 2);
                }

                var w = 1 - chord / 2;
                along += w / count;
                alongSquare += Math.Pow(w - meanAlong, 2) / count;
                for (var axis = 0; axis < 3; axis++)
                {
                    across[axis] += (draw[axis] - w * mean[axis]) / count;
                }
            }

            var what = $"κ {kappa}, direction {direction}, seed {seed}";
            // Rounding a unit vector to float moves its chord of length ~1/√κ by 1e-7.
            var rounding = 1e-7 / Math.Sqrt(1 + kappa);
            Sampling.AssertWithin(meanAlong, along, Math.Sqrt(varianceAlong / count) + rounding, $"mean along, {what}");
            // The kurtosis of the component along the mean is at most 9 (exponential tail at large κ).
            Sampling.AssertWithin(varianceAlong, alongSquare, varianceAlong * Math.Sqrt(8.0 / count) + rounding / (1 + kappa), $"variance along, {what}");
            for (var axis = 0; axis < 3; axis++)
            {
                Sampling.AssertWithin(0, across[axis], Math.Sqrt(1 / (1.0 + kappa) / count) + 1e-8, $"mean across {axis}, {what}");
            }
        }
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(0.5f)]
    [InlineData(4f)]
    [InlineData(200f)]
    public void Sample_ComponentAlong_FollowsItsDistributionFunction(float kappa)
    {
        const int count = 50_000;
        const int bins = 20;
        const ulong seed = 99;
        float[] direction = [0.6f, 0, -0.8f];
        var draws = Draw(direction, kappa, count, seed, 0);
        var along = new int[bins];
        var around = new int[bins];
        for (var i = 0; i < count; i++)
        {
            var draw = draws.AsSpan(3 * i, 3);
            double w = draw[0] * direction[0] + draw[1] * direction[1] + draw[2] * direction[2];
            // F(w) = (e^{κw} − e^{−κ})/(e^κ − e^{−κ}) makes equal cells.
            var quantile = kappa == 0 ? (1 + w) / 2 : (Math.Exp(kappa * (w - 1)) - Math.Exp(-2 * kappa)) / (1 - Math.Exp(-2 * kappa));
            along[Math.Clamp((int)(quantile * bins), 0, bins - 1)]++;
            var turn = Math.Atan2(draw[1], -0.8 * draw[0] - 0.6 * draw[2]) / (2 * Math.PI) + 0.5;
            around[Math.Clamp((int)(turn * bins), 0, bins - 1)]++;
        }

        var flat = Enumerable.Repeat(1.0 / bins, bins).ToArray();
        Sampling.AssertCounts(flat, along, count, $"along, κ {kappa}, seed {seed}");
        Sampling.AssertCounts(flat, around, count, $"around, κ {kappa}, seed {seed}");
    }

    [Fact]
    public void Sample_SplitIntoParts_GivesTheSameBits()
    {
        const int samples = 3000;
        const int vectors = 5;
        var (mean, kappa) = Mixed(samples * vectors);
        var whole = new float[mean.Length];
        VonMisesFisher.Sample(mean, kappa, 5, 6, 1000, whole, vectors);

        var parts = new float[mean.Length];
        for (var first = 0; first < samples;)
        {
            var size = Math.Min(1 + first * 7 % 400, samples - first);
            var (start, length) = (first * vectors, size * vectors);
            VonMisesFisher.Sample(
                mean.AsSpan(3 * start, 3 * length), kappa.AsSpan(start, length), 5, 6, 1000 + first, parts.AsSpan(3 * start, 3 * length), vectors);
            first += size;
        }

        Assert.Equal(whole, parts);
    }

    [Fact]
    public void Sample_DifferentSeedStreamOrSample_DrawsOtherVectors()
    {
        var (mean, kappa) = Mixed(40);
        var draws = new List<float[]>();
        foreach (var (seed, stream, first) in new[] { (1ul, 1ul, 0L), (2ul, 1ul, 0L), (1ul, 2ul, 0L), (1ul, 1ul, 40L) })
        {
            draws.Add(new float[mean.Length]);
            VonMisesFisher.Sample(mean, kappa, seed, stream, first, draws[^1]);
        }

        for (var i = 0; i < draws.Count; i++)
        {
            for (var j = 0; j < i; j++)
            {
                Assert.DoesNotContain(draws[i].Zip(draws[j]), pair => pair.First == pair.Second);
            }
        }
    }

    [Fact]
    public void Sample_OneKappaOnePerSampleOrOnePerVector_AreTheSameWhenEqual()
    {
        var (mean, _) = Mixed(24);
        var outputs = new List<float[]>();
        foreach (var count in new[] { 1, 6, 24 })
        {
            var output = new float[mean.Length];
            VonMisesFisher.Sample(mean, Enumerable.Repeat(2.5f, count).ToArray(), 8, 9, 0, output, 4);
            outputs.Add(output);
        }

        Assert.Equal(outputs[0], outputs[1]);
        Assert.Equal(outputs[0], outputs[2]);
    }

    [Fact]
    public void Sample_InPlaceAndUnnormalisedMeans_GiveTheSameDraws()
    {
        var (mean, kappa) = Mixed(50);
        var expected = new float[mean.Length];
        VonMisesFisher.Sample(mean, kappa, 1, 2, 3, expected);

        var scaled = mean.Select(x => 4 * x).ToArray();
        VonMisesFisher.Sample(scaled, kappa, 1, 2, 3, scaled);
        Assert.Equal(expected, scaled);
    }

    [Fact]
    public void Sample_KappaZeroWithoutDirection_IsUniform()
    {
        var draws = Draw([0, 0, 0], 0, 1000, 1, 1);
        Assert.All(Enumerable.Range(0, 1000), i => Assert.Equal(1, Math.Sqrt(draws.Skip(3 * i).Take(3).Sum(x => x * (double)x)), Tolerances.UnitVectorSingle));
    }

    [Fact]
    public void BadInput_IsRefused_WithRangeAndValue()
    {
        Refusal.Says("The von Mises-Fisher distribution needs κ in [0, ∞); got -1.", () => VonMisesFisher.MeanLength(-1));
        Refusal.Says("A von Mises-Fisher mean length lies in [0, 1); got 1 (1 would need infinite concentration).", () => VonMisesFisher.Concentration(1));
        Refusal.Says("A von Mises-Fisher mean length lies in [0, 1); got NaN", () => VonMisesFisher.Concentration(double.NaN));
        Refusal.Says("Mean directions are [count, 3] with count a multiple of 2; got 9 numbers.", () => Sample(new float[9], [1], new float[9], 2));
        Refusal.Says("The output needs 9 numbers, as many as the means; got 6.", () => Sample(new float[9], [1], new float[6]));
        Refusal.Says("Give one κ, one per sample (4) or one per vector (8); got 3.", () => Sample(new float[24], [1, 1, 1], new float[24], 2));
        Refusal.Says("A sample has at least one vector; got 0.", () => Sample(new float[3], [1], new float[3], 0));
        Refusal.Says("κ of vector 1 is -2; it needs a finite value of 0 or more.", () => Sample([1, 0, 0, 1, 0, 0], [1, -2], new float[6]));
        Refusal.Says("κ of vector 0 is NaN; it needs a finite value of 0 or more.", () => Sample([1, 0, 0], [float.NaN], new float[3]));
        Refusal.Says("κ of vector 0 is Infinity; it needs a finite value of 0 or more.", () => Sample([1, 0, 0], [float.PositiveInfinity], new float[3]));
        Refusal.Says("Mean direction 1 is (0, 0, 0); it needs finite components and a length above 0.", () => Sample([1, 0, 0, 0, 0, 0], [1], new float[6]));
        Refusal.Says("Mean direction 0 is (NaN, 0, 0); it needs finite components and a length above 0.", () => Sample([float.NaN, 0, 0], [0], new float[3]));
        Refusal.Says(
            "Sample numbers lie in 0 to 1099511627775; got 1 samples from -1.",
            () => VonMisesFisher.Sample(new float[3], [0], 0, 0, -1, new float[3]));
    }

    private static void Sample(float[] mean, float[] kappa, float[] output, int vectors = 1) =>
        VonMisesFisher.Sample(mean, kappa, 1, 1, 0, output, vectors);

    private static float[] Draw(float[] direction, float kappa, int count, ulong seed, ulong stream)
    {
        var mean = Enumerable.Repeat(direction, count).SelectMany(x => x).ToArray();
        var output = new float[mean.Length];
        VonMisesFisher.Sample(mean, [kappa], seed, stream, 0, output);
        return output;
    }

    private static (float[] Mean, float[] Kappa) Mixed(int count)
    {
        var random = new CounterRandom(31, 0, 0);
        var mean = Enumerable.Range(0, 3 * count).Select(i => (float)random.Normal(i)).ToArray();
        return (mean, Enumerable.Range(0, count).Select(i => (i % 5) * 3f + 0.5f).ToArray());
    }

    private static double[] Unit(float[] vector)
    {
        var length = Math.Sqrt(vector.Sum(x => (double)x * x));
        return vector.Select(x => x / length).ToArray();
    }

    // E w = A(κ), Var w = 1 − A² − 2A/κ.
    private static (double Mean, double Variance) AlongMoments(double kappa)
    {
        if (kappa < 0.01)
        {
            return (kappa / 3, 1.0 / 3 - kappa * kappa / 15);
        }

        var mean = 1 / Math.Tanh(kappa) - 1 / kappa;
        return (mean, kappa > 50 ? 1 / (kappa * kappa) : 1 - mean * mean - 2 * mean / kappa);
    }
}

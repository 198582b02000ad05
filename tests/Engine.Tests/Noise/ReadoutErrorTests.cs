using QDiff.Engine.Noise;
using QDiff.Engine.Randomness;
using QDiff.Engine.Tests.Reference;

namespace QDiff.Engine.Tests.Noise;

public class ReadoutErrorTests
{
    // Not a product: flips come together.
    private static readonly ReadoutError Correlated = new(new[,]
    {
        { 0.90, 0.01, 0.02, 0.07 }, { 0.05, 0.85, 0.08, 0.02 }, { 0.03, 0.06, 0.88, 0.03 }, { 0.10, 0.02, 0.03, 0.85 },
    });

    [Fact]
    public void FromFlips_OneQubit_HasRowsByPreparedState()
    {
        var error = ReadoutError.FromFlips(0.02, 0.1);
        Assert.Equal(new[,] { { 0.98, 0.02 }, { 0.1, 0.9 } }, error.Probabilities);
        Assert.Equal(0.1, error.Probability(read: 0, prepared: 1));
    }

    [Fact]
    public void Tensor_OfTwoErrors_PutsTheFirstOnTheLowBit()
    {
        var product = ReadoutError.FromFlips(0.1, 0.2).Tensor(ReadoutError.FromFlips(0.3, 0.4));
        // Prepared 01: first qubit 1, second 0; read 10: first misread as 0, second misread as 1.
        Assert.Equal(0.2 * 0.3, product.Probability(read: 0b10, prepared: 0b01), Tolerances.ClosedForm);
        Assert.Equal(0.8 * 0.7, product.Probability(read: 0b01, prepared: 0b01), Tolerances.ClosedForm);
    }

    [Theory]
    [InlineData(0, 1, 2)]
    [InlineData(2, 0, 1)]
    [InlineData(3, 1, 0)]
    public void Apply_ToProbabilities_IsTheSumOverPreparedOutcomes(int first, int second, int third)
    {
        const int width = 4;
        var single = ReadoutError.FromFlips(0.2, 0.3);
        var noise = new ReadoutNoise(width, [new(Correlated, [first, second]), new(single, [third])]);
        var p = Enumerable.Range(0, 1 << width).Select(i => (i + 1.0) / 136).ToArray();
        var expected = new double[p.Length];
        for (var prepared = 0; prepared < p.Length; prepared++)
        {
            for (var read = 0; read < p.Length; read++)
            {
                expected[read] += p[prepared] * Confusion(noise, width, read, prepared);
            }
        }

        var actual = noise.Apply(p);
        Comparison.AssertClose<double>(expected, actual, Tolerances.ClosedForm, "probabilities");
        Assert.Equal(1, actual.Sum(), Tolerances.ClosedForm);
    }

    [Fact]
    public void Apply_ToOutcomes_HasTheProbabilitiesOfTheConfusion()
    {
        const int shots = 40_000, width = 3, prepared = 0b101;
        const ulong seed = 17;
        var noise = Mixed(width);
        var outcomes = new int[1, shots];
        for (var shot = 0; shot < shots; shot++)
        {
            outcomes[0, shot] = prepared;
        }

        noise.Apply(outcomes, seed, operation: 5);
        var expected = Enumerable.Range(0, 1 << width).Select(read => Confusion(noise, width, read, prepared)).ToArray();
        var counts = new int[1 << width];
        foreach (var outcome in outcomes)
        {
            counts[outcome]++;
        }

        Sampling.AssertCounts(expected, counts, shots, $"read, seed {seed}");
    }

    [Fact]
    public void Apply_ToRowsOfBits_HasTheProbabilitiesOfTheConfusion()
    {
        const int rows = 40_000, width = 3, prepared = 0b011;
        const ulong seed = 18;
        var noise = Mixed(width);
        var bits = new bool[rows * width];
        for (var i = 0; i < bits.Length; i++)
        {
            bits[i] = ((prepared >> (i % width)) & 1) != 0;
        }

        noise.Apply(bits, seed, operation: 5);
        var counts = new int[1 << width];
        for (var row = 0; row < rows; row++)
        {
            counts[Enumerable.Range(0, width).Sum(i => bits[row * width + i] ? 1 << i : 0)]++;
        }

        Sampling.AssertCounts([.. Enumerable.Range(0, 1 << width).Select(read => Confusion(noise, width, read, prepared))], counts, rows, $"read, seed {seed}");
    }

    [Fact]
    public void Apply_InPieces_DrawsTheSame()
    {
        var noise = Mixed(3);
        var whole = new bool[300];
        noise.Apply(whole, 9, 1, firstRow: 50);
        var pieces = new bool[300];
        noise.Apply(pieces.AsSpan(0, 120), 9, 1, firstRow: 50);
        noise.Apply(pieces.AsSpan(120), 9, 1, firstRow: 90);
        Assert.Equal(whole, pieces);
        Assert.Contains(true, whole);

        int[,] together = new int[2, 50], second = new int[1, 50];
        noise.Apply(together, 9, 1, firstSample: 3);
        noise.Apply(second, 9, 1, firstSample: 4);
        Assert.Equal(Enumerable.Range(0, 50).Select(shot => second[0, shot]), Enumerable.Range(0, 50).Select(shot => together[1, shot]));
    }

    [Fact]
    public void ToChannel_BeforeAnIdealMeasurement_GivesTheSameAnswers()
    {
        double[] prepared = [0.1, 0.2, 0.3, 0.4];
        var rho = new System.Numerics.Complex[4, 4];
        for (var i = 0; i < 4; i++)
        {
            rho[i, i] = prepared[i];
        }

        var read = ReferenceChannels.OfKraus(Correlated.ToChannel().Kraus)(rho);
        Comparison.AssertClose<double>(
            new ReadoutNoise(2, [new(Correlated, [0, 1])]).Apply(prepared), [.. Enumerable.Range(0, 4).Select(i => read[i, i].Real)],
            Tolerances.ClosedForm, "diagonal");
        Refusal.Says<InvalidOperationException>(
            "A readout error on 4 qubits cannot be written as a channel (at most 3)", () => Correlated.Tensor(Correlated).ToChannel());
    }

    [Fact]
    public void ReadoutError_BadMatrices_AreRefused()
    {
        Refusal.Says("A confusion matrix is 2^k × 2^k for k = 1-6 qubits; got 3×3.", () => new ReadoutError(new double[3, 3]));
        Refusal.Says("P(1 | 0) of a readout error lies in [0, 1]; got -0.1.", () => ReadoutError.FromFlips(-0.1, 0));
        Refusal.Says("P(0 | 1) of a readout error lies in [0, 1]; got NaN.", () => ReadoutError.FromFlips(0, double.NaN));
        Refusal.Says("P(read 1 | prepared 0) of a readout error lies in [0, 1]; got 2.", () => new ReadoutError(new[,] { { 0.5, 2 }, { 0, 1 } }));
        Refusal.Says(
            "Row 1 of a confusion matrix, the answers where 1 was prepared, must sum to 1 (to 1E-06); it sums to 0.9.",
            () => new ReadoutError(new[,] { { 1, 0 }, { 0.1, 0.8 } }));
        var four = Correlated.Tensor(Correlated);
        Refusal.Says("A readout error acts on at most 6 qubits; got 8", () => four.Tensor(four));
    }

    [Fact]
    public void ReadoutNoise_BadPlaces_AreRefused()
    {
        var one = ReadoutError.FromFlips(0.1, 0.1);
        Refusal.Says("Position 3 of a readout error is outside this outcome of 3 (valid: 0-2).", () => new ReadoutNoise(3, [new(one, [3])]));
        Refusal.Says("Position 1 is in two readout errors", () => new ReadoutNoise(3, [new(one, [1]), new(Correlated, [0, 1])]));
        Refusal.Says("A readout error on 2 qubit(s) needs as many positions; got 1.", () => new ReadoutNoise(3, [new(Correlated, [0])]));
        var noise = new ReadoutNoise(3, [new(one, [0])]);
        Refusal.Says("Probabilities of outcomes of 3 position(s) are 2^3 numbers; got 4.", () => noise.Apply(new double[4]));
        Refusal.Says("Rows of 3 bit(s) fill a multiple of that many places; got 4.", () => noise.Apply(new bool[4], 1, 1));
        Refusal.Says("An outcome of 3 position(s) lies in 0 to 7; got 8.", () => noise.Apply(new[,] { { 8 } }, 1, 1));
        Refusal.Says("Sample numbers lie in 0 to", () => noise.Apply(new bool[3], 1, 1, CounterRandom.SampleLimit));
    }

    private static ReadoutNoise Mixed(int width) => new(width, [new(Correlated, [2, 0]), new(ReadoutError.FromFlips(0.05, 0.15), [1])]);

    // By definition: the product over groups of P(their bits read | their bits prepared), 0 where a bit outside all groups changes.
    private static double Confusion(ReadoutNoise noise, int width, int read, int prepared)
    {
        double p = 1;
        var free = (1 << width) - 1;
        foreach (var group in noise.Groups)
        {
            int Bits(int outcome) => Enumerable.Range(0, group.Positions.Length).Sum(i => ((outcome >> group.Positions[i]) & 1) << i);
            p *= group.Error.Probabilities[Bits(prepared), Bits(read)];
            free &= ~group.Positions.Sum(position => 1 << position);
        }

        return (read & free) == (prepared & free) ? p : 0;
    }
}

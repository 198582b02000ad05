using QDiff.Engine.Measurement;
using QDiff.Engine.Mitigation;
using QDiff.Engine.Noise;
using QDiff.Engine.States;

namespace QDiff.Engine.Tests.Mitigation;

public sealed class ReadoutMitigationTests
{
    private const int Shots = 20_000;

    [Fact]
    public void Tensored_EveryQubit_IsWithinFiveStandardErrorsOfTheDevice()
    {
        var noise = Independent(7);
        var calibrated = ReadoutCalibration.Tensored(new SimulatedReadoutDevice(noise, 3), Shots);
        Assert.Equal(7, calibrated.Groups.Length);
        for (var q = 0; q < 7; q++)
        {
            for (var entry = 0; entry < 4; entry++)
            {
                var p = noise.Groups[q].Error.Probability(entry & 1, entry >> 1);
                Sampling.AssertWithin(p, calibrated.Groups[q].Error.Probability(entry & 1, entry >> 1), Math.Sqrt(p * (1 - p) / Shots), $"seed 3, qubit {q}, entry {entry}");
            }
        }
    }

    [Fact]
    public void Full_CorrelatedErrors_SeesWhatSingleQubitsDoNot()
    {
        var noise = Correlated();
        var device = new SimulatedReadoutDevice(noise, 5);
        var error = Assert.Single(ReadoutCalibration.Full(device, Shots).Groups).Error;
        for (var prepared = 0; prepared < 4; prepared++)
        {
            for (var read = 0; read < 4; read++)
            {
                var p = noise.Groups[0].Error.Probability(read, prepared);
                Sampling.AssertWithin(p, error.Probability(read, prepared), Math.Sqrt(p * (1 - p) / Shots) + 1e-12, $"seed 5, {prepared} read as {read}");
            }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Probabilities_OfExactConfusion_AreThePreparedOnes(bool correlated)
    {
        // Counts that are exact multiples: A p of a distribution with a small denominator.
        var noise = correlated ? Correlated() : Independent(2);
        var counts = Exact(noise, [0.5, 0, 0.125, 0.375]);
        Comparison.AssertClose<double>([0.5, 0, 0.125, 0.375], new ReadoutMitigator(noise).Probabilities(counts), 1e-8, "probabilities");
    }

    [Theory]
    [InlineData(4)]
    [InlineData(6)]
    public void Probabilities_OfSampledCounts_SatisfyTheOptimumsConditions(int qubits)
    {
        // The minimum of |Ap − f|² on the simplex: the slope Aᵀ(Ap − f) is smallest, and equal, where p > 0 (Karush, Kuhn and Tucker).
        var noise = Independent(qubits);
        var counts = Read(noise, qubits, 300, seed: 8);
        var solved = new ReadoutMitigator(noise).Probabilities(counts);
        Assert.All(solved, p => Assert.True(p >= 0));
        Assert.Equal(1, solved.Sum(), 9);
        Assert.Contains(solved, p => p == 0);
        var residual = noise.Apply(solved);
        foreach (var (outcome, count) in counts)
        {
            residual[outcome] -= count / 300.0;
        }

        var confusion = Dense(noise);
        double[] slope = [.. Enumerable.Range(0, 1 << qubits).Select(c => Enumerable.Range(0, 1 << qubits).Sum(r => confusion[r, c] * residual[r]))];
        var lowest = slope.Min();
        for (var i = 0; i < slope.Length; i++)
        {
            Assert.True(solved[i] < 1e-9 || slope[i] - lowest < 1e-7, $"outcome {i}: p = {solved[i]:g6}, slope {slope[i]:g9}, lowest {lowest:g9}");
        }
    }

    [Fact]
    public void Quasi_AllOutcomesObserved_IsTheInverse()
    {
        var noise = Independent(3);
        double[] prepared = [0.3, 0.1, 0.05, 0.05, 0.2, 0.1, 0.1, 0.1];
        var quasi = new ReadoutMitigator(noise).Quasi(Exact(noise, prepared));
        Comparison.AssertClose<double>(prepared, [.. quasi.Weights.Values], 1e-7, "weights");
        Assert.Equal(1, quasi.Weights.Values.Sum(), 12);
    }

    [Fact]
    public void Quasi_ByIterationAndDirectly_Agree()
    {
        var noise = Independent(10);
        var counts = Read(noise, 10, 2000, seed: 4);
        var mitigator = new ReadoutMitigator(noise);
        var direct = mitigator.Quasi(counts);
        var iterated = mitigator.Quasi(counts, largestDirect: 0);
        Assert.True(direct.Weights.Count > 300, $"{direct.Weights.Count} outcomes");
        Comparison.AssertClose<double>([.. direct.Weights.Values], [.. iterated.Weights.Values], 1e-9, "weights");
    }

    [Fact]
    public void Quasi_GhzStateOfTwentyQubits_RestoresBothOutcomes()
    {
        // Two outcomes out of a million: what the reduced subspace is for.
        var noise = Independent(20, worst: 0.04);
        var outcomes = new int[1, Shots];
        for (var shot = 0; shot < Shots; shot++)
        {
            outcomes[0, shot] = shot % 2 == 0 ? 0 : (1 << 20) - 1;
        }

        noise.Apply(outcomes, 6, 1);
        var counts = BornSampler.Counts(outcomes);
        var mitigator = new ReadoutMitigator(noise);
        var probabilities = mitigator.Quasi(counts, 0).NearestProbabilities();
        Assert.InRange(counts[0] / (double)Shots, 0.2, 0.45);
        Assert.InRange(probabilities[0], 0.46, 0.54);
        Assert.InRange(probabilities[(1 << 20) - 1], 0.46, 0.54);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Expectation_OfMitigatedCounts_IsUnbiased(bool correlated)
    {
        const int repetitions = 200, shots = 500;
        var (noise, qubits) = correlated ? (Correlated(), 2) : (Independent(4), 4);
        var mitigator = new ReadoutMitigator(noise);
        using var states = StateVectorBatch<double>.Random(1, qubits, 9);
        for (var support = 0; support < 1 << qubits; support++)
        {
            double exact = Enumerable.Range(0, 1 << qubits).Sum(k => Math.Pow(states.Amplitude(0, k).Magnitude, 2) * (int.PopCount(k & support) % 2 == 0 ? 1 : -1));
            double sum = 0, squares = 0;
            for (var seed = 0; seed < repetitions; seed++)
            {
                var value = mitigator.Expectation(Read(noise, qubits, shots, (ulong)seed, states), support);
                sum += value;
                squares += value * value;
            }

            var error = Math.Sqrt((squares / repetitions - Math.Pow(sum / repetitions, 2)) / repetitions);
            Sampling.AssertWithin(exact, sum / repetitions, error + 1e-9, $"seeds 0-{repetitions - 1}, support {support}");
        }
    }

    [Fact]
    public void Counts_Mitigated_AddUpToTheShots() =>
        Assert.Equal(300, new ReadoutMitigator(Independent(4)).Counts(Read(Independent(4), 4, 300, 2)).Values.Sum(), 6);

    [Fact]
    public void Mitigation_BadInput_IsRefused()
    {
        var noise = Independent(2);
        var mitigator = new ReadoutMitigator(noise);
        Refusal.Says("Outcome 4 is outside this 2-qubit register (valid: 0-3).", () => mitigator.Probabilities(new Dictionary<int, int> { [4] = 1 }));
        Refusal.Says("There are no counts to mitigate; at least one shot is needed.", () => mitigator.Quasi(new Dictionary<int, int>()));
        Refusal.Says("Outcome 1 was counted -3 times; a count is 0 or more.", () => mitigator.Quasi(new Dictionary<int, int> { [1] = -3 }));
        Refusal.Says(
            "The readout of qubit(s) 1 cannot be undone: its confusion matrix has the singular value",
            () => new ReadoutMitigator(new ReadoutNoise(2, [new ReadoutGroup(ReadoutError.FromFlips(0.5, 0.5), [1])])));
        Refusal.Says(
            "A full calibration prepares all 2^n states and is for 1-6 qubits; got 7: calibrate the qubits one by one (Tensored).",
            () => ReadoutCalibration.Full(new SimulatedReadoutDevice(Independent(7), 1), 10));
        Refusal.Says(
            "Least squares over all outcomes is for 1-20 qubits; got 21: mitigate the observed outcomes alone (Quasi).",
            () => new ReadoutMitigator(Independent(21)).Probabilities(new Dictionary<int, int> { [0] = 1 }));
        Refusal.Says("The device was asked for 10 shots and answered 9;", () => ReadoutCalibration.Tensored(new Broken(), 10));
        Refusal.Says("A state is measured 1 to", () => ReadoutCalibration.Tensored(new Broken(), 0));
    }

    private static ReadoutNoise Independent(int qubits, double worst = 0.1)
    {
        var random = new Random(qubits);
        return new ReadoutNoise(
            qubits, [.. Enumerable.Range(0, qubits).Select(q => new ReadoutGroup(ReadoutError.FromFlips(worst * random.NextDouble(), worst * (1 + random.NextDouble())), [q]))]);
    }

    private static ReadoutNoise Correlated() => new(2,
    [
        new ReadoutGroup(new ReadoutError(new[,] { { 0.9, 0.02, 0.03, 0.05 }, { 0.1, 0.85, 0.05, 0 }, { 0.02, 0.08, 0.8, 0.1 }, { 0.05, 0.05, 0.2, 0.7 } }), [0, 1]),
    ]);

    // Counts in such numbers that frequencies are right to 1e-9.
    private static Dictionary<int, int> Exact(ReadoutNoise noise, double[] prepared) =>
        noise.Apply(prepared).Index().ToDictionary(p => p.Index, p => (int)Math.Round(p.Item * 1e9));

    private static SortedDictionary<int, int> Read(ReadoutNoise noise, int qubits, int shots, ulong seed, StateVectorBatch<double>? states = null)
    {
        using var own = StateVectorBatch<double>.Random(1, qubits, 31);
        var outcomes = BornSampler.Sample(states ?? own, shots, seed, 0);
        noise.Apply(outcomes, seed, 1);
        return BornSampler.Counts(outcomes);
    }

    private static double[,] Dense(ReadoutNoise noise)
    {
        var size = 1 << noise.Width;
        var dense = new double[size, size];
        for (var column = 0; column < size; column++)
        {
            for (var row = 0; row < size; row++)
            {
                dense[row, column] = 1;
                foreach (var group in noise.Groups)
                {
                    dense[row, column] *= group.Error.Probability((row >> group.Positions[0]) & 1, (column >> group.Positions[0]) & 1);
                }
            }
        }

        return dense;
    }

    private sealed class Broken : IReadoutDevice
    {
        public int QubitCount => 1;

        public SortedDictionary<int, int> Measure(int prepared, int shots) => new() { [0] = shots - 1 };
    }
}

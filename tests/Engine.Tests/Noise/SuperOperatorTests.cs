using System.Numerics;
using QDiff.Engine.Noise;
using QDiff.Engine.Tests.Reference;

namespace QDiff.Engine.Tests.Noise;

public class SuperOperatorTests
{
    private const double Tolerance = 10 * Tolerances.ClosedForm;

    // Pauli-transfer matrices from their closed forms, order I, X, Y, Z.
    public static TheoryData<string, double[], double[,]> Transfers => new()
    {
        { "BitFlip", [0.2], Diagonal(1, 1, 0.6, 0.6) },
        { "PhaseFlip", [0.2], Diagonal(1, 0.6, 0.6, 1) },
        { "BitPhaseFlip", [0.2], Diagonal(1, 0.6, 1, 0.6) },
        { "Pauli", [0.1, 0.15, 0.2], Diagonal(1, 0.3, 0.4, 0.5) },
        { "Depolarizing", [0.3], Diagonal(1, 0.7, 0.7, 0.7) },
        { "PhaseDamping", [0.36], Diagonal(1, 0.8, 0.8, 1) },
        { "AmplitudeDamping", [0.36], With(Diagonal(1, 0.8, 0.8, 0.64), 3, 0, 0.36) },
        { "GeneralizedAmplitudeDamping", [0.36, 0.25], With(Diagonal(1, 0.8, 0.8, 0.64), 3, 0, 0.18) },
        { "ThermalRelaxation", [2, 1, 0.5, 0.25], With(Diagonal(1, Math.Exp(-0.5), Math.Exp(-0.5), Math.Exp(-0.25)), 3, 0, 0.5 * (1 - Math.Exp(-0.25))) },
        { "OverRotation", [0, 0, 2, 0.4], With(With(Diagonal(1, Math.Cos(0.4), Math.Cos(0.4), 1), 1, 2, -Math.Sin(0.4)), 2, 1, Math.Sin(0.4)) },
        { "Reset", [0.3, 0.1], With(Diagonal(1, 0.6, 0.6, 0.6), 3, 0, 0.2) },
    };

    // Channels on 1, 2 and 3 qubits, with and without special forms.
    public static TheoryData<int> Channels => [.. Enumerable.Range(0, Samples().Length)];

    [Theory]
    [MemberData(nameof(Transfers))]
    public void ToPauliTransfer_OfEveryRow_IsItsClosedForm(string name, double[] parameters, double[,] expected)
    {
        var actual = SuperOperator.Of(ChannelCatalog.Find(name).Create(parameters)).ToPauliTransfer();
        Comparison.AssertClose<double>([.. expected.Cast<double>()], [.. actual.Cast<double>()], Tolerance, name);
    }

    [Fact]
    public void Transfers_EveryRowOfNumbers_HasItsClosedFormHere() => Assert.Equal(
        ChannelCatalog.All.Where(row => !row.TakesMatrices).Select(row => row.Name).Order(), Transfers.Select(row => (string)row[0]).Order());

    [Fact]
    public void ToPauliTransfer_OfACnot_MapsStringsToStrings()
    {
        // Control first: X⊗1 → X⊗X, 1⊗Z → Z⊗Z, X⊗Z → −Y⊗Y (factors by qubit, number = first + 4·second).
        var transfer = SuperOperator.FromKraus([ReferenceGates.ReverseQubits(ReferenceGates.Matrix("cx"))]).ToPauliTransfer();
        Assert.Equal(1, transfer[1 + 4 * 1, 1], Tolerance);
        Assert.Equal(1, transfer[3 + 4 * 3, 4 * 3], Tolerance);
        Assert.Equal(-1, transfer[2 + 4 * 2, 1 + 4 * 3], Tolerance);
        Assert.Equal(16, transfer.Cast<double>().Sum(entry => entry * entry), Tolerance);
    }

    [Theory]
    [MemberData(nameof(Channels))]
    public void Matrix_OfEveryChannel_ActsOnStackedColumnsAsTheMap(int number)
    {
        var channel = Samples()[number];
        var size = 1 << channel.QubitCount;
        var map = ReferenceChannels.OfKraus(channel.Kraus);
        var matrix = SuperOperator.Of(channel).Matrix;
        var choi = SuperOperator.Of(channel).ToChoi();
        for (var a = 0; a < size; a++)
        {
            for (var b = 0; b < size; b++)
            {
                var unit = new Complex[size, size];
                unit[a, b] = 1;
                var image = map(unit);
                for (var r = 0; r < size; r++)
                {
                    for (var c = 0; c < size; c++)
                    {
                        Assert.Equal(0, (matrix[r + size * c, a + size * b] - image[r, c]).Magnitude, Tolerance);
                        Assert.Equal(0, (choi[a * size + r, b * size + c] - image[r, c]).Magnitude, Tolerance);
                    }
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Channels))]
    public void Conversions_ThereAndBack_KeepTheMap(int number)
    {
        var channel = Samples()[number];
        var map = SuperOperator.Of(channel);
        Complex[] expected = [.. map.Matrix.Cast<Complex>()];
        AssertSame(expected, SuperOperator.FromMatrix(map.Matrix), "superoperator");
        AssertSame(expected, SuperOperator.FromChoi(map.ToChoi()), "Choi");
        AssertSame(expected, SuperOperator.FromPauliTransfer(map.ToPauliTransfer()), "Pauli transfer");
        AssertSame(expected, SuperOperator.Of(map.ToChannel()), "canonical Kraus");
    }

    [Theory]
    [MemberData(nameof(Channels))]
    public void Checks_OfEveryChannel_SayThatItIsOne(int number)
    {
        var map = SuperOperator.Of(Samples()[number]);
        Assert.True(map.LeastChoiEigenvalue > -1e-12, $"least eigenvalue {map.LeastChoiEigenvalue}");
        Assert.Equal(0, map.TraceDeviation, Tolerance);
    }

    [Fact]
    public void ToChannel_CanonicalKraus_AreOrthogonalAndFew()
    {
        // Two copies of the same operators are one operator each.
        var half = Math.Sqrt(0.5);
        var doubled = ChannelCatalog.AmplitudeDamping.Create(0.3).Kraus.SelectMany(k => new[] { Scaled(k, half), Scaled(k, -half) });
        var canonical = SuperOperator.FromKraus([.. doubled]).ToChannel().Kraus;
        Assert.Equal(2, canonical.Length);
        Complex inner = 0;
        for (var i = 0; i < 4; i++)
        {
            inner += Complex.Conjugate(canonical[0][i / 2, i % 2]) * canonical[1][i / 2, i % 2];
        }

        Assert.Equal(0, inner.Magnitude, Tolerance);
    }

    [Fact]
    public void ToChannel_OfMapsThatAreNoChannels_IsRefusedWithTheDeviation()
    {
        // The transposition is positive and not completely positive: its Choi matrix is SWAP.
        var transposition = SuperOperator.FromPauliTransfer(Diagonal(1, 1, -1, 1));
        Assert.Equal(-1, transposition.LeastChoiEigenvalue, Tolerance);
        Refusal.Says("'transposition' is not completely positive: the least eigenvalue of its Choi matrix is -1, allowed is -1E-06.", () => transposition.ToChannel("transposition"));

        var lossy = SuperOperator.FromKraus([new Complex[,] { { 1, 0 }, { 0, 0.5 } }]);
        Assert.Equal(0.75, lossy.TraceDeviation, Tolerance);
        Refusal.Says("'lossy' does not preserve the trace: the largest entry of |Σ K†K − 1| is 0.75", () => lossy.ToChannel("lossy"));

        var skew = SuperOperator.FromMatrix(new Complex[,] { { 1, 0, 0, 0 }, { 0, Complex.ImaginaryOne, 0, 0 }, { 0, 0, 1, 0 }, { 0, 0, 0, 1 } });
        Refusal.Says("'skew' does not keep Hermitian matrices Hermitian", () => skew.ToChannel("skew"));
        Refusal.Says("A superoperator is 4×4, 16×16 or 64×64 (1-3 qubits); got 2×2.", () => SuperOperator.FromMatrix(new Complex[2, 2]));
        Refusal.Says("A Pauli-transfer matrix is 4×4, 16×16 or 64×64 (1-3 qubits); got 3×4.", () => SuperOperator.FromPauliTransfer(new double[3, 4]));
        Refusal.Says("A Choi matrix must be finite", () => SuperOperator.FromChoi(new Complex[,] { { double.NaN, 0, 0, 0 }, { 0, 0, 0, 0 }, { 0, 0, 0, 0 }, { 0, 0, 0, 0 } }));
    }

    [Fact]
    public void Then_AnyTwoChannels_IsTheFirstMapThenTheSecond()
    {
        var samples = Samples();
        foreach (var first in samples)
        {
            foreach (var next in samples.Where(other => other.QubitCount == first.QubitCount))
            {
                ReferenceChannels.Map one = ReferenceChannels.OfKraus(first.Kraus), two = ReferenceChannels.OfKraus(next.Kraus);
                AssertSame(rho => two(one(rho)), first.Then(next), $"{first} then {next}");
            }
        }
    }

    [Fact]
    public void Then_SpecialForms_StaySpecial()
    {
        var flips = ChannelCatalog.BitFlip.Create(0.1).Then(ChannelCatalog.PhaseFlip.Create(0.2));
        Assert.True(flips.IsPauli);
        Assert.Equal(0.02, flips.PauliProbabilities[2], Tolerance);
        Assert.True(flips.Then(ChannelCatalog.OverRotation.Create(1, 0, 0, 0.3)).IsUnitaryMixture);
        var depolarized = ChannelCatalog.Depolarizing.CreateOn(8, 0.1).Then(ChannelCatalog.Depolarizing.CreateOn(8, 0.2));
        Assert.Equal(0.28, depolarized.Depolarizing!.P, Tolerance);
        Refusal.Says("Both must act on the same number of qubits; got 1 and 2.", () => flips.Then(ChannelCatalog.Depolarizing.CreateOn(2, 0.1)));
    }

    [Fact]
    public void Tensor_OfTwoChannels_PutsTheFirstOnTheLowQubits()
    {
        var samples = Samples();
        foreach (var (low, high) in new[] { (0, 1), (1, 2), (2, 0), (3, 1), (0, 4), (5, 0) })
        {
            Channel first = samples[low], second = samples[high];
            var expected = ReferenceChannels.OfKraus(
                from b in second.Kraus from a in first.Kraus select ReferenceGates.Kronecker(b, a));
            var product = first.Tensor(second);
            Assert.Equal(first.IsPauli && second.IsPauli, product.IsPauli);
            Assert.Equal(first.IsUnitaryMixture && second.IsUnitaryMixture, product.IsUnitaryMixture);
            AssertSame(expected, product, $"{first} ⊗ {second}");
        }

        Refusal.Says("A product of channels acts on at most 3 qubits; got 2 + 2", () => samples[5].Tensor(samples[5]));
    }

    [Fact]
    public void Fidelities_OfKnownChannels_AreTheirClosedForms()
    {
        for (var qubits = 1; qubits <= 3; qubits++)
        {
            var depolarizing = new DepolarizingChannel(0.3, qubits);
            Assert.Equal(depolarizing.AverageGateFidelity, depolarizing.ToChannel().AverageGateFidelity(), Tolerance);
            Assert.Equal(
                depolarizing.AverageGateFidelity, Channel.FromKraus(depolarizing.ToChannel().Kraus).AverageGateFidelity(), Tolerance);
        }

        // Nielsen 2002: amplitude damping has F_avg = 2/3 + γ-dependent terms: ((1 + √(1−γ))²/4·2 + 1)/3.
        var damping = ChannelCatalog.AmplitudeDamping.Create(0.36);
        Assert.Equal((2 * Math.Pow(1 + 0.8, 2) / 4 + 1) / 3, damping.AverageGateFidelity(), Tolerance);
        Assert.Equal(Math.Pow(Math.Cos(0.15), 2), ChannelCatalog.OverRotation.Create(0, 1, 0, 0.3).ProcessFidelity(), Tolerance);
        Assert.Equal(1, ChannelCatalog.OverRotation.Create(0, 0, 1, 0.3).ProcessFidelity(ReferenceGates.Matrix("rz", 0.3)), Tolerance);
        Refusal.Says("Both must act on the same number of qubits; got 1 and 2.", () => damping.ProcessFidelity(ReferenceGates.Matrix("cx")));
    }

    private static Channel[] Samples() =>
    [
        ChannelCatalog.Pauli.Create(0.1, 0.2, 0.05),
        ChannelCatalog.GeneralizedAmplitudeDamping.Create(0.3, 0.2),
        Channel.FromUnitaries([ReferenceGates.Matrix("h"), ReferenceGates.Matrix("u3", 0.4, 1.1, -0.3)], [0.3, 0.7]),
        ChannelCatalog.OverRotation.Create(1, 2, 3, 0.8),
        Channel.FromUnitary(ReferenceGates.ReverseQubits(ReferenceGates.Matrix("crx", 0.9))),
        new DepolarizingChannel(0.2, 2).ToChannel(),
        ChannelCatalog.ThermalRelaxation.Create(20, 15, 4, 0.1).Tensor(ChannelCatalog.AmplitudeDamping.Create(0.2)),
        Channel.FromUnitary(ReferenceGates.Matrix("ccx")),
        ChannelCatalog.BitFlip.Create(0.2).Tensor(Channel.FromUnitary(ReferenceGates.Matrix("iswap"))),
    ];

    private static double[,] Diagonal(params double[] entries)
    {
        var matrix = new double[entries.Length, entries.Length];
        for (var i = 0; i < entries.Length; i++)
        {
            matrix[i, i] = entries[i];
        }

        return matrix;
    }

    private static double[,] With(double[,] matrix, int row, int column, double value)
    {
        matrix[row, column] = value;
        return matrix;
    }

    private static Complex[,] Scaled(Complex[,] matrix, double factor) =>
        new[,] { { factor * matrix[0, 0], factor * matrix[0, 1] }, { factor * matrix[1, 0], factor * matrix[1, 1] } };

    private static void AssertSame(Complex[] expected, SuperOperator actual, string what) => Comparison.AssertClose<double>(
        [.. expected.SelectMany(entry => new[] { entry.Real, entry.Imaginary })],
        [.. actual.Matrix.Cast<Complex>().SelectMany(entry => new[] { entry.Real, entry.Imaginary })], Tolerance, what);

    private static void AssertSame(ReferenceChannels.Map expected, Channel actual, string what)
    {
        var size = 1 << actual.QubitCount;
        Comparison.AssertClose<double>(
            ReferenceChannels.Action(expected, size), ReferenceChannels.Action(ReferenceChannels.OfKraus(actual.Kraus), size), Tolerance, what);
    }
}

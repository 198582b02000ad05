using System.Numerics;
using QDiff.Engine.Noise;
using QDiff.Engine.Tests.Reference;

namespace QDiff.Engine.Tests.Noise;

public class ChannelCatalogTests
{
    // Parameters at which every row is tested, its limits among them.
    private static readonly (string Name, double[] Parameters)[] Settings =
    [
        ("BitFlip", [0]), ("BitFlip", [0.3]), ("BitFlip", [1]),
        ("PhaseFlip", [0]), ("PhaseFlip", [0.3]), ("PhaseFlip", [1]),
        ("BitPhaseFlip", [0]), ("BitPhaseFlip", [0.3]), ("BitPhaseFlip", [1]),
        ("Pauli", [0.1, 0.2, 0.3]), ("Pauli", [0, 0, 0]), ("Pauli", [0.5, 0, 0.5]),
        ("Depolarizing", [0]), ("Depolarizing", [0.2]), ("Depolarizing", [1]), ("Depolarizing", [DepolarizingChannel.Maximum]),
        ("AmplitudeDamping", [0]), ("AmplitudeDamping", [0.3]), ("AmplitudeDamping", [1]),
        ("GeneralizedAmplitudeDamping", [0.3, 0.2]), ("GeneralizedAmplitudeDamping", [1, 0.5]), ("GeneralizedAmplitudeDamping", [0.4, 1]),
        ("PhaseDamping", [0]), ("PhaseDamping", [0.3]), ("PhaseDamping", [1]),
        ("ThermalRelaxation", [20, 10, 3, 0]), ("ThermalRelaxation", [20, 40, 3, 0.1]), ("ThermalRelaxation", [20, 25, 0, 0.1]),
        ("ThermalRelaxation", [double.PositiveInfinity, 5, 3, 0]), ("ThermalRelaxation", [20, 10, 1e9, 0.25]),
        ("OverRotation", [0, 0, 1, 0.3]), ("OverRotation", [1, -2, 0.5, -1.7]),
        ("Reset", [0.2, 0.3]), ("Reset", [1, 0]), ("Reset", [0, 1]), ("Reset", [0, 0]),
    ];

    public static TheoryData<string, double[]> Cases
    {
        get
        {
            var data = new TheoryData<string, double[]>();
            foreach (var (name, parameters) in Settings)
            {
                data.Add(name, parameters);
            }

            return data;
        }
    }

    [Fact]
    public void All_EveryRowOfNumbers_IsTestedHere() => Assert.Equal(
        ChannelCatalog.All.Where(row => !row.TakesMatrices).Select(row => row.Name).Order(),
        Settings.Select(setting => setting.Name).Distinct().Order());

    [Theory]
    [MemberData(nameof(Cases))]
    public void Kraus_OfEveryRow_IsTheTextbooksMap(string name, double[] parameters)
    {
        var channel = ChannelCatalog.Find(name).Create(parameters);
        Assert.Equal(name, channel.Name);
        Assert.Equal(parameters, channel.Parameters);
        AssertSame(ReferenceChannels.OneQubit(name, parameters), ReferenceChannels.OfKraus(channel.Kraus), 2, channel.ToString());
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Kraus_OfEveryRow_PreservesTheTraceAndHasNoZeroOperator(string name, double[] parameters)
    {
        var channel = ChannelCatalog.Find(name).Create(parameters);
        Assert.All(channel.Kraus, k => Assert.Contains(k.Cast<Complex>(), entry => entry != 0));

        // Channel.FromKraus checks Σ K†K = 1.
        Assert.Equal(1, Channel.FromKraus(channel.Kraus, name).QubitCount);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void UnitaryMixture_WhereThereIsOne_IsTheKrausMap(string name, double[] parameters)
    {
        var channel = ChannelCatalog.Find(name).Create(parameters);
        Assert.Equal(channel.IsUnitaryMixture, !channel.UnitaryMixture.IsEmpty);
        var expected = name is not ("AmplitudeDamping" or "GeneralizedAmplitudeDamping" or "ThermalRelaxation" or "Reset");
        Assert.Equal(expected, channel.IsUnitaryMixture);
        if (expected)
        {
            var mixture = ReferenceChannels.Mix([.. channel.UnitaryMixture.Select(branch => (branch.Probability, branch.Unitary))]);
            AssertSame(ReferenceChannels.OfKraus(channel.Kraus), mixture, 2, channel.ToString());
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void PauliProbabilities_WhereThereAreAny_AreTheKrausMap(string name, double[] parameters)
    {
        var channel = ChannelCatalog.Find(name).Create(parameters);
        var pauli = name is "BitFlip" or "PhaseFlip" or "BitPhaseFlip" or "Pauli" or "Depolarizing" or "PhaseDamping";
        Assert.Equal(pauli, channel.IsPauli);
        if (pauli)
        {
            var p = channel.PauliProbabilities;
            var mixture = ReferenceChannels.Mix((p[0], ReferenceGates.Identity), (p[1], ReferenceGates.X), (p[2], ReferenceGates.Y), (p[3], ReferenceGates.Z));
            AssertSame(ReferenceChannels.OfKraus(channel.Kraus), mixture, 2, channel.ToString());
        }
    }

    [Fact]
    public void MaximalMixing_OfEveryRowThatHasOne_IsAProjectionThatKeepsTheMixedState()
    {
        var rows = ChannelCatalog.All.Where(row => !row.MaximalMixing.IsEmpty).ToArray();
        Assert.Equal(["BitFlip", "PhaseFlip", "BitPhaseFlip", "Pauli", "Depolarizing", "GeneralizedAmplitudeDamping", "PhaseDamping"], rows.Select(row => row.Name));
        foreach (var row in rows)
        {
            var once = ReferenceChannels.OfKraus(row.Create(row.MaximalMixing.AsSpan()).Kraus);
            AssertSame(once, rho => once(once(rho)), 2, $"{row} twice");
            var mixed = once(new Complex[,] { { 0.5, 0 }, { 0, 0.5 } });
            Assert.Equal(0.5, mixed[0, 0].Real, Tolerances.ClosedForm);
            Assert.Equal(0, mixed[0, 1].Magnitude, Tolerances.ClosedForm);
        }
    }

    [Theory]
    [InlineData(1, 4.0 / 3)]
    [InlineData(2, 16.0 / 15)]
    [InlineData(3, 64.0 / 63)]
    public void Depolarizing_OnSeveralQubits_IsTheTextbooksMap(int qubits, double maximum)
    {
        Assert.Equal(maximum, DepolarizingChannel.MaximumOf(qubits), Tolerances.ClosedForm);
        foreach (var p in new[] { 0, 0.1, 1, maximum })
        {
            var channel = ChannelCatalog.Depolarizing.CreateOn(qubits, p);
            Assert.Equal(1 << (2 * qubits), channel.PauliProbabilities.Length);
            AssertSame(ReferenceChannels.Depolarize(p), ReferenceChannels.OfKraus(channel.Kraus), 1 << qubits, $"{qubits} qubits, p = {p}");
        }
    }

    [Fact]
    public void Depolarizing_OnManyQubits_HasItsStrengthAlone()
    {
        var channel = ChannelCatalog.Depolarizing.CreateOn(10, 0.25);
        Assert.False(channel.HasKraus);
        Assert.False(channel.IsPauli);
        Assert.False(channel.IsUnitaryMixture);
        Assert.Empty(channel.UnitaryMixture);
        Assert.Equal(new DepolarizingChannel(0.25, 10), channel.Depolarizing);
        Assert.Equal(0.25 * (1 - Math.Pow(2, -20)), channel.Depolarizing!.ErrorProbability, Tolerances.ClosedForm);
        Refusal.Says<InvalidOperationException>("'Depolarizing' on 10 qubits has no list of Kraus operators (there would be 4^10)", () => _ = channel.Kraus);
    }

    [Theory]
    [InlineData(0.999, 1, 0.002)]
    [InlineData(0.97, 2, 0.04)]
    [InlineData(1, 2, 0)]
    [InlineData(1.0 / 3, 1, 4.0 / 3)]
    [InlineData(0.2, 2, 16.0 / 15)]
    public void FromGateFidelity_OfOneAndTwoQubits_InvertsTheAverageFidelity(double fidelity, int qubits, double p)
    {
        var channel = DepolarizingChannel.FromGateFidelity(fidelity, qubits);
        Assert.Equal(p, channel.P, Tolerances.ClosedForm);
        Assert.Equal(fidelity, channel.AverageGateFidelity, Tolerances.ClosedForm);
    }

    [Fact]
    public void FromPauliProbabilities_OfTwoQubits_PutsTheFirstQubitLeastSignificant()
    {
        var table = new double[16];
        table[0] = 0.9;
        table[1 + 4 * 3] = 0.1;
        var expected = ReferenceChannels.Mix(
            (0.9, ReferenceGates.Kronecker(ReferenceGates.Identity, ReferenceGates.Identity)), (0.1, ReferenceGates.Kronecker(ReferenceGates.Z, ReferenceGates.X)));
        AssertSame(expected, ReferenceChannels.OfKraus(Channel.FromPauliProbabilities(table).Kraus), 4, "X on the first, Z on the second");
    }

    [Fact]
    public void FromUnitaries_OfGates_IsTheirMixture()
    {
        Complex[,] h = ReferenceGates.Matrix("h"), s = ReferenceGates.Matrix("s");
        var channel = ChannelCatalog.MixedUnitary.CreateOf([h, s, ReferenceGates.X], 0.25, 0.75, 0);
        Assert.Equal(2, channel.UnitaryMixture.Length);
        AssertSame(ReferenceChannels.Mix((0.25, h), (0.75, s)), ReferenceChannels.OfKraus(channel.Kraus), 2, "H or S");
        Assert.True(Channel.FromUnitary(h).IsUnitaryMixture);
    }

    [Fact]
    public void Channel_WhatACallerDoesToItsMatrices_DoesNotChangeIt()
    {
        Complex[,] given = ReferenceGates.Matrix("h");
        var channel = Channel.FromUnitary(given);
        given[0, 0] = 7;
        channel.Kraus[0][0, 0] = 7;
        channel.UnitaryMixture[0].Unitary[0, 0] = 7;
        Assert.Equal(Math.Sqrt(0.5), channel.Kraus[0][0, 0].Real, Tolerances.ClosedForm);
        Assert.Equal(Math.Sqrt(0.5), channel.UnitaryMixture[0].Unitary[0, 0].Real, Tolerances.ClosedForm);
    }

    [Fact]
    public void Create_BadParameters_AreRefused()
    {
        Refusal.Says("'AmplitudeDamping' needs γ in [0, 1]; got 1.2.", () => ChannelCatalog.AmplitudeDamping.Create(1.2));
        Refusal.Says("'BitFlip' needs p in [0, 1]; got NaN.", () => ChannelCatalog.BitFlip.Create(double.NaN));
        Refusal.Says("'Pauli' has 3 parameter(s) (p_x, p_y, p_z); got 1.", () => ChannelCatalog.Pauli.Create(0.1));
        Refusal.Says("'Pauli' needs p_x + p_y + p_z ≤ 1; got 1.2", () => ChannelCatalog.Pauli.Create(0.5, 0.4, 0.3));
        Refusal.Says("'Reset' needs p₀ + p₁ ≤ 1; got 1.5.", () => ChannelCatalog.Reset.Create(0.75, 0.75));
        Refusal.Says("'ThermalRelaxation' needs T2 ≤ 2·T1 = 20; got T2 = 21", () => ChannelCatalog.ThermalRelaxation.Create(10, 21, 1, 0));
        Refusal.Says("'ThermalRelaxation' needs T1 and T2 above 0; got T1 = 0, T2 = 0.", () => ChannelCatalog.ThermalRelaxation.Create(0, 0, 1, 0));
        Refusal.Says("'ThermalRelaxation' needs t of 0 or more; got -1.", () => ChannelCatalog.ThermalRelaxation.Create(1, 1, -1, 0));
        Refusal.Says("'ThermalRelaxation' needs a finite time; got ∞.", () => ChannelCatalog.ThermalRelaxation.Create(1, 1, double.PositiveInfinity, 0));
        Refusal.Says("'OverRotation' needs an axis of finite length above 0; got (0, 0, 0).", () => ChannelCatalog.OverRotation.Create(0, 0, 0, 1));
        Refusal.Says("'OverRotation' needs θ to be a finite number; got NaN.", () => ChannelCatalog.OverRotation.Create(0, 0, 1, double.NaN));
        Refusal.Says("'OverRotation' needs θ to be a finite number; got ", () => ChannelCatalog.OverRotation.Create(0, 0, 1, double.PositiveInfinity));
        Refusal.Says("'Depolarizing' on 2 qubits needs p in [0, 16/15]; got 1.2.", () => ChannelCatalog.Depolarizing.CreateOn(2, 1.2));
        Refusal.Says("'Depolarizing' acts on 1-30 qubit(s); got 31.", () => ChannelCatalog.Depolarizing.CreateOn(31, 0.1));
        Refusal.Says("'BitFlip' acts on 1 qubit(s); got 2.", () => ChannelCatalog.BitFlip.CreateOn(2, 0.1));
        Refusal.Says("'Kraus' is made of matrices; call CreateOf.", () => ChannelCatalog.Kraus.Create());
        Refusal.Says("'BitFlip' takes numbers and no matrices; call Create or CreateOn.", () => ChannelCatalog.BitFlip.CreateOf([ReferenceGates.X], 1));
        Refusal.Says("There is no channel 'Leakage'; the catalog has BitFlip, PhaseFlip,", () => ChannelCatalog.Find("Leakage"));
        Refusal.Says("The average fidelity of a gate on 2 qubit(s) with depolarizing noise lies in [1/5, 1]; got 0.1.", () => DepolarizingChannel.FromGateFidelity(0.1, 2));
        Refusal.Says(
            "An unravelling takes a depolarizing channel on 1 qubit; got one on 2.",
            () => new DepolarizingUnravelling(new DepolarizingChannel(0.1, 2), UnravellingKind.PauliJumps));
    }

    [Fact]
    public void FromMatrices_BadMatricesOrProbabilities_AreRefused()
    {
        Refusal.Says("'user's channel' needs at least one Kraus operator; got none.", () => Channel.FromKraus([]));
        Refusal.Says<ArgumentNullException>("A matrix of 'user's channel' is missing (null); give every one.", () => Channel.FromKraus([null!]));
        Refusal.Says<ArgumentNullException>("A matrix of 'MixedUnitary' is missing (null); give every one.", () => Channel.FromUnitaries([null!], [1]));
        Refusal.Says(
            "'leak' does not preserve the trace: the largest entry of |Σ K†K − 1| is 0.5, allowed is 1E-06",
            () => Channel.FromKraus([new Complex[,] { { 1, 0 }, { 0, Math.Sqrt(0.5) } }], "leak"));
        Refusal.Says("The Kraus operators of 'user's channel' must all be 2×2, 4×4 or 8×8 (1-3 qubits); got 3×3", () => Channel.FromKraus([new Complex[3, 3]]));
        Refusal.Says("The Kraus operators of 'user's channel' must be finite", () => Channel.FromKraus([new Complex[,] { { double.NaN, 0 }, { 0, 1 } }]));
        Refusal.Says("'MixedUnitary' needs at least one unitary and a probability for each; got 1 and 2.", () => Channel.FromUnitaries([ReferenceGates.X], [0.5, 0.5]));
        Refusal.Says(
            "The probabilities of 'MixedUnitary' must sum to 1 (to 1E-06); they sum to 0.75.",
            () => Channel.FromUnitaries([ReferenceGates.X, ReferenceGates.Y], [0.5, 0.25]));
        Refusal.Says("The probabilities of 'MixedUnitary' lie in [0, 1]; got -0.5.", () => Channel.FromUnitaries([ReferenceGates.X, ReferenceGates.Y], [1.5 - 1, -0.5]));
        Refusal.Says(
            "The unitaries of 'MixedUnitary' must all act on 1 qubit(s); one acts on 2.",
            () => Channel.FromUnitaries([ReferenceGates.X, ReferenceGates.Matrix("cx")], [0.5, 0.5]));
        Refusal.Says("'Pauli' needs the probability of each of 4, 16 or 64 Pauli strings (1-3 qubits); got 3.", () => Channel.FromPauliProbabilities([1, 0, 0]));
    }

    private static void AssertSame(ReferenceChannels.Map expected, ReferenceChannels.Map actual, int size, string what) => Comparison.AssertClose<double>(
        ReferenceChannels.Action(expected, size), ReferenceChannels.Action(actual, size), 10 * Tolerances.ClosedForm, what);
}

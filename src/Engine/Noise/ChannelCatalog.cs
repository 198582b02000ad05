using System.Collections.Immutable;
using System.Numerics;
using QDiff.Engine.Gates;

namespace QDiff.Engine.Noise;

/// <summary>
/// The noise channels, each one row. Strengths follow Qiskit Aer: the p of a depolarizing channel is the weight of the maximally mixed state,
/// that of a flip the probability of the flip.
/// </summary>
/// <remarks>
/// Source: Nielsen and Chuang, section 8.3; of the thermal relaxation: Krantz et al. 2019, section III.B (docs/references.md: NielsenChuang2010, Krantz2019).
/// </remarks>
public static class ChannelCatalog
{
    private const string Textbook = "NielsenChuang2010";

    /// <summary>Bit flip.</summary>
    public static ChannelDefinition BitFlip { get; } = Flip("BitFlip", 1, "(1 − p) ρ + p XρX");

    /// <summary>Phase flip.</summary>
    public static ChannelDefinition PhaseFlip { get; } = Flip("PhaseFlip", 3, "(1 − p) ρ + p ZρZ");

    /// <summary>Bit-phase flip.</summary>
    public static ChannelDefinition BitPhaseFlip { get; } = Flip("BitPhaseFlip", 2, "(1 − p) ρ + p YρY");

    /// <summary>Pauli(px, py, pz).</summary>
    public static ChannelDefinition Pauli { get; } = new()
    {
        Name = "Pauli",
        QiskitName = "pauli_error",
        Parameters = [Probability("px", "p_x"), Probability("py", "p_y"), Probability("pz", "p_z")],
        MaximalMixing = [0.25, 0.25, 0.25],
        Doc = "(1 − p_x − p_y − p_z) ρ + p_x XρX + p_y YρY + p_z ZρZ",
        Source = Textbook,
        Factory = (p, _, _) => OfPaulis("Pauli", p, [Guard.RestOfPauli(p), p[0], p[1], p[2]]),
    };

    /// <summary>Depolarizing(p) on 1-30 qubits together.</summary>
    public static ChannelDefinition Depolarizing { get; } = new()
    {
        Name = "Depolarizing",
        QiskitName = "depolarizing_error",
        MaximumQubits = Guard.MaximumQubits,
        // The greatest value depends on the number of qubits; DepolarizingChannel checks it.
        Parameters = [new("p", "p", 0, DepolarizingChannel.Maximum)],
        MaximalMixing = [1],
        Doc = "(1 − p) ρ + p tr(ρ) I/2^k; p in [0, 4^k/(4^k − 1)]",
        Source = Textbook,
        Factory = (p, qubits, _) => new DepolarizingChannel(p[0], qubits).ToChannel(),
    };

    /// <summary>AmplitudeDamping(γ).</summary>
    public static ChannelDefinition AmplitudeDamping { get; } = new()
    {
        Name = "AmplitudeDamping",
        QiskitName = "amplitude_damping_error",
        Parameters = [Probability("gamma", "γ")],
        Doc = "Decay |1⟩ → |0⟩ with probability γ: K = diag(1, √(1 − γ)), √γ |0⟩⟨1|",
        Source = Textbook,
        Factory = (p, _, _) => Relaxing("AmplitudeDamping", p, 1 - p[0], 1 - p[0], 0),
    };

    /// <summary>GeneralizedAmplitudeDamping(γ, p₁).</summary>
    public static ChannelDefinition GeneralizedAmplitudeDamping { get; } = new()
    {
        Name = "GeneralizedAmplitudeDamping",
        QiskitName = "amplitude_damping_error",
        Parameters = [Probability("gamma", "γ"), Probability("excited_population", "p₁")],
        MaximalMixing = [1, 0.5],
        Doc = "Relaxation by γ towards diag(1 − p₁, p₁): √(1 − p₁) × the operators of AmplitudeDamping, √p₁ × those with |0⟩ and |1⟩ exchanged",
        Source = Textbook,
        Factory = (p, _, _) => Relaxing("GeneralizedAmplitudeDamping", p, 1 - p[0], 1 - p[0], p[1]),
    };

    /// <summary>PhaseDamping(λ).</summary>
    public static ChannelDefinition PhaseDamping { get; } = new()
    {
        Name = "PhaseDamping",
        QiskitName = "phase_damping_error",
        Parameters = [Probability("lambda", "λ")],
        MaximalMixing = [1],
        Doc = "Coherences × √(1 − λ): K = diag(1, √(1 − λ)), diag(0, √λ); a phase flip with probability (1 − √(1 − λ))/2",
        Source = Textbook,
        Factory = (p, _, _) => Dephasing(p),
    };

    /// <summary>ThermalRelaxation(T1, T2, time, p₁).</summary>
    public static ChannelDefinition ThermalRelaxation { get; } = new()
    {
        Name = "ThermalRelaxation",
        QiskitName = "thermal_relaxation_error",
        Parameters =
        [
            Duration("t1", "T1"), Duration("t2", "T2"), Duration("time", "t"),
            Probability("excited_population", "p₁") with { Default = 0 },
        ],
        Doc = "Populations decay to diag(1 − p₁, p₁) as e^{−t/T1}, coherences as e^{−t/T2}; T2 ≤ 2·T1",
        Source = "Krantz2019",
        Factory = (p, _, _) =>
        {
            Guard.RelaxationTimes(p[0], p[1], p[2]);
            return Relaxing("ThermalRelaxation", p, Math.Exp(-p[2] / p[0]), Math.Exp(-2 * p[2] / p[1]), p[3]);
        },
    };

    /// <summary>OverRotation(x, y, z, θ).</summary>
    public static ChannelDefinition OverRotation { get; } = new()
    {
        Name = "OverRotation",
        QiskitName = "coherent_unitary_error",
        Parameters = [Component("x"), Component("y"), Component("z"), new("angle", "θ", double.NegativeInfinity, double.PositiveInfinity, "rad")],
        Doc = "UρU† with U = exp(−iθ n·σ/2) about n = (x, y, z)/|(x, y, z)|: a gate that turns too far, always the same way",
        Source = Textbook,
        Factory = (p, _, _) => Turning(p),
    };

    /// <summary>Reset.</summary>
    public static ChannelDefinition Reset { get; } = new()
    {
        Name = "Reset",
        QiskitName = "reset_error",
        Parameters = [Probability("p0", "p₀"), Probability("p1", "p₁") with { Default = 0 }],
        Doc = "(1 − p₀ − p₁) ρ + tr(ρ) (p₀ |0⟩⟨0| + p₁ |1⟩⟨1|)",
        Source = Textbook,
        Factory = (p, _, _) => Resetting(p),
    };

    /// <summary>MixedUnitary: one of several unitaries at random.</summary>
    public static ChannelDefinition MixedUnitary { get; } = new()
    {
        Name = "MixedUnitary",
        QiskitName = "mixed_unitary_error",
        MaximumQubits = Channel.MaximumKrausQubits,
        TakesMatrices = true,
        Parameters = [Probability("probability", "p_i")],
        Doc = "Σ_i p_i U_i ρ U_i†",
        Source = Textbook,
        Factory = (p, _, unitaries) => Channel.FromUnitaries(unitaries, p.ToArray()),
    };

    /// <summary>Kraus: a user's own operators.</summary>
    public static ChannelDefinition Kraus { get; } = new()
    {
        Name = "Kraus",
        QiskitName = "kraus_error",
        MaximumQubits = Channel.MaximumKrausQubits,
        TakesMatrices = true,
        Doc = "Σ_i K_i ρ K_i† with Σ_i K_i†K_i = 1",
        Source = Textbook,
        Factory = (p, _, operators) => Channel.FromKraus(operators, "Kraus"),
    };

    /// <summary>Every row, in a fixed order.</summary>
    public static IReadOnlyList<ChannelDefinition> All { get; } =
    [
        BitFlip, PhaseFlip, BitPhaseFlip, Pauli, Depolarizing, AmplitudeDamping, GeneralizedAmplitudeDamping, PhaseDamping, ThermalRelaxation,
        OverRotation, Reset, MixedUnitary, Kraus,
    ];

    /// <summary>The row with the given name, in any case.</summary>
    /// <exception cref="ArgumentException">There is no such channel.</exception>
    public static ChannelDefinition Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return All.FirstOrDefault(row => row.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            ?? throw new ArgumentException($"There is no channel '{name}'; the catalog has {string.Join(", ", All.Select(row => row.Name))}.", nameof(name));
    }

    private static ChannelParameter Probability(string name, string symbol) => new(name, symbol, 0, 1);

    private static ChannelParameter Duration(string name, string symbol) => new(name, symbol, 0, double.PositiveInfinity, "time");

    private static ChannelParameter Component(string name) => new(name, name, double.NegativeInfinity, double.PositiveInfinity);

    private static ChannelDefinition Flip(string name, int pauli, string doc) => new()
    {
        Name = name,
        QiskitName = "pauli_error",
        Parameters = [Probability("p", "p")],
        MaximalMixing = [0.5],
        Doc = doc,
        Source = Textbook,
        Factory = (p, _, _) =>
        {
            double[] table = new double[4];
            table[0] = 1 - p[0];
            table[pauli] = p[0];
            return OfPaulis(name, p, [.. table]);
        },
    };

    private static Channel OfPaulis(string name, ReadOnlySpan<double> parameters, ImmutableArray<double> probabilities) =>
        new(name, [.. parameters], 1, [], probabilities, []);

    private static Channel Dephasing(ReadOnlySpan<double> parameters)
    {
        double lambda = parameters[0], flip = (1 - Math.Sqrt(1 - lambda)) / 2;
        return new Channel(
            "PhaseDamping", [.. parameters], 1,
            NonZero(Matrices.Diagonal(1, Math.Sqrt(1 - lambda)), Matrices.Diagonal(0, Math.Sqrt(lambda))),
            [1 - flip, 0, 0, flip], []);
    }

    /// <summary>
    /// Population of the excited state × <paramref name="survival"/> plus its share of what is lost, coherences × √<paramref name="coherence"/>, where
    /// coherence ≤ survival: with p₁ = 0 the operators diag(1, √c), √(1 − s) |0⟩⟨1|, diag(0, √(s − c)).
    /// </summary>
    private static Channel Relaxing(string name, ReadOnlySpan<double> parameters, double survival, double coherence, double excited)
    {
        double kept = Math.Sqrt(coherence), lost = Math.Sqrt(1 - survival), dephased = Math.Sqrt(Math.Max(survival - coherence, 0));
        double down = Math.Sqrt(1 - excited), up = Math.Sqrt(excited);
        return new Channel(
            name, [.. parameters], 1,
            NonZero(
                Matrices.Diagonal(down, down * kept), new Complex[,] { { 0, down * lost }, { 0, 0 } }, Matrices.Diagonal(0, down * dephased),
                Matrices.Diagonal(up * kept, up), new Complex[,] { { 0, 0 }, { up * lost, 0 } }, Matrices.Diagonal(up * dephased, 0)),
            [], []);
    }

    private static Channel Turning(ReadOnlySpan<double> p)
    {
        double length = Guard.Axis(p[0], p[1], p[2]);
        double x = p[0] / length, y = p[1] / length, z = p[2] / length;
        Complex[,] generator = { { z, new(x, -y) }, { new(x, y), -z } };
        return new Channel("OverRotation", [.. p], 1, [], [], [new(1, Matrices.Rotation(generator, p[3]))]);
    }

    private static Channel Resetting(ReadOnlySpan<double> p)
    {
        double none = Math.Sqrt(Guard.RestOfReset(p)), zero = Math.Sqrt(p[0]), one = Math.Sqrt(p[1]);
        return new Channel(
            "Reset", [.. p], 1,
            NonZero(
                Matrices.Diagonal(none, none), Matrices.Diagonal(zero, 0), new Complex[,] { { 0, zero }, { 0, 0 } },
                new Complex[,] { { 0, 0 }, { one, 0 } }, Matrices.Diagonal(0, one)),
            [], []);
    }

    private static ImmutableArray<Complex[,]> NonZero(params ReadOnlySpan<Complex[,]> operators)
    {
        var kept = ImmutableArray.CreateBuilder<Complex[,]>();
        foreach (Complex[,] k in operators)
        {
            if (k.Cast<Complex>().Any(entry => entry != 0))
            {
                kept.Add(k);
            }
        }

        return kept.ToImmutable();
    }
}

using System.Collections.Immutable;
using System.Numerics;
using QDiff.Engine.Circuits;
using static QDiff.Engine.Gates.Matrices;

namespace QDiff.Engine.Gates;

/// <summary>
/// The gates, each one row. Conventions: RX(θ) = exp(-iθX/2) and so on; the first qubit is the least significant bit of the
/// matrix index, so that CNOT is (control, target); OpenQASM's definitions of U3 and the phase gates.
/// </summary>
public static class GateCatalog
{
    /// <summary>Identity.</summary>
    public static GateDefinition I { get; } = Fixed("I", 1, "id", Identity(2), () => I!, "Does nothing.");

    /// <summary>Pauli X.</summary>
    public static GateDefinition X { get; } = Fixed("X", 1, "x", PauliX, () => X!, "Bit flip.");

    /// <summary>Pauli Y.</summary>
    public static GateDefinition Y { get; } = Fixed("Y", 1, "y", PauliY, () => Y!, "Bit and phase flip.");

    /// <summary>Pauli Z.</summary>
    public static GateDefinition Z { get; } = Fixed("Z", 1, "z", PauliZ, () => Z!, "Phase flip.");

    /// <summary>Hadamard.</summary>
    public static GateDefinition H { get; } = Fixed("H", 1, "h",
        Scale(Math.Sqrt(0.5), new Complex[,] { { 1, 1 }, { 1, -1 } }), () => H!, "(X + Z)/√2.",
        _ => [Part(Z, [0]), Part(RY!, [0], Math.PI / 2)]);

    /// <summary>S = diag(1, i).</summary>
    public static GateDefinition S { get; } = Fixed("S", 1, "s", Diagonal(1, Complex.ImaginaryOne), () => Sdg!, "diag(1, i), √Z.");

    /// <summary>S†.</summary>
    public static GateDefinition Sdg { get; } = Fixed("Sdg", 1, "sdg", Diagonal(1, -Complex.ImaginaryOne), () => S, "diag(1, -i), the inverse of S.");

    /// <summary>T = diag(1, e^{iπ/4}).</summary>
    public static GateDefinition T { get; } = Fixed("T", 1, "t", Diagonal(1, Phase(Math.PI / 4)), () => Tdg!, "diag(1, e^{iπ/4}), √S.");

    /// <summary>T†.</summary>
    public static GateDefinition Tdg { get; } = Fixed("Tdg", 1, "tdg", Diagonal(1, Phase(-Math.PI / 4)), () => T, "diag(1, e^{-iπ/4}), the inverse of T.");

    /// <summary>√X.</summary>
    public static GateDefinition SX { get; } = Fixed("SX", 1, "sx", RootX(1), () => SXdg!, "√X = e^{iπ/4} RX(π/2).",
        _ => [Part(H, [0]), Part(S, [0]), Part(H, [0])]);

    /// <summary>The inverse of √X.</summary>
    public static GateDefinition SXdg { get; } = Fixed("SXdg", 1, "sxdg", RootX(-1), () => SX, "The inverse of √X.",
        _ => [Part(H, [0]), Part(Sdg, [0]), Part(H, [0])]);

    /// <summary>RX(θ).</summary>
    public static GateDefinition RX { get; } = Rotating("RX", 1, "rx", PauliX, () => RX!, [], "exp(-iθX/2).",
        p => [Part(S, [0]), Part(RY!, [0], p[0]), Part(Sdg, [0])]);

    /// <summary>RY(θ).</summary>
    public static GateDefinition RY { get; } = Rotating("RY", 1, "ry", PauliY, () => RY!, [], "exp(-iθY/2).");

    /// <summary>RZ(θ).</summary>
    public static GateDefinition RZ { get; } = Rotating("RZ", 1, "rz", PauliZ, () => RZ!, [new(1, -0.5)], "exp(-iθZ/2).");

    /// <summary>P(λ).</summary>
    public static GateDefinition P { get; } = new()
    {
        Name = "P",
        Arity = 1,
        QasmName = "p",
        Matrix = p => Diagonal(1, Phase(p[0])),
        Derivative = (p, _) => Diagonal(0, Complex.ImaginaryOne * Phase(p[0])),
        Inverse = p => (P!, [-p[0]]),
        ShiftRules = [ShiftRule.TwoTerm],
        DiagonalTerms = [new(0, 0.5), new(1, -0.5)],
        Doc = "diag(1, e^{iλ}).",
    };

    /// <summary>U3(θ, φ, λ).</summary>
    public static GateDefinition U3 { get; } = new()
    {
        Name = "U3",
        Arity = 1,
        QasmName = "u3",
        Matrix = p => U3Matrix(Math.Cos(p[0] / 2), Math.Sin(p[0] / 2), p[1], p[2]),
        Derivative = U3Derivative,
        Inverse = p => (U3!, [-p[0], -p[2], -p[1]]),
        ShiftRules = [ShiftRule.TwoTerm, ShiftRule.TwoTerm, ShiftRule.TwoTerm],
        Decomposition = p => [Part(P, [0], p[2]), Part(RY, [0], p[0]), Part(P, [0], p[1])],
        Doc = "[[cos θ/2, -e^{iλ} sin θ/2], [e^{iφ} sin θ/2, e^{i(φ+λ)} cos θ/2]].",
    };

    /// <summary>CNOT(control, target).</summary>
    public static GateDefinition CNOT { get; } = Fixed("CNOT", 2, "cx", Permutation(0, 3, 2, 1), () => CNOT!, "X on the second qubit where the first is 1.");

    /// <summary>CY(control, target).</summary>
    public static GateDefinition CY { get; } = Fixed("CY", 2, "cy", Controlled(PauliY, 1), () => CY!, "Y on the second qubit where the first is 1.");

    /// <summary>CZ.</summary>
    public static GateDefinition CZ { get; } = Fixed("CZ", 2, "cz", Diagonal(1, 1, 1, -1), () => CZ!, "Sign change where both qubits are 1.");

    /// <summary>SWAP.</summary>
    public static GateDefinition SWAP { get; } = Fixed("SWAP", 2, "swap", Permutation(0, 2, 1, 3), () => SWAP!, "Exchanges two qubits.");

    /// <summary>iSWAP.</summary>
    public static GateDefinition ISWAP { get; } = Fixed("iSWAP", 2, "iswap", SwapWithPhase(Complex.ImaginaryOne), () => ISWAPdg!, "SWAP with a factor i on |01⟩ and |10⟩.");

    /// <summary>The inverse of iSWAP.</summary>
    public static GateDefinition ISWAPdg { get; } = Fixed("iSWAPdg", 2, null, SwapWithPhase(-Complex.ImaginaryOne), () => ISWAP, "The inverse of iSWAP.");

    /// <summary>CRX(control, target; θ).</summary>
    public static GateDefinition CRX { get; } = ControlledRotation("CRX", "crx", PauliX, () => CRX!, [],
        p => [Part(S, [1]), Part(CRY!, [0, 1], p[0]), Part(Sdg, [1])]);

    /// <summary>CRY(control, target; θ).</summary>
    public static GateDefinition CRY { get; } = ControlledRotation("CRY", "cry", PauliY, () => CRY!, [],
        p => [Part(CNOT, [0, 1]), Part(RY, [1], -0.5 * p[0]), Part(CNOT, [0, 1]), Part(RY, [1], 0.5 * p[0])]);

    /// <summary>CRZ(control, target; θ).</summary>
    public static GateDefinition CRZ { get; } = ControlledRotation("CRZ", "crz", PauliZ, () => CRZ!, [new(2, -0.25), new(3, 0.25)]);

    /// <summary>CP(λ).</summary>
    public static GateDefinition CP { get; } = new()
    {
        Name = "CP",
        Arity = 2,
        QasmName = "cp",
        Matrix = p => Diagonal(1, 1, 1, Phase(p[0])),
        Derivative = (p, _) => Diagonal(0, 0, 0, Complex.ImaginaryOne * Phase(p[0])),
        Inverse = p => (CP!, [-p[0]]),
        ShiftRules = [ShiftRule.TwoTerm],
        DiagonalTerms = [new(0, 0.25), new(1, -0.25), new(2, -0.25), new(3, 0.25)],
        Doc = "Phase e^{iλ} where both qubits are 1.",
    };

    /// <summary>RXX(θ).</summary>
    public static GateDefinition RXX { get; } = Rotating("RXX", 2, "rxx", Kronecker(PauliX, PauliX), () => RXX!, [], "exp(-iθ X⊗X/2).",
        p => [Part(CNOT, [0, 1]), Part(RX, [0], p[0]), Part(CNOT, [0, 1])]);

    /// <summary>RYY(θ).</summary>
    public static GateDefinition RYY { get; } = Rotating("RYY", 2, "ryy", Kronecker(PauliY, PauliY), () => RYY!, [], "exp(-iθ Y⊗Y/2).",
        p => [Part(Sdg, [0]), Part(Sdg, [1]), Part(RXX, [0, 1], p[0]), Part(S, [0]), Part(S, [1])]);

    /// <summary>RZZ(θ).</summary>
    public static GateDefinition RZZ { get; } = Rotating("RZZ", 2, "rzz", Kronecker(PauliZ, PauliZ), () => RZZ!, [new(3, -0.5)], "exp(-iθ Z⊗Z/2).");

    /// <summary>Toffoli(control, control, target).</summary>
    public static GateDefinition Toffoli { get; } = Fixed("Toffoli", 3, "ccx", Permutation(0, 1, 2, 7, 4, 5, 6, 3), () => Toffoli!, "X on the third qubit where the first two are 1.",
        _ => [Part(H, [2]), Part(DoublyControlledZ!, [0, 1, 2]), Part(H, [2])]);

    /// <summary>Fredkin(control, first, second).</summary>
    public static GateDefinition Fredkin { get; } = Fixed("Fredkin", 3, "cswap", Permutation(0, 1, 2, 5, 4, 3, 6, 7), () => Fredkin!, "Exchanges the second and third qubit where the first is 1.",
        _ => [Part(CNOT, [2, 1]), Part(Toffoli, [0, 1, 2]), Part(CNOT, [2, 1])]);

    /// <summary>
    /// The phase e^{iγ} on the whole state, OpenQASM's <c>gphase</c>; the qubit that it is written on does not matter. It is no row of
    /// <see cref="All"/>: no hardware runs it, so it costs no time and carries no noise.
    /// </summary>
    public static GateDefinition GlobalPhase { get; } = new()
    {
        Name = "GlobalPhase",
        Arity = 1,
        QasmName = "gphase",
        Matrix = p => Diagonal(Phase(p[0]), Phase(p[0])),
        Derivative = (p, _) => Diagonal(Complex.ImaginaryOne * Phase(p[0]), Complex.ImaginaryOne * Phase(p[0])),
        Inverse = p => (GlobalPhase!, [-p[0]]),
        ShiftRules = [ShiftRule.TwoTerm],
        DiagonalTerms = [new(0, 1)],
        Doc = "The phase e^{iγ} on the whole state.",
    };

    /// <summary>Every row, in a fixed order.</summary>
    public static IReadOnlyList<GateDefinition> All { get; } =
    [
        I, X, Y, Z, H, S, Sdg, T, Tdg, SX, SXdg, RX, RY, RZ, P, U3, CNOT, CY, CZ, SWAP, ISWAP, ISWAPdg,
        CRX, CRY, CRZ, CP, RXX, RYY, RZZ, Toffoli, Fredkin,
    ];

    private static readonly Dictionary<string, GateDefinition> ByName = Names();

    /// <summary>Part of the Toffoli gate's decomposition; not a row of its own.</summary>
    private static readonly GateDefinition DoublyControlledZ =
        Fixed("CCZ", 3, null, Diagonal(1, 1, 1, 1, 1, 1, 1, -1), () => DoublyControlledZ!, "Sign change where all three qubits are 1.");

    /// <summary>The row with the given name or OpenQASM name, in any case.</summary>
    /// <exception cref="ArgumentException">There is no such gate.</exception>
    public static GateDefinition Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return ByName.TryGetValue(name, out var gate)
            ? gate
            : throw new ArgumentException($"There is no gate '{name}'; the catalog has {string.Join(", ", All.Select(g => g.Name))}.", nameof(name));
    }

    private static Dictionary<string, GateDefinition> Names()
    {
        var names = new Dictionary<string, GateDefinition>(StringComparer.OrdinalIgnoreCase);
        foreach (var gate in All)
        {
            names[gate.Name] = gate;
            if (gate.QasmName is { } qasm)
            {
                names[qasm] = gate;
            }
        }

        return names;
    }

    private static GatePart Part(GateDefinition gate, ImmutableArray<int> qubits, params ImmutableArray<Parameter> parameters) =>
        new(gate, qubits, parameters);

    private static GateDefinition Fixed(
        string name, int arity, string? qasm, Complex[,] matrix, Func<GateDefinition> inverse, string doc, GateDecomposition? decomposition = null) => new()
    {
        Name = name,
        Arity = arity,
        QasmName = qasm,
        Matrix = _ => (Complex[,])matrix.Clone(),
        Derivative = (_, _) => throw new InvalidOperationException($"'{name}' has no parameters."),
        Inverse = _ => (inverse(), []),
        Decomposition = decomposition,
        Doc = doc,
    };

    /// <summary>exp(-iθG/2) with G² = 1; its derivative is half the same rotation advanced by π.</summary>
    private static GateDefinition Rotating(
        string name, int arity, string qasm, Complex[,] generator, Func<GateDefinition> self, DiagonalTerm[] diagonal, string doc,
        GateDecomposition? decomposition = null) => new()
    {
        Name = name,
        Arity = arity,
        QasmName = qasm,
        Matrix = p => Rotation(generator, p[0]),
        Derivative = (p, _) => Scale(0.5, Rotation(generator, p[0] + Math.PI)),
        Inverse = p => (self(), [-p[0]]),
        ShiftRules = [ShiftRule.TwoTerm],
        DiagonalTerms = [.. diagonal],
        Decomposition = decomposition,
        Doc = doc,
    };

    private static GateDefinition ControlledRotation(
        string name, string qasm, Complex[,] generator, Func<GateDefinition> self, DiagonalTerm[] diagonal,
        GateDecomposition? decomposition = null) => new()
    {
        Name = name,
        Arity = 2,
        QasmName = qasm,
        Matrix = p => Controlled(Rotation(generator, p[0]), 1),
        Derivative = (p, _) => Controlled(Scale(0.5, Rotation(generator, p[0] + Math.PI)), 0),
        Inverse = p => (self(), [-p[0]]),
        ShiftRules = [ShiftRule.FourTerm],
        DiagonalTerms = [.. diagonal],
        Decomposition = decomposition,
        Doc = $"{name[1..]} on the second qubit where the first is 1.",
    };

    private static Complex[,] RootX(int sign)
    {
        Complex a = new(0.5, 0.5 * sign), b = new(0.5, -0.5 * sign);
        return new[,] { { a, b }, { b, a } };
    }

    private static Complex[,] SwapWithPhase(Complex phase) =>
        Multiply(Permutation(0, 2, 1, 3), Diagonal(1, phase, phase, 1));

    private static Complex[,] U3Matrix(double c, double s, double phi, double lambda) => new[,]
    {
        { c, -Phase(lambda) * s },
        { Phase(phi) * s, Phase(phi + lambda) * c },
    };

    private static Complex[,] U3Derivative(ReadOnlySpan<double> p, int parameter)
    {
        double c = Math.Cos(p[0] / 2), s = Math.Sin(p[0] / 2);
        if (parameter == 0)
        {
            return U3Matrix(-s / 2, c / 2, p[1], p[2]);
        }

        // φ multiplies the lower row, λ the right column.
        var result = Scale(Complex.ImaginaryOne, U3Matrix(c, s, p[1], p[2]));
        result[0, 0] = 0;
        if (parameter == 1)
        {
            result[0, 1] = 0;
        }
        else
        {
            result[1, 0] = 0;
        }

        return result;
    }
}

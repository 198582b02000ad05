using System.Collections.Frozen;
using QDiff.Engine.Gates;

namespace QDiff.Engine.OpenQasm.Lowering;

/// <summary>
/// The gates that the language has of itself and those of qelib1.inc and stdgates.inc. U3 of the catalog is
/// [[cos θ/2, −e^{iλ} sin θ/2], [e^{iφ} sin θ/2, e^{i(φ+λ)} cos θ/2]]; OpenQASM 3's U has a further factor e^{iθ/2}, and u2 and u3 of
/// stdgates.inc have e^{−i(φ+λ)/2}, which matters under controls.
/// </summary>
internal static class StandardGates
{
    /// <summary>Files that can be included.</summary>
    public const string Library2 = "qelib1.inc";

    public const string Library3 = "stdgates.inc";

    private static readonly GateSymbol[] s_common =
    [
        Row("id", GateCatalog.I), Row("x", GateCatalog.X), Row("y", GateCatalog.Y), Row("z", GateCatalog.Z), Row("h", GateCatalog.H),
        Row("s", GateCatalog.S), Row("sdg", GateCatalog.Sdg), Row("t", GateCatalog.T), Row("tdg", GateCatalog.Tdg), Row("sx", GateCatalog.SX),
        Row("rx", GateCatalog.RX), Row("ry", GateCatalog.RY), Row("rz", GateCatalog.RZ), Row("p", GateCatalog.P), Row("u1", GateCatalog.P),
        Row("cx", GateCatalog.CNOT), Row("cy", GateCatalog.CY), Row("cz", GateCatalog.CZ), Row("swap", GateCatalog.SWAP),
        Row("crx", GateCatalog.CRX), Row("cry", GateCatalog.CRY), Row("crz", GateCatalog.CRZ), Row("cp", GateCatalog.CP),
        Row("ccx", GateCatalog.Toffoli), Row("cswap", GateCatalog.Fredkin),
        Controlled("ch", 1, GateCatalog.H),
        GateSymbol.Of("cu", 4, 2, (composer, a, q) =>
        {
            composer.Append(GateCatalog.P, [q[0]], a[3]);
            composer.Controlled(new GateStep(GateCatalog.U3, [q[1]], [a[0], a[1], a[2]]), [q[0]]);
        }),
    ];

    /// <summary>OpenQASM 2: U and CX. U's global phase is without effect there; it is taken as Qiskit takes it.</summary>
    public static readonly FrozenDictionary<string, GateSymbol> Language2 = Table([Row("U", GateCatalog.U3), Row("CX", GateCatalog.CNOT)]);

    /// <summary>OpenQASM 3: U = e^{iθ/2} U3; gphase is looked at by the reader itself.</summary>
    public static readonly FrozenDictionary<string, GateSymbol> Language3 = Table([
        GateSymbol.Of("U", 3, 1, (composer, a, q) =>
        {
            composer.GlobalPhase(0.5 * a[0], q[0]);
            composer.Append(GateCatalog.U3, q, a);
        }),
    ]);

    /// <summary>qelib1.inc as Qiskit has it.</summary>
    public static readonly FrozenDictionary<string, GateSymbol> Qelib1 = Table([
        .. s_common,
        Row("u3", GateCatalog.U3), Row("u", GateCatalog.U3), Row("sxdg", GateCatalog.SXdg), Row("cu1", GateCatalog.CP),
        Row("rxx", GateCatalog.RXX), Row("rzz", GateCatalog.RZZ),
        GateSymbol.Of("u2", 2, 1, (composer, a, q) => composer.Append(GateCatalog.U3, q, Math.PI / 2, a[0], a[1])),
        GateSymbol.Of("u0", 1, 1, (composer, _, q) => composer.Append(GateCatalog.I, q)),
        GateSymbol.Of("cu3", 3, 2, (composer, a, q) => composer.Controlled(new GateStep(GateCatalog.U3, [q[1]], [.. a]), [q[0]])),
        Controlled("csx", 1, GateCatalog.SX), Controlled("c3x", 3, GateCatalog.X), Controlled("c4x", 4, GateCatalog.X),
        Controlled("c3sqrtx", 3, GateCatalog.SX),
        GateSymbol.Of("rccx", 0, 3, (composer, _, q) => RelativeToffoli(composer, q)),
        GateSymbol.Of("rc3x", 0, 4, (composer, _, q) => RelativeToffoli3(composer, q)),
    ]);

    /// <summary>stdgates.inc.</summary>
    public static readonly FrozenDictionary<string, GateSymbol> Stdgates = Table([
        .. s_common,
        Row("CX", GateCatalog.CNOT), Row("phase", GateCatalog.P), Row("cphase", GateCatalog.CP),
        GateSymbol.Of("u2", 2, 1, (composer, a, q) =>
        {
            composer.GlobalPhase(-0.5 * (a[0] + a[1]), q[0]);
            composer.Append(GateCatalog.U3, q, Math.PI / 2, a[0], a[1]);
        }),
        GateSymbol.Of("u3", 3, 1, (composer, a, q) =>
        {
            composer.GlobalPhase(-0.5 * (a[1] + a[2]), q[0]);
            composer.Append(GateCatalog.U3, q, a);
        }),
    ]);

    private static FrozenDictionary<string, GateSymbol> Table(GateSymbol[] gates) => gates.ToFrozenDictionary(gate => gate.Name);

    private static GateSymbol Row(string name, GateDefinition gate) =>
        GateSymbol.Of(name, gate.ParameterCount, gate.Arity, (composer, a, q) => composer.Append(gate, q, a));

    private static GateSymbol Controlled(string name, int controls, GateDefinition gate) =>
        GateSymbol.Of(name, 0, controls + 1, (composer, _, q) => composer.Controlled(new GateStep(gate, [q[^1]], []), q[..^1]));

    /// <summary>qelib1.inc's rccx: a Toffoli gate up to relative phases.</summary>
    private static void RelativeToffoli(GateComposer composer, ReadOnlySpan<int> q)
    {
        composer.Append(GateCatalog.H, [q[2]]);
        composer.Append(GateCatalog.T, [q[2]]);
        composer.Append(GateCatalog.CNOT, [q[1], q[2]]);
        composer.Append(GateCatalog.Tdg, [q[2]]);
        composer.Append(GateCatalog.CNOT, [q[0], q[2]]);
        composer.Append(GateCatalog.T, [q[2]]);
        composer.Append(GateCatalog.CNOT, [q[1], q[2]]);
        composer.Append(GateCatalog.Tdg, [q[2]]);
        composer.Append(GateCatalog.H, [q[2]]);
    }

    /// <summary>qelib1.inc's rc3x: X under three controls up to relative phases.</summary>
    private static void RelativeToffoli3(GateComposer composer, ReadOnlySpan<int> q)
    {
        HalfOfIt(composer, q);
        for (int round = 0; round < 2; round++)
        {
            composer.Append(GateCatalog.CNOT, [q[0], q[3]]);
            composer.Append(GateCatalog.T, [q[3]]);
            composer.Append(GateCatalog.CNOT, [q[1], q[3]]);
            composer.Append(GateCatalog.Tdg, [q[3]]);
        }

        HalfOfIt(composer, q);

        static void HalfOfIt(GateComposer composer, ReadOnlySpan<int> q)
        {
            composer.Append(GateCatalog.H, [q[3]]);
            composer.Append(GateCatalog.T, [q[3]]);
            composer.Append(GateCatalog.CNOT, [q[2], q[3]]);
            composer.Append(GateCatalog.Tdg, [q[3]]);
            composer.Append(GateCatalog.H, [q[3]]);
        }
    }
}

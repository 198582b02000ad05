using System.Collections.Immutable;
using QDiff.Engine.OpenQasm.Syntax;

namespace QDiff.Engine.OpenQasm.Lowering;

/// <summary>Writes a built-in gate with given angles on given qubits.</summary>
internal delegate void BuiltInGate(GateComposer composer, ReadOnlySpan<Angle> angles, ReadOnlySpan<int> qubits);

/// <summary>A gate that can be called: built in, defined by the text, or declared as opaque.</summary>
internal sealed record GateSymbol(string Name, int ParameterCount, int QubitCount)
{
    public BuiltInGate? BuiltIn { get; init; }

    public GateDefinitionStatement? Definition { get; init; }

    /// <summary>The calls of the body, each with the gate that its name meant when the body was defined.</summary>
    public Dictionary<GateCall, GateSymbol> Callees { get; init; } = [];

    /// <summary>How deep definitions nest in this one.</summary>
    public int Depth { get; init; }

    public static GateSymbol Of(string name, int parameters, int qubits, BuiltInGate gate) =>
        new(name, parameters, qubits) { BuiltIn = gate };

    /// <summary>"2 qubits", for messages.</summary>
    public static string Number(int count, string what) => $"{count} {what}{(count == 1 ? "" : "s")}";
}

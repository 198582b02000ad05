using System.Collections.Immutable;
using QDiff.Engine.Circuits;

namespace QDiff.Engine.Gates;

/// <summary>One gate of a decomposition.</summary>
/// <param name="Gate">The gate.</param>
/// <param name="Qubits">Its qubits, as positions among the qubits of the gate that is decomposed.</param>
/// <param name="Parameters">Its parameters.</param>
public readonly record struct GatePart(GateDefinition Gate, ImmutableArray<int> Qubits, ImmutableArray<Parameter> Parameters);

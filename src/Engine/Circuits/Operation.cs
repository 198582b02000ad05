using System.Collections.Immutable;
using System.Numerics;
using QDiff.Engine.Gates;

namespace QDiff.Engine.Circuits;

/// <summary>One gate of a circuit with its qubits and parameters. Immutable; made by <see cref="CircuitBuilder"/>.</summary>
public sealed class Operation
{
    internal Operation(GateDefinition gate, ImmutableArray<int> qubits, ImmutableArray<Parameter> parameters)
    {
        Gate = gate;
        Qubits = qubits;
        Parameters = parameters;
    }

    /// <summary>The row of the gate catalog, or a user's own unitary.</summary>
    public GateDefinition Gate { get; }

    /// <summary>The qubits, the first being the least significant bit of the matrix index.</summary>
    public ImmutableArray<int> Qubits { get; }

    /// <summary>One entry for each parameter of the gate.</summary>
    public ImmutableArray<Parameter> Parameters { get; }

    /// <summary>A copy of the matrix of a user-given unitary; null for a gate of the catalog.</summary>
    public Complex[,]? Matrix => Gate.IsUserGiven ? Gate.Matrix([]) : null;

    /// <summary>The operation that undoes this one.</summary>
    public Operation Inverse()
    {
        var (gate, parameters) = Gate.Inverse(Parameters);
        return new Operation(gate, Qubits, parameters);
    }

    /// <summary>Name, qubits and parameter count, for messages.</summary>
    public override string ToString() => $"{Gate.Name}({string.Join(", ", Qubits)})";
}

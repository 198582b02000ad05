using System.Collections.Immutable;
using System.Numerics;
using QDiff.Engine.Circuits;
using QDiff.Engine.Gates;

namespace QDiff.Engine.OpenQasm.Lowering;

/// <summary>A gate of the catalog, or a given unitary, on qubits of the program.</summary>
internal readonly record struct GateStep(GateDefinition Gate, ImmutableArray<int> Qubits, ImmutableArray<Angle> Angles)
{
    public bool IsConstant => Angles.All(angle => angle.IsConstant);

    public Complex[,] Matrix() => Gate.Matrix([.. Angles.Select(angle => angle.Constant)]);

    public GateStep Inverse()
    {
        if (Angles.IsEmpty)
        {
            return this with { Gate = Gate.Inverse([]).Gate };
        }

        // Every gate with one parameter turns back with the sign of its angle.
        return Angles.Length == 1
            ? this with { Angles = [-Angles[0]] }
            : this with { Angles = [-Angles[0], -Angles[2], -Angles[1]] };
    }

    /// <summary>The engine's operations: a sum of parameters becomes several turns about the same axis.</summary>
    public IEnumerable<Operation> ToOperations(ParameterKind kind)
    {
        if (Angles.IsEmpty)
        {
            return [new Operation(Gate, Qubits, [])];
        }

        var (gate, qubits) = (Gate, Qubits);
        if (Angles.Length == 1)
        {
            return Angles[0].ToParameters(kind).Select(parameter => new Operation(gate, qubits, [parameter]));
        }

        return Angles.Any(angle => angle.IsSum)
            ? Turns().SelectMany(step => step.ToOperations(kind))
            : [new Operation(gate, qubits, [.. Angles.Select(angle => angle.ToParameters(kind)[0])])];
    }

    /// <summary>U3(θ, φ, λ) = P(φ) RY(θ) P(λ).</summary>
    private GateStep[] Turns() =>
    [
        new(GateCatalog.P, Qubits, [Angles[2]]),
        new(GateCatalog.RY, Qubits, [Angles[0]]),
        new(GateCatalog.P, Qubits, [Angles[1]]),
    ];
}

using System.Collections.Immutable;
using System.Numerics;
using QDiff.Engine.Circuits;

namespace QDiff.Engine.Gates;

/// <summary>The matrix of a gate at given parameter values (radians).</summary>
public delegate Complex[,] GateMatrix(ReadOnlySpan<double> parameters);

/// <summary>The derivative ∂U/∂θ_k of a gate's matrix at given parameter values.</summary>
public delegate Complex[,] GateDerivative(ReadOnlySpan<double> parameters, int parameter);

/// <summary>How a gate with given parameters is undone: the gate and the parameters of the inverse.</summary>
public delegate (GateDefinition Gate, ImmutableArray<Parameter> Parameters) GateInverse(ImmutableArray<Parameter> parameters);

/// <summary>A gate with given parameters as a sequence of other gates, the first applied first.</summary>
public delegate ImmutableArray<GatePart> GateDecomposition(ImmutableArray<Parameter> parameters);

/// <summary>
/// All that is known about one gate: a row of <see cref="GateCatalog"/>, or a user's own unitary. Backends run any row
/// through <see cref="Matrix"/> and <see cref="Derivative"/>; <see cref="DiagonalTerms"/> or <see cref="Decomposition"/> let them
/// run it faster.
/// </summary>
public sealed record GateDefinition
{
    /// <summary>Name in messages and look-ups, for example "CNOT".</summary>
    public required string Name { get; init; }

    /// <summary>Number of qubits k, 1-3.</summary>
    public required int Arity { get; init; }

    /// <summary>Number of parameters.</summary>
    public int ParameterCount => ShiftRules.Length;

    /// <summary>The 2^k × 2^k matrix, the first qubit being the least significant bit of its indices.</summary>
    public required GateMatrix Matrix { get; init; }

    /// <summary>The derivative of the matrix with respect to one parameter.</summary>
    public required GateDerivative Derivative { get; init; }

    /// <summary>How the inverse is formed.</summary>
    public required GateInverse Inverse { get; init; }

    /// <summary>The parameter-shift rule of each parameter.</summary>
    public ImmutableArray<ShiftRule> ShiftRules { get; init; } = [];

    /// <summary>For a gate that is diagonal in its one parameter: its phase terms. Empty for every other gate.</summary>
    public ImmutableArray<DiagonalTerm> DiagonalTerms { get; init; } = [];

    /// <summary>The same gate, global phase included, as a sequence of simpler ones; null where none is of use.</summary>
    public GateDecomposition? Decomposition { get; init; }

    /// <summary>Name in OpenQASM (stdgates.inc or qelib1.inc); null when it has none.</summary>
    public string? QasmName { get; init; }

    /// <summary>The effect in one line.</summary>
    public required string Doc { get; init; }

    /// <summary>Whether this is a user's own matrix and not a row of the catalog.</summary>
    public bool IsUserGiven { get; init; }

    /// <summary>Makes a gate of a user's own unitary.</summary>
    /// <param name="matrix">2^k × 2^k for k = 1-3, unitary to 1e-6. It is copied.</param>
    /// <param name="name">Name for messages.</param>
    /// <exception cref="ArgumentException">The size is not 2, 4 or 8, or the matrix is not unitary (the message has the deviation).</exception>
    public static GateDefinition FromUnitary(Complex[,] matrix, string name = "unitary")
    {
        ArgumentNullException.ThrowIfNull(matrix);
        int arity = Guard.UnitaryArity(matrix);
        var own = (Complex[,])matrix.Clone();
        return new GateDefinition
        {
            Name = name,
            Arity = arity,
            Matrix = _ => (Complex[,])own.Clone(),
            Derivative = (_, _) => throw new InvalidOperationException($"'{name}' has no parameters."),
            Inverse = _ => (FromUnitary(Matrices.Adjoint(own), name), []),
            Doc = "A user's own unitary.",
            IsUserGiven = true,
        };
    }

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    /// <summary>Gates are compared by identity: a row of the catalog is one object.</summary>
    public bool Equals(GateDefinition? other) => ReferenceEquals(this, other);

    /// <inheritdoc/>
    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);
}

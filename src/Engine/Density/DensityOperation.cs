using System.Collections.Immutable;
using QDiff.Engine.Circuits;

namespace QDiff.Engine.Density;

/// <summary>A map on a few qubits of a density matrix in the Pauli basis.</summary>
/// <param name="Qubits">The qubits, the first being the least significant digit of the map's own index.</param>
internal abstract record DensityOperation(ImmutableArray<int> Qubits)
{
    /// <summary>The qubits as a mask.</summary>
    public int Mask { get; } = Qubits.Aggregate(0, (mask, qubit) => mask | 1 << qubit);
}

/// <summary>A Clifford gate or whatever else only moves and negates coefficients.</summary>
internal sealed record MoveOperation(ImmutableArray<int> Qubits, SignedPermutation Move) : DensityOperation(Qubits);

/// <summary>Depolarizing on more qubits than a block holds: every coefficient with any but I on the qubits is scaled.</summary>
internal sealed record ShrinkOperation(ImmutableArray<int> Qubits, double Factor) : DensityOperation(Qubits);

/// <summary>A map whose matrix has numbers that a run works out: <see cref="Entries"/> of them, from <see cref="Offset"/> in the run's table.</summary>
internal abstract record NumericOperation(ImmutableArray<int> Qubits) : DensityOperation(Qubits)
{
    /// <summary>First entry in the run's table of coefficients.</summary>
    public int Offset { get; private set; }

    /// <summary>Number of entries.</summary>
    public abstract int Entries { get; }

    /// <summary>The parameters of all gates in it.</summary>
    public abstract IEnumerable<Parameter> Parameters { get; }

    /// <summary>Whether M Mᵀ = 1 for all parameter values.</summary>
    public abstract bool IsOrthogonal { get; }

    /// <summary>Where the map's sums for the gradient begin in a run's table of sums; −1 when no gradient goes through it.</summary>
    public int Gradient { get; private set; } = -1;

    /// <summary>Whether a gradient goes through it.</summary>
    public bool IsDifferentiable => Gradient >= 0;

    /// <summary>Whether samples have different entries.</summary>
    public bool HasInputs { get; private set; }

    /// <summary>Gives the map its place in the run's tables, from the given ones, which are moved on.</summary>
    public void Place(ref int offset, ref int gradient)
    {
        HasInputs = Parameters.Any(p => p.Kind == ParameterKind.Input);
        Offset = offset;
        offset += Entries;
        if (Parameters.Any(p => p.Differentiable))
        {
            Gradient = gradient;
            gradient += Entries;
        }
    }
}

namespace QDiff.Engine.Observables;

/// <summary>The Pauli matrices of one qubit.</summary>
public enum Pauli
{
    /// <summary>Identity.</summary>
    I,

    /// <summary>[[0, 1], [1, 0]].</summary>
    X,

    /// <summary>[[0, -i], [i, 0]].</summary>
    Y,

    /// <summary>diag(1, -1).</summary>
    Z,
}

namespace QDiff.Models.Pairings;

/// <summary>What pure states are drawn from.</summary>
public enum StateEnsemble
{
    /// <summary>A circle of real states of one qubit: cos(θ/2)|0⟩ + sin(θ/2)|1⟩, θ uniform.</summary>
    Circle,

    /// <summary>One state of one qubit, Bloch vector (1, 1, 1)/√3.</summary>
    State,

    /// <summary>States of one qubit scattered about that of <see cref="State"/>.</summary>
    Cap,

    /// <summary>|0⟩ and |+⟩, equally likely.</summary>
    Pair,

    /// <summary>The four corners of a tetrahedron on the Bloch sphere, equally likely.</summary>
    Tetrahedron,

    /// <summary>Two-qubit cluster states, turned about z by random local angles.</summary>
    Cluster,

    /// <summary>Ground states of an open transverse-field Ising chain of four qubits with random field.</summary>
    Ising,
}

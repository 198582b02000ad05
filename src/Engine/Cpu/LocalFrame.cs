using System.Numerics;

namespace QDiff.Engine.Cpu;

/// <summary>
/// The part P of a trajectory's Pauli frame on the qubits of one operator K. As P K P acts on the simulated state, K acts on the true one.
/// </summary>
/// <param name="X">Local qubits with an X factor.</param>
/// <param name="Z">Local qubits with a Z factor.</param>
/// <param name="IsActive">Whether the trajectory has the operator at all, or is in another branch.</param>
internal readonly record struct LocalFrame(int X, int Z, bool IsActive)
{
    /// <summary>An operator as it is.</summary>
    public static LocalFrame None => new(0, 0, true);

    /// <summary>(P K P)_ab = (−1)^{|(a⊕b)∧z|} K_{a⊕x, b⊕x}.</summary>
    public Complex Entry(Complex[,] matrix, int a, int b) => IsNegative(a, b) ? -matrix[a ^ X, b ^ X] : matrix[a ^ X, b ^ X];

    /// <summary>Whether P changes the sign of entry (a, b).</summary>
    public bool IsNegative(int a, int b) => (BitOperations.PopCount((uint)((a ^ b) & Z)) & 1) != 0;
}

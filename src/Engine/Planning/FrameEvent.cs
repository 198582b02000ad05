using QDiff.Engine.Programs;

namespace QDiff.Engine.Planning;

/// <summary>
/// What happens to the Pauli frame of a trajectory, the Pauli P with |true state⟩ = P |simulated state⟩, as masks of logical qubits
/// with an X and with a Z factor. A Pauli that is drawn goes into the frame and never touches amplitudes.
/// </summary>
internal abstract record FrameEvent;

/// <summary>One of some Paulis is drawn: the first whose cumulative probability is above the uniform number.</summary>
/// <param name="Draw">Number of the uniform number.</param>
/// <param name="Cumulative">Rising; the last is taken as 1.</param>
/// <param name="Paulis">X and Z masks.</param>
internal sealed record PauliDraw(int Draw, double[] Cumulative, (int X, int Z)[] Paulis) : FrameEvent;

/// <summary>
/// Depolarizing on many qubits: with the error probability one of all 4^k − 1 Pauli strings but the identity, each equally likely: number
/// 1 + ⌊w (4^k − 1)/2^64⌋ of a random 64-bit word w, whose digits to base 4, the lowest for the first qubit, are 0-3 for I, X, Y, Z.
/// </summary>
internal sealed record DepolarizingDraw(int Draw, double ErrorProbability, int[] Qubits) : FrameEvent;

/// <summary>A Pauli gate within a conditional block: only some trajectories have it.</summary>
internal sealed record PauliFlip(int X, int Z) : FrameEvent;

/// <summary>Sign number Sign is that of a rotation about a Pauli string: − where the string anticommutes with the frame.</summary>
internal sealed record FrameSign(int Sign, int X, int Z) : FrameEvent;

/// <summary>
/// A renaming of basis states j → A j ⊕ b: the X part x becomes A x and the Z part z becomes A^{−T} z.
/// </summary>
/// <param name="Qubits">The qubits that A acts on.</param>
/// <param name="XRows">For each of them, which of the old X bits (as local mask) are added up.</param>
/// <param name="ZRows">The same for the Z bits.</param>
internal sealed record FrameRenaming(int[] Qubits, int[] XRows, int[] ZRows) : FrameEvent;

/// <summary>A conditional block begins; what follows is done by the trajectories where the condition holds.</summary>
internal sealed record BlockBegin(Condition Condition) : FrameEvent;

/// <summary>The other branch begins.</summary>
internal sealed record BlockElse : FrameEvent;

/// <summary>The block ends.</summary>
internal sealed record BlockEnd : FrameEvent;

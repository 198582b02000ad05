namespace QDiff.Kernels.Trajectories;

/// <summary>What happens to a trajectory's Pauli frame, as a kernel reads it: a row of integers for each event, first its kind and its length.</summary>
internal static class EventCode
{
    /// <summary>Number of a uniform number, of outcomes, of the first cumulative probability, and for each outcome its X and Z mask.</summary>
    public const int PauliDraw = 0;

    /// <summary>Number of a uniform number, of the probability of no error, of qubits, and the qubits.</summary>
    public const int DepolarizingDraw = 1;

    /// <summary>X and Z mask.</summary>
    public const int PauliFlip = 2;

    /// <summary>Number of a sign, X and Z mask.</summary>
    public const int FrameSign = 3;

    /// <summary>Number of qubits, and for each: the qubit, its row for X and its row for Z.</summary>
    public const int Renaming = 4;

    /// <summary>Comparison, lower and upper half of the value, number of bits, and the bits.</summary>
    public const int BlockBegin = 5;

    /// <summary>Nothing.</summary>
    public const int BlockElse = 6;

    /// <summary>Nothing.</summary>
    public const int BlockEnd = 7;

    /// <summary>Integers before those of the event.</summary>
    public const int Header = 2;

    /// <summary>Conditional blocks within each other: one bit of a word for each.</summary>
    public const int MostBlocks = 63;
}

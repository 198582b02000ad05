namespace QDiff.Kernels.Trajectories;

/// <summary>A step of a trajectory as a kernel reads it: <see cref="Length"/> integers.</summary>
internal static class StepCode
{
    /// <summary>Integers of a step.</summary>
    public const int Length = 20;

    /// <summary>What it is: one of the next three.</summary>
    public const int Kind = 0;

    /// <summary>Rotations and phases of three qubits.</summary>
    public const int Rotation = 0;

    /// <summary>A gate that is given by its matrix.</summary>
    public const int Dense = 1;

    /// <summary>One of some operators is drawn.</summary>
    public const int Selection = 2;

    /// <summary>Where the events end that happen before.</summary>
    public const int EventEnd = 1;

    /// <summary>Where its pass begins.</summary>
    public const int Pass = 2;

    /// <summary>Of a rotation: where each of three rotations and three phases has its list of angles; −1 for none.</summary>
    public const int Slots = 3;

    /// <summary>Of a matrix: its number among the records.</summary>
    public const int Record = 3;

    /// <summary>Number of qubits, and the qubits.</summary>
    public const int QubitCount = 4;

    public const int Qubit = 5;

    /// <summary>The first number of the first matrix.</summary>
    public const int Matrix = 8;

    /// <summary>Whether every sample has its own.</summary>
    public const int IsOwn = 9;

    /// <summary>Of a selection: number of operators.</summary>
    public const int Operators = 10;

    /// <summary>Number of the uniform number.</summary>
    public const int Draw = 11;

    /// <summary>Classical bit, or −1.</summary>
    public const int Bit = 12;

    /// <summary>Whether the qubit is |0⟩ afterwards.</summary>
    public const int Resets = 13;

    /// <summary>Whether probabilities depend on the state.</summary>
    public const int NeedsState = 14;

    /// <summary>The first of its probabilities, or of K†K of every operator.</summary>
    public const int Weights = 15;

    /// <summary>The first of its operators' conditions.</summary>
    public const int Conditions = 16;

    /// <summary>The first number of the inverses.</summary>
    public const int Inverses = 17;

    /// <summary>The first gradient; −1 for none. Of a rotation those of angle i are at column i.</summary>
    public const int Gradient = 18;
}

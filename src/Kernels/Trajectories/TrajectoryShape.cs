namespace QDiff.Kernels.Trajectories;

/// <summary>What a kernel that runs trajectories needs to know.</summary>
internal struct TrajectoryShape
{
    /// <summary>Frames have been moved to the end before: no choice depends on a state.</summary>
    public const int FramesAreKnown = 1;

    /// <summary>All Born probabilities are read.</summary>
    public const int Born = 2;

    /// <summary>Classical bits are wanted, those of measurements at the end from one draw.</summary>
    public const int Sampling = 4;

    /// <summary>Index bits of a state in storage.</summary>
    public int Bits;

    /// <summary>Qubits that the readout knows.</summary>
    public int LogicalBits;

    /// <summary>Qubits of the plan: at least 2.</summary>
    public int PlanBits;

    /// <summary>Where the steps begin in the code, and how many there are.</summary>
    public int Steps;

    public int StepCount;

    /// <summary>The first step that a backward run undoes.</summary>
    public int FirstStep;

    /// <summary>Where the events end in the code.</summary>
    public int EventsEnd;

    /// <summary>Where the tables begin that lead from a logical index to a place.</summary>
    public int LogicalTable;

    /// <summary>Where the measurements at the end begin in the code: pairs of qubit and bit; and how many there are.</summary>
    public int Sampled;

    public int SampledCount;

    /// <summary>Number of the uniform number that answers them.</summary>
    public int LastDraw;

    /// <summary>Number of Pauli strings read, or of Born probabilities.</summary>
    public int Values;

    /// <summary>Signs, classical bits and records of a row; the last two records are the frame's masks.</summary>
    public int Signs;

    public int ClassicalBits;

    public int Records;

    /// <summary>Numbers by which a sample's angles lie further; 0 where all samples share them.</summary>
    public int AngleStride;

    /// <summary>Where matrices begin among the coefficients that all samples share, those that they do not share, and how many numbers a sample has of these.</summary>
    public int Matrices;

    public int OwnMatrices;

    public int OwnStride;

    /// <summary>Where copies of states begin in the memory of states, and how many a row may have.</summary>
    public long Kept;

    public int KeptCount;

    /// <summary>Gradients of a row.</summary>
    public int Columns;

    /// <summary>Trajectories of a sample, and the place of the first row within its sample.</summary>
    public int RowsPerSample;

    public int FirstRow;

    /// <summary>Which of the constants above apply.</summary>
    public int Flags;

    /// <summary>Seed of the run, and number of the first row's trajectory.</summary>
    public ulong Seed;

    public ulong FirstNumber;
}

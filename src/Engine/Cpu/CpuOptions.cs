namespace QDiff.Engine.Cpu;

/// <summary>Choices of the CPU backend. Neither changes what is computed beyond rounding; threads change nothing at all.</summary>
public sealed record CpuOptions
{
    /// <summary>
    /// Vector width; null for the environment variable QDIFF_LANES (512, 256, 128 or scalar) and, where that is not set,
    /// the widest that the processor runs.
    /// </summary>
    public LaneWidth? LaneWidth { get; init; }

    /// <summary>
    /// Registers of at least this many qubits are run one state at a time, with the lanes along the amplitudes; smaller ones with the batch in
    /// the lanes, unless it would leave three quarters of them empty. Default 14. A register too small for the vector width always has the
    /// batch in the lanes.
    /// </summary>
    public int AmplitudeLanesFrom { get; init; } = 14;

    /// <summary>Threads to use; null for one on each processor that this process may use.</summary>
    public int? Threads { get; init; }

    /// <summary>Binary logarithm of the amplitudes in a block of a large state; null for what suits the caches. For tests of small registers.</summary>
    internal int? BlockQubits { get; init; }

    /// <summary>Trajectories of at least this many qubits run four at a time (two in double) and not as many as the vectors would hold.</summary>
    internal int NarrowTrajectoriesFrom { get; init; } = 18;
}

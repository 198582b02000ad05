namespace QDiff.Engine.Trajectories;

/// <summary>
/// Which trajectories are run: trajectory t of sample s has the number First + s·Trajectories + t, and with the seed that number fixes all its
/// random numbers, whatever the batch, the order, the threads or the device.
/// </summary>
/// <remarks>
/// Uniform number d of a trajectory is <c>new CounterRandom(Seed, number, Operation).Double(d)</c>. Every channel, measurement and reset of a program
/// has its own d: they are counted from 0 in the order of the program, both branches of conditional blocks included. With
/// it the first outcome is chosen whose running sum of probabilities is above it: outcomes in the order of
/// <see cref="Noise.Channel.PauliProbabilities"/> where the channel has them, else of <see cref="Noise.Channel.Kraus"/>; 0 before 1 for measurement and reset.
/// Depolarizing on more than three qubits: d decides whether there is an error, first no, then yes; block d of the stream of <see cref="StringOperation"/>
/// has the 64-bit word w (word 0 low, word 1 high) that chooses string 1 + ⌊w (4^k − 1)/2^64⌋.
/// </remarks>
public readonly record struct TrajectoryRun
{
    /// <summary>The operation number of all trajectories' random numbers, "TRAJ" in ASCII.</summary>
    public const ulong Operation = 0x5452414A;

    /// <summary>The operation number of the words that choose a Pauli string of depolarizing on more than three qubits, "TRAK".</summary>
    public const ulong StringOperation = 0x5452414B;

    /// <summary>Names trajectories.</summary>
    /// <param name="trajectories">Trajectories of each sample, at least 1.</param>
    /// <param name="seed">Any value.</param>
    /// <param name="first">Number of the first trajectory of the first sample, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public TrajectoryRun(int trajectories, ulong seed, long first = 0)
    {
        Guard.Trajectories(trajectories, first);
        Trajectories = trajectories;
        Seed = seed;
        First = first;
    }

    /// <summary>Trajectories of each sample.</summary>
    public int Trajectories { get; }

    /// <summary>Seed of the run.</summary>
    public ulong Seed { get; }

    /// <summary>Number of the first trajectory of the first sample.</summary>
    public long First { get; }
}

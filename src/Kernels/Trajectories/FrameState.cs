namespace QDiff.Kernels.Trajectories;

/// <summary>The Pauli frame P of one trajectory, |true state⟩ = P |simulated state⟩, and how far its events have gone.</summary>
internal struct FrameState
{
    /// <summary>Qubits with an X factor.</summary>
    public int X;

    /// <summary>Qubits with a Z factor.</summary>
    public int Z;

    /// <summary>Where the next event begins.</summary>
    public int Next;

    /// <summary>Conditional blocks that are open.</summary>
    public int Depth;

    /// <summary>Whether the trajectory does what comes now.</summary>
    public int IsActive;

    /// <summary>For every open block, whether the trajectory came to it.</summary>
    public ulong Outer;

    /// <summary>For every open block, whether its condition holds.</summary>
    public ulong Holds;

    /// <summary>Number of the random block whose two numbers are at hand; −1 for none.</summary>
    public int Block;

    /// <summary>Uniform number 2·<see cref="Block"/>.</summary>
    public double Even;

    /// <summary>Uniform number 2·<see cref="Block"/> + 1.</summary>
    public double Odd;

    /// <summary>The frame before the first event.</summary>
    /// <param name="first">Where the first event begins.</param>
    public static FrameState Start(int first)
    {
        FrameState state = default;
        state.Next = first;
        state.IsActive = 1;
        state.Block = -1;
        return state;
    }
}

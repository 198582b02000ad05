namespace QDiff.Kernels.Trajectories;

/// <summary>A record of a step with a matrix: the frame on its local qubits, whether the trajectory has the step, whether the state before was kept, and the drawn operator.</summary>
internal static class TrajectoryFrameCode
{
    /// <summary>The bit that says that the trajectory has the step.</summary>
    public const int ActiveBit = 6;

    /// <summary>The bit that says that the state before the step was kept.</summary>
    public const int KeptBit = 7;

    /// <summary>The lowest bit of the operator's number.</summary>
    public const int ChoiceBit = 8;

    /// <summary>The record of a step before anything is drawn.</summary>
    public static int Pack(int x, int z, int isActive) => x | (z << 3) | (isActive << ActiveBit);

    /// <summary>Local qubits with an X and with a Z factor.</summary>
    public static (int X, int Z) Masks(int record) => (record & 7, (record >> 3) & 7);

    public static bool IsActive(int record) => ((record >> ActiveBit) & 1) != 0;

    public static bool IsKept(int record) => ((record >> KeptBit) & 1) != 0;

    public static int Choice(int record) => record >> ChoiceBit;
}

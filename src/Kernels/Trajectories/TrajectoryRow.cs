using ILGPU;

namespace QDiff.Kernels.Trajectories;

/// <summary>The arrays that trajectories read and write, and one row's places in them.</summary>
internal struct TrajectoryRow<T>
    where T : unmanaged
{
    /// <summary>See <see cref="StateVectors.PassCode"/>.</summary>
    public ArrayView<int> Passes;

    /// <summary>Tables of places.</summary>
    public ArrayView<int> Tables;

    /// <summary>Events, steps and lists of angles, see <see cref="EventCode"/> and <see cref="StepCode"/>.</summary>
    public ArrayView<int> Code;

    /// <summary>Probabilities, effects and conditions.</summary>
    public ArrayView<double> Numbers;

    /// <summary>cos and sin of angles, and matrices.</summary>
    public ArrayView<T> Coefficients;

    /// <summary>Signs of all rows.</summary>
    public ArrayView<sbyte> Signs;

    /// <summary>Classical bits of all rows.</summary>
    public ArrayView<byte> Bits;

    /// <summary>Frames at matrices, drawn operators, and the last frame, of all rows.</summary>
    public ArrayView<int> Records;

    /// <summary>√p of drawn operators, of all rows.</summary>
    public ArrayView<double> Scales;

    public long FirstSign;

    public long FirstBit;

    public long FirstRecord;

    public long FirstAngle;

    public long Matrices;

    public long OwnMatrices;

    /// <summary>Number of the trajectory.</summary>
    public ulong Number;
}

using System.Numerics;
using QDiff.Engine.Planning;

namespace QDiff.Engine.Cpu;

/// <summary>What the tiles of one call have to do, as plain pointers into memory that the caller holds fixed.</summary>
internal sealed unsafe class TileJob<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The circuit; null to read states as they are.</summary>
    public Plan? Plan;

    /// <summary>What to read; null for nothing.</summary>
    public ReadoutPlan? Readout;

    /// <summary>Qubits of a tile.</summary>
    public int Qubits;

    /// <summary>Amplitudes of a row of the caller's states; less than a tile's for one qubit.</summary>
    public long Dimension;

    public int Batch;

    public T* Parameters;

    /// <summary>[batch, InputCount].</summary>
    public T* Inputs;

    /// <summary>The shared part of every slot's angle.</summary>
    public double[] SharedAngles = [];

    /// <summary>Coefficients of all slots for angles without inputs, the same in every lane.</summary>
    public T* SharedCoefficients;

    /// <summary>[batch, Dimension]; null for |0…0⟩.</summary>
    public T* InitialReal;

    public T* InitialImaginary;

    /// <summary>[batch, Dimension]; null when final states are not wanted.</summary>
    public T* FinalReal;

    public T* FinalImaginary;

    /// <summary>[batch, K]; null when nothing is read.</summary>
    public T* Values;

    /// <summary>Final states in tile order, written by a forward run and read by a backward run; null when not kept.</summary>
    public T* Tape;

    /// <summary>[batch, K] in a backward run.</summary>
    public T* Cotangents;

    /// <summary>[batch, InputCount]; null when not wanted.</summary>
    public T* InputGradients;

    /// <summary>[groups, TrainableCount] in a backward run: each group of tiles has its own sum.</summary>
    public double* PartialGradients;

    /// <summary>The program whose trajectories are run; null for a circuit.</summary>
    public TrajectoryPlan? Trajectories;

    public ulong Seed;

    /// <summary>Number of the first trajectory.</summary>
    public long FirstTrajectory;

    /// <summary>Rows of the batch that read the same row of inputs: the trajectories of one sample.</summary>
    public int RowsPerSample = 1;

    /// <summary>[batch, bits] classical bits at the end; null when not wanted.</summary>
    public bool* Bits;

    public bool IsBackward => Cotangents != null;
}

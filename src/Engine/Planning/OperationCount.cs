namespace QDiff.Engine.Planning;

/// <summary>Arithmetic of the kernels per sample, each vector instruction on one lane counted as one.</summary>
internal static class OperationCount
{
    // Three shears on each of two pairs, real and imaginary: 3·2·2 for a qubit in a group of 4 amplitudes.
    private const int RotationPerGroup = 12;

    // The product of three phases (6 + 6 for four signs of the two local angles, 4 for the rest) and four complex products.
    private const int PhasesPerGroup = 4 + 12 + 16;

    /// <summary>All steps for one sample that starts in |0…0⟩: leading rotations are a product state, written by doubling at 8 for each amplitude.</summary>
    public static long FromZero(Plan plan) => plan.Steps.Skip(plan.ProductSteps).Sum(Forward) + (8L << plan.QubitCount);

    public static long Forward(PlanStep step) => step switch
    {
        RotationStep rotation => Groups(step, 2) * (rotation.Passes.Sum(Rotated) * RotationPerGroup + (rotation.HasPhases ? PhasesPerGroup : 0)),
        DenseStep dense => Dense(step.Map.QubitCount, dense.Operation.Qubits.Length),

        // The matrix, and before it the reduced density matrix where the probabilities depend on the state.
        SelectionStep selection => Groups(step, selection.Qubits.Length) * ((selection.NeedsState ? 6L : 4L) << (2 * selection.Qubits.Length)),
        _ => 0,
    };

    /// <summary>A dense gate on some of the bits of a register.</summary>
    public static long Dense(int registerBits, int gateBits) => (1L << (registerBits - gateBits)) * (4L << (2 * gateBits));

    public static long Backward(PlanStep step) => step switch
    {
        // State and co-state are rotated; the inner product of a rotation takes 8, that of the phases 8, their sums by parity 10.
        RotationStep rotation => Groups(step, 2)
            * (rotation.Passes.Sum(Rotated) * (2 * RotationPerGroup + 8) + (rotation.HasPhases ? PhasesPerGroup + 16 + 8 + 10 : 0)),
        DenseStep dense => Groups(step, dense.Operation.Qubits.Length) * (12L << (2 * dense.Operation.Qubits.Length)),
        _ => 0,
    };

    /// <summary>A readout of values, or of the co-state that its weights make of the final state.</summary>
    public static long Readout(ReadoutPlan plan, int qubits, bool backward)
    {
        long groups = 1L << (qubits - 2);
        return groups * ((plan.ParityPasses.Length + (plan.IsBorn ? 1 : 0)) * (backward ? 14L : 18L) + plan.PairPasses.Length * (backward ? 56L : 36L));
    }

    /// <summary>Bytes that a readout reads, or that making its co-state reads and writes, for one sample.</summary>
    public static long ReadoutBytes(ReadoutPlan plan, int qubits, int bytesPerNumber, bool backward)
    {
        long passes = plan.ParityPasses.Length + plan.PairPasses.Length + (plan.IsBorn ? 1 : 0);

        // Forward a pass reads the state; backward it reads state and co-state and writes the co-state, once cleared.
        return ((backward ? 3 * passes + 1 : passes) * 2 * bytesPerNumber) << qubits;
    }

    private static long Groups(PlanStep step, int locals) => 1L << (step.Map.QubitCount - locals);

    private static int Rotated(RotationPass pass) => (pass.Slot0 != RotationStep.None ? 1 : 0) + (pass.Slot1 != RotationStep.None ? 1 : 0);
}

using System.Runtime.CompilerServices;
using QDiff.Engine.Programs;

namespace QDiff.Engine.Planning;

/// <summary>
/// Lowers programs for trajectories. Mixtures of Paulis move no amplitudes: P R_Q(θ) = R_Q(±θ) P for a Pauli P and a rotation about a Pauli string
/// Q, minus where they anticommute; and every gate is lowered to such rotations and renamings of basis states. So a trajectory keeps
/// its drawn Paulis in a frame, and the noise is a sign of each angle and of each value that is read.
/// </summary>
/// <remarks>Source of Pauli frames: Knill, "Quantum computing with realistically noisy devices" (docs/references.md: Knill2005).</remarks>
public static class TrajectoryPlanner
{
    private static readonly ConditionalWeakTable<QuantumProgram, TrajectoryPlan> Plans = [];
    private static readonly ConditionalWeakTable<QuantumProgram, TrajectoryPlan> SamplingPlans = [];

    /// <summary>The plan of a program. Planned once: the same program object gives the same plan.</summary>
    public static TrajectoryPlan Plan(QuantumProgram program)
    {
        ArgumentNullException.ThrowIfNull(program);
        return Plans.GetValue(program, static p => new Lowering(p).LowerProgram([]));
    }

    /// <summary>The plan that answers measurements at the end of the program together, from one draw; for classical bits only.</summary>
    internal static TrajectoryPlan SamplingPlan(QuantumProgram program) =>
        SamplingPlans.GetValue(program, static p => new Lowering(p).LowerProgram(DeferredMeasurements.Of(p)));
}

using QDiff.Engine.Circuits;

namespace QDiff.Engine.Planning;

/// <summary>One step of a plan: what is done while amplitudes lie as <see cref="Map"/> says.</summary>
internal abstract class PlanStep(IndexMap map)
{
    public IndexMap Map { get; } = map;

    /// <summary>Whether a parameter of this step is differentiable.</summary>
    public abstract bool IsDifferentiable { get; }
}

/// <summary>RY rotations on some qubits, then phases on some qubits (one product diagonal).</summary>
internal sealed class RotationStep : PlanStep
{
    /// <summary>No angle: the qubit is left alone.</summary>
    public const int None = -1;

    private readonly bool _isDifferentiable;

    /// <param name="map">Where amplitudes lie.</param>
    /// <param name="rotations">Slot of every qubit's RY angle, or <see cref="None"/>.</param>
    /// <param name="phases">Slot of every qubit's phase, or <see cref="None"/>.</param>
    /// <param name="slots">All slots of the plan.</param>
    /// <param name="hasLanePhases">Whether a pass with phases is wanted although no qubit may have one.</param>
    public RotationStep(IndexMap map, int[] rotations, int[] phases, IReadOnlyList<AngleSlot> slots, bool hasLanePhases = false)
        : base(map)
    {
        Rotations = rotations;
        Phases = phases;
        HasPhases = hasLanePhases || phases.Any(slot => slot != None);
        _isDifferentiable = rotations.Concat(phases).Any(slot => slot != None && slots[slot].IsDifferentiable);
        Passes = MakePasses();
        FirstBlocked = Passes.Length;
        while (FirstBlocked > 0 && Passes[FirstBlocked - 1].IsBlocked)
        {
            FirstBlocked--;
        }
    }

    public int[] Rotations { get; }

    public int[] Phases { get; }

    public bool HasPhases { get; }

    public override bool IsDifferentiable => _isDifferentiable;

    /// <summary>
    /// In the order of a forward run, high qubits first; the last also applies the phases. Those from <see cref="FirstBlocked"/> on
    /// act within blocks of 2^<see cref="BlockBits"/> logical indices, so that one block can go through all of them before the next.
    /// </summary>
    public RotationPass[] Passes { get; }

    /// <summary>Index of the first of the trailing passes that stay within a block.</summary>
    public int FirstBlocked { get; }

    /// <summary>2^7 amplitudes of 16 states in single precision are 16 KB, so that state and co-state stay in the first-level cache.</summary>
    public const int BlockBits = 7;

    private RotationPass[] MakePasses()
    {
        int n = Map.QubitCount;
        List<int> active = [.. Enumerable.Range(0, n).Where(q => Rotations[q] != None)];
        if (active.Count == 0)
        {
            // Phases alone: one or two qubits that have one are the local ones.
            active.AddRange(Enumerable.Range(0, n).OrderBy(q => Phases[q] != None ? 0 : 1).Take(2));
        }

        var passes = new List<RotationPass>();
        if (active.Count % 2 == 1)
        {
            // An odd one out is paired with a qubit whose rotation is none or is done elsewhere, best one with a phase of its own.
            int partner = Enumerable.Range(0, n).Except(active).OrderBy(q => Phases[q] != None ? 0 : 1).FirstOrDefault(None);
            if (partner != None)
            {
                active.Add(partner);
                active.Sort();
            }
            else
            {
                passes.Add(new RotationPass(new PassGeometry(Map, 0, active[^1]), None, Rotations[active[^1]]));
                active.RemoveAt(active.Count - 1);
            }
        }

        for (int i = active.Count - 2; i >= 0; i -= 2)
        {
            passes.Add(new RotationPass(new PassGeometry(Map, active[i], active[i + 1]), Rotations[active[i]], Rotations[active[i + 1]]));
        }

        return [.. passes];
    }
}

/// <summary>One pass over the amplitudes that rotates at most two qubits.</summary>
/// <param name="Geometry">The two local qubits and the order of visits.</param>
/// <param name="Slot0">RY angle of the first local qubit, or <see cref="RotationStep.None"/>.</param>
/// <param name="Slot1">RY angle of the second local qubit, or <see cref="RotationStep.None"/>.</param>
internal sealed record RotationPass(PassGeometry Geometry, int Slot0, int Slot1)
{
    /// <summary>Whether both qubits lie within a block.</summary>
    public bool IsBlocked { get; } = Geometry.LocalQubits.All(q => q < RotationStep.BlockBits);
}

/// <summary>A gate as a dense 2^k × 2^k matrix, k = 1-3.</summary>
internal sealed class DenseStep(IndexMap map, Operation operation, int index) : PlanStep(map)
{
    public Operation Operation { get; } = operation;

    /// <summary>Number of this step among the dense steps of its plan.</summary>
    public int Index { get; } = index;

    public PassGeometry Geometry { get; } = new(map, operation.Qubits.AsSpan());

    /// <summary>Whether all samples have the same matrix.</summary>
    public bool IsShared { get; } = operation.Parameters.All(p => p.Kind != ParameterKind.Input);

    public override bool IsDifferentiable { get; } = operation.Parameters.Any(p => p.Differentiable);
}

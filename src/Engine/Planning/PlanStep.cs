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
        while (FirstBlocked > 0 && Passes[FirstBlocked - 1].IsWithin(BlockBits))
        {
            FirstBlocked--;
        }

        ForwardPasses = MakeForwardPasses();
        FirstForwardBlocked = ForwardPasses.Length;
        while (FirstForwardBlocked > 0 && ForwardPasses[FirstForwardBlocked - 1].IsWithin(ForwardBlockBits))
        {
            FirstForwardBlocked--;
        }
    }

    public int[] Rotations { get; }

    public int[] Phases { get; }

    public bool HasPhases { get; }

    public override bool IsDifferentiable => _isDifferentiable;

    /// <summary>
    /// Two qubits each, in the order of a forward run, high qubits first; the last also applies the phases. Those from <see cref="FirstBlocked"/> on
    /// act within blocks of 2^<see cref="BlockBits"/> logical indices, so that one block can go through all of them before the next.
    /// </summary>
    public RotationPass[] Passes { get; }

    /// <summary>Index of the first of the trailing passes that stay within a block.</summary>
    public int FirstBlocked { get; }

    /// <summary>2^7 amplitudes of 16 states in single precision are 16 KB, so that state and co-state stay in the first-level cache.</summary>
    public const int BlockBits = 7;

    /// <summary>
    /// <see cref="Passes"/> with fewer sweeps over the amplitudes, for a run without a co-state: the same qubits in the same order, so that every number
    /// stays as it is, but three to a pass where that saves passes. Those from <see cref="FirstForwardBlocked"/> on act within blocks.
    /// </summary>
    public RotationPass[] ForwardPasses { get; }

    /// <summary>Index of the first of the trailing forward passes that stay within a block of 2^<see cref="ForwardBlockBits"/> logical indices.</summary>
    public int FirstForwardBlocked { get; }

    /// <summary>2^8 amplitudes of 16 states in single precision are 32 KB: a forward run has only the state in the first-level cache.</summary>
    public const int ForwardBlockBits = 8;

    /// <summary>Blocks that the trailing forward passes are done in.</summary>
    public int ForwardBlocks => 1 << Math.Max(0, Map.QubitCount - ForwardBlockBits);

    private RotationPass[] MakeForwardPasses()
    {
        (int Qubit, int Slot)[] rotated = [.. Passes[..^1].SelectMany(pass => pass.Rotated)];
        int count = (rotated.Length + 2) / 3;
        if (count >= Passes.Length - 1)
        {
            return Passes;
        }

        // As even as can be, the larger ones first.
        var passes = new List<RotationPass>();
        for (int first = 0; passes.Count < count;)
        {
            int width = (rotated.Length - first + count - passes.Count - 1) / (count - passes.Count);
            passes.Add(RotationPass.Of(Map, rotated[first..(first + width)]));
            first += width;
        }

        return [.. passes, Passes[^1]];
    }

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

/// <summary>One pass over the amplitudes that rotates two qubits or three.</summary>
/// <param name="Geometry">The local qubits and the order of visits.</param>
/// <param name="Slot0">RY angle of the first local qubit, or <see cref="RotationStep.None"/>.</param>
/// <param name="Slot1">RY angle of the second local qubit, or <see cref="RotationStep.None"/>.</param>
/// <param name="Slot2">RY angle of the third local qubit, or <see cref="RotationStep.None"/>.</param>
internal sealed record RotationPass(PassGeometry Geometry, int Slot0, int Slot1, int Slot2 = RotationStep.None)
{
    /// <summary>The local qubits that are rotated, with their slots.</summary>
    public IEnumerable<(int Qubit, int Slot)> Rotated =>
        Geometry.LocalQubits.Select((qubit, local) => (qubit, Slot(local))).Where(local => local.Item2 != RotationStep.None);

    /// <summary>Whether the pass has three local qubits.</summary>
    public bool IsTriple => Geometry.LocalQubits.Length == 3;

    /// <summary>A pass over two or three rotated qubits.</summary>
    public static RotationPass Of(IndexMap map, ReadOnlySpan<(int Qubit, int Slot)> rotated) => rotated.Length == 3
        ? new(new PassGeometry(map, rotated[0].Qubit, rotated[1].Qubit, rotated[2].Qubit), rotated[0].Slot, rotated[1].Slot, rotated[2].Slot)
        : new(new PassGeometry(map, rotated[0].Qubit, rotated[1].Qubit), rotated[0].Slot, rotated[1].Slot);

    /// <summary>The slot of a local qubit.</summary>
    public int Slot(int local) => local switch { 0 => Slot0, 1 => Slot1, _ => Slot2 };

    /// <summary>Whether all local qubits are among the first ones.</summary>
    public bool IsWithin(int qubits) => Geometry.LocalQubits.All(q => q < qubits);
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

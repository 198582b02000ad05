using System.Numerics;
using System.Runtime.CompilerServices;
using QDiff.Engine.Observables;

namespace QDiff.Engine.Planning;

/// <summary>
/// A plan for one state at a time, with the lanes of a vector along its amplitudes. The low bits of an amplitude's place in storage are its
/// lane, the others its tile; both are parities of the logical index. A flip that leaves the lane alone runs
/// through the same kernels as a batch, with coefficients whose sign differs from lane to lane where the lane takes part in the
/// qubit's parity. Before a flip that would change the lane, lanes and tiles are transposed so that it does not.
/// </summary>
internal sealed class WidePlan
{
    private readonly ConditionalWeakTable<Readout, WideReadout> _readouts = [];
    private readonly Plan _plan;
    private readonly int _laneBits;
    private readonly List<WideStep> _steps = [];
    private readonly List<AngleSlot> _angles = [];
    private readonly List<WideSlot> _slots = [];
    private readonly WideStorage _storage;

    public WidePlan(Plan plan, int laneBits)
    {
        _plan = plan;
        _laneBits = laneBits;
        _storage = new WideStorage(plan.QubitCount, laneBits);
        for (int s = 0; s < plan.Steps.Length; s++)
        {
            if (plan.Steps[s] is DenseStep dense)
            {
                AddDense(dense, s);
            }
            else
            {
                AddRotations((RotationStep)plan.Steps[s], s);
            }
        }

        Steps = [.. _steps];
        Slots = [.. _slots];
        FirstDifferentiable = Array.FindIndex(Steps, step => step.IsDifferentiable);
        FirstDifferentiable = FirstDifferentiable < 0 ? Steps.Length : FirstDifferentiable;
    }

    /// <summary>Least number of qubits: three flips must leave as many parities free as there are lane bits.</summary>
    public static int LeastQubits(int laneBits) => 2 * laneBits + 3;

    public WideStep[] Steps { get; }

    public WideSlot[] Slots { get; }

    public int FirstDifferentiable { get; }

    /// <summary>Where amplitudes lie after the last step.</summary>
    public WideStorage FinalStorage => _storage.Clone();

    public WideReadout For(Readout readout) => _readouts.GetValue(readout, r => new WideReadout(r, _plan.FinalMap, _storage));

    private void AddDense(DenseStep step, int index)
    {
        int[] qubits = [.. step.Operation.Qubits];
        if (qubits.Any(q => _storage.Frame(step.Map).LaneFlips(q) != 0))
        {
            Transpose(qubits, step.Map, index);
        }

        var frame = _storage.Frame(step.Map);
        int[] rows = frame.Basis(qubits, out int[] owners);
        var map = IndexMap.Identity(rows.Length).InBasis(rows);
        int[] locals = [.. qubits.Select(q => Array.IndexOf(owners, q))];
        _steps.Add(new WideDense(
            step, new PassGeometry(map, locals), [.. qubits.Select(frame.LaneParity)], [.. qubits.Select(frame.IsNegative)]));
    }

    private void AddRotations(RotationStep step, int index)
    {
        int n = _plan.QubitCount;
        List<int> rotations = [.. Enumerable.Range(0, n).Where(q => step.Rotations[q] != RotationStep.None)];
        List<int> phases = [.. Enumerable.Range(0, n).Where(q => step.Phases[q] != RotationStep.None)];
        while (rotations.Count > 0)
        {
            var frame = _storage.Frame(step.Map);
            List<int> free = [.. rotations.Where(q => frame.LaneFlips(q) == 0)];
            if (free.Count == 0)
            {
                Transpose(rotations, step.Map, index);
                continue;
            }

            rotations.RemoveAll(free.Contains);
            AddPass(frame, step, free, rotations.Count == 0 ? phases : []);
        }

        while (phases.Count > 0)
        {
            AddPass(_storage.Frame(step.Map), step, [], phases);
        }
    }

    /// <summary>One step of rotations that leave lanes alone, with as many of the phases as fit one basis; those are taken off the list.</summary>
    private void AddPass(WideFrame frame, RotationStep step, List<int> rotations, List<int> phases)
    {
        int[] rows = frame.Basis([.. rotations, .. phases.Except(rotations)], out int[] owners);
        int bits = rows.Length;
        var rotationSlots = Enumerable.Repeat(RotationStep.None, bits).ToArray();
        var phaseSlots = Enumerable.Repeat(RotationStep.None, bits).ToArray();
        var lanePhases = new List<int>();
        foreach (int q in rotations)
        {
            rotationSlots[Array.IndexOf(owners, q)] = Slot(step.Rotations[q], frame, q);
        }

        foreach (int q in phases.ToArray())
        {
            int bit = Array.IndexOf(owners, q);
            if (frame.TileParity(q) == 0)
            {
                lanePhases.Add(Slot(step.Phases[q], frame, q));
            }
            else if (bit >= 0)
            {
                phaseSlots[bit] = Slot(step.Phases[q], frame, q);
            }
            else
            {
                continue;
            }

            phases.Remove(q);
        }

        var map = IndexMap.Identity(bits).InBasis(rows);
        _steps.Add(new WideRotation(new RotationStep(map, rotationSlots, phaseSlots, _angles, lanePhases.Count > 0), [.. lanePhases], _angles));
    }

    private int Slot(int slot, WideFrame frame, int qubit)
    {
        _angles.Add(_plan.Slots[slot]);
        _slots.Add(new WideSlot(slot, frame.LaneParity(qubit), frame.IsNegative(qubit)));
        return _slots.Count - 1;
    }

    /// <summary>Frees the flips of the given qubits from the lanes and, as far as there is room, those of the steps to come.</summary>
    private void Transpose(IEnumerable<int> qubits, IndexMap map, int index)
    {
        var flips = qubits.Select(q => _storage.Frame(map).TileFlips(q)).ToList();
        for (int s = index + 1; s < _plan.Steps.Length && flips.Count < 8 * _plan.QubitCount; s++)
        {
            var frame = _storage.Frame(_plan.Steps[s].Map);
            flips.AddRange(_plan.Steps[s] switch
            {
                RotationStep rotation => Enumerable.Range(0, _plan.QubitCount).Where(q => rotation.Rotations[q] != RotationStep.None).Select(frame.TileFlips),
                DenseStep dense => dense.Operation.Qubits.Select(frame.TileFlips),
                _ => [],
            });
        }

        _steps.Add(_storage.Transpose(flips));
    }
}

/// <summary>One step of a wide plan.</summary>
internal abstract class WideStep
{
    public abstract bool IsDifferentiable { get; }
}

/// <summary>Rotations and phases on tile bits. Slots are those of the wide plan.</summary>
/// <param name="step">Acts on the tile bits.</param>
/// <param name="lanePhases">Phases that depend on the lane alone.</param>
/// <param name="angles">The angle of every slot.</param>
internal sealed class WideRotation(RotationStep step, int[] lanePhases, IReadOnlyList<AngleSlot> angles) : WideStep
{
    public RotationStep Step => step;

    public int[] LanePhases => lanePhases;

    public override bool IsDifferentiable { get; } = step.IsDifferentiable || lanePhases.Any(slot => angles[slot].IsDifferentiable);
}

/// <summary>A dense gate on tile bits, of which the lane takes part in some.</summary>
internal sealed class WideDense(DenseStep step, PassGeometry geometry, int[] laneParities, bool[] negative) : WideStep
{
    public DenseStep Step => step;

    public PassGeometry Geometry => geometry;

    public override bool IsDifferentiable => step.IsDifferentiable;

    /// <summary>In which lanes, and with what constant, the local index is flipped.</summary>
    public int LocalFlip(int lane)
    {
        int flip = 0;
        for (int b = 0; b < laneParities.Length; b++)
        {
            flip |= ((BitOperations.PopCount((uint)(laneParities[b] & lane)) & 1) ^ (negative[b] ? 1 : 0)) << b;
        }

        return flip;
    }
}

/// <summary>
/// Exchanges lane bits with parities of the tile index: groups of as many tiles as there are lanes, t0 ⊕ (r at the pivot bits), go from
/// (row r, lane l) to (row l, lane r). It undoes itself.
/// </summary>
/// <param name="parities">The tile parities R_i that become lane bits; R_i contains pivot i and no other pivot.</param>
/// <param name="pivots">Pivot bit of each parity.</param>
/// <param name="tileBits">Bits of a tile index.</param>
internal sealed class WideTranspose(int[] parities, int[] pivots, int tileBits) : WideStep
{
    private readonly int[] _free = [.. Enumerable.Range(0, tileBits).Except(pivots)];

    /// <summary>Offset of every row of a group from its origin.</summary>
    public int[] RowOffsets { get; } =
        [.. Enumerable.Range(0, 1 << pivots.Length).Select(row => Enumerable.Range(0, pivots.Length).Sum(i => ((row >> i) & 1) << pivots[i]))];

    public int GroupCount => 1 << _free.Length;

    public override bool IsDifferentiable => false;

    /// <summary>Tile of row 0 of a group: all parities are 0 there.</summary>
    public int Origin(int group)
    {
        int tile = 0;
        for (int b = 0; b < _free.Length; b++)
        {
            tile |= ((group >> b) & 1) << _free[b];
        }

        return tile ^ Spread(Parities(tile));
    }

    /// <summary>Row index r written at the pivot bits.</summary>
    public int Spread(int row) => RowOffsets[row];

    /// <summary>All parities of a tile.</summary>
    public int Parities(int tile)
    {
        int result = 0;
        for (int i = 0; i < parities.Length; i++)
        {
            result |= (BitOperations.PopCount((uint)(parities[i] & tile)) & 1) << i;
        }

        return result;
    }
}

/// <summary>An angle as the lanes see it: negative where the lane's parity under the mask, or the constant, says so.</summary>
internal readonly record struct WideSlot(int Slot, int LaneMask, bool Negative)
{
    public int Sign(int lane) => (BitOperations.PopCount((uint)(LaneMask & lane)) & 1) == 1 != Negative ? -1 : 1;
}

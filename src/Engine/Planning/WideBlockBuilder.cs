using System.Numerics;
using static QDiff.Engine.Planning.WideOperation;

namespace QDiff.Engine.Planning;

/// <summary>
/// Turns the operations of one sweep into steps on the tile bits of a block. Operations are in terms of a place within the block:
/// lane bits low, tile bits high. A flip that would change the lane waits until a transpose has taken it out of the lanes.
/// </summary>
internal sealed class WideBlockBuilder(int laneBits, int tileBits, List<WideOperation> operations, IReadOnlyList<AngleSlot> sources, List<AngleSlot> angles, List<WideSlot> slots)
{
    // Operations are looked at and moved so many at a time, so that planning takes time in proportion to their number.
    private const int Window = 2048;

    private readonly int _laneMask = (1 << laneBits) - 1;
    private readonly List<WideStep> _steps = [];
    private readonly List<WideOperation> _left = [];

    // What all transposes so far do to masks of flips and of parities: the image of every bit.
    private int[] _flipImages = Bits(laneBits + tileBits);
    private int[] _parityImages = Bits(laneBits + tileBits);
    private int _next;

    public List<WideTranspose> Transposes { get; } = [];

    /// <summary>The steps, and after them transposes that make the lanes differ by the given places.</summary>
    /// <param name="lanes">Places as many as there are lane bits.</param>
    public WideStep[] Build(int[] lanes)
    {
        while (Refill())
        {
            var choice = Choose(withPhases: false);
            if (choice.Dense is null && choice.HeldFlips.Count == 0)
            {
                choice = Choose(withPhases: true);
            }

            if (choice.Dense is { } dense)
            {
                AddDense(dense);
            }
            else if (choice.Rotations.Count + choice.Phases.Count > 0)
            {
                AddRotations(choice.Rotations, choice.Phases);
            }
            else
            {
                Transpose(WideTranspose.Freeing([.. choice.HeldFlips.Concat(_left.SelectMany(o => o.Flips)).Select(flip => flip >> laneBits)], laneBits, tileBits));
            }

            _left.RemoveAll(o => ReferenceEquals(o, choice.Dense) || choice.Rotations.Contains(o) || choice.Phases.Contains(o));
        }

        BringToLanes(lanes);
        return [.. _steps];
    }

    /// <summary>Brings further operations into view; false when none is left.</summary>
    private bool Refill()
    {
        if (_left.Count < Window / 2)
        {
            while (_left.Count < Window && _next < operations.Count)
            {
                _left.Add(Turned(operations[_next++], _flipImages, _parityImages));
            }
        }

        return _left.Count > 0;
    }

    /// <summary>
    /// What one step can do now. Phases cost a pass as much as several rotations do, so they wait while a rotation that could go ahead of them
    /// is held up by the lanes only.
    /// </summary>
    private Choice Choose(bool withPhases)
    {
        var choice = new Choice();
        var postponed = new Postponed();
        var rows = new BitSpan();
        foreach (var operation in _left)
        {
            bool isReady = postponed.Allow(operation);
            if (isReady && operation.Flips.Any(flip => (flip & _laneMask) != 0))
            {
                choice.HeldFlips.AddRange(operation.Flips);
            }
            else if (isReady && operation.Dense is not null)
            {
                if (choice.Rotations.Count + choice.Phases.Count == 0)
                {
                    choice.Dense = operation;
                    return choice;
                }
            }
            else if (isReady && operation.IsRotation && choice.Takes(operation))
            {
                choice.Rotations.Add(operation);
                rows.TryAdd(operation.Parities[0] >> laneBits);
                continue;
            }
            else if (isReady && operation.IsPhase && withPhases && choice.TakesPhase(operation.Parities[0] >> laneBits, laneBits, rows))
            {
                choice.Phases.Add(operation);
                continue;
            }

            postponed.Add(operation);
            if (postponed.Rank == 2 * (laneBits + tileBits))
            {
                // Nothing commutes with everything.
                break;
            }
        }

        return choice;
    }

    private void AddDense(WideOperation dense)
    {
        int[] rows = Basis([.. dense.Parities.Select(p => p >> laneBits)], dense.Flips, []);
        int[] locals = [.. dense.Parities.Select(p => Array.IndexOf(rows, p >> laneBits))];
        _steps.Add(new WideDense(
            dense.Dense!, new PassGeometry(Map(rows), locals), [.. dense.Parities.Select(p => p & _laneMask)], dense.Negative, dense.Outer,
            _steps.Count(step => step is WideDense)));
    }

    private void AddRotations(List<WideOperation> rotations, List<WideOperation> phases)
    {
        int[] fixedRows = [.. rotations.Select(r => r.Parities[0] >> laneBits)];
        int[] wanted = [.. phases.Select(p => p.Parities[0] >> laneBits).Where(row => row != 0)];
        int[] rows = Basis(fixedRows, [.. rotations.Select(r => r.Flips[0])], wanted);
        var rotationSlots = Enumerable.Repeat(RotationStep.None, tileBits).ToArray();
        var phaseSlots = Enumerable.Repeat(RotationStep.None, tileBits).ToArray();
        var lanePhases = new List<int>();
        foreach (var rotation in rotations)
        {
            rotationSlots[Array.IndexOf(rows, rotation.Parities[0] >> laneBits)] = Slot(rotation);
        }

        foreach (var phase in phases)
        {
            int row = phase.Parities[0] >> laneBits;
            if (row == 0)
            {
                lanePhases.Add(Slot(phase));
            }
            else
            {
                phaseSlots[Array.IndexOf(rows, row)] = Slot(phase);
            }
        }

        _steps.Add(new WideRotation(new RotationStep(Map(rows), rotationSlots, phaseSlots, angles, lanePhases.Count > 0), [.. lanePhases], angles));
    }

    /// <summary>
    /// A basis of parities of the tile index: first those of given flips, then others, made such that they vanish on these flips. Each flip is
    /// then that of the bit of its parity.
    /// </summary>
    private int[] Basis(int[] parities, int[] flips, int[] wanted)
    {
        var rows = new List<int>(parities);
        var span = new BitSpan(parities);
        foreach (int candidate in wanted.Concat(Enumerable.Range(0, tileBits).Select(b => 1 << b)))
        {
            int row = candidate;
            if (rows.Contains(row))
            {
                continue;
            }

            for (int i = 0; i < flips.Length; i++)
            {
                row ^= Odd(candidate & (flips[i] >> laneBits)) ? parities[i] : 0;
            }

            if (span.TryAdd(row))
            {
                rows.Add(row);
            }
        }

        // By rising flips, so that bits which count neighbouring groups lie close together in storage.
        int[] all = IndexMap.Identity(tileBits).InBasis(rows.ToArray()).Flips;
        return [.. Enumerable.Range(0, tileBits).OrderBy(bit => all[bit]).Select(bit => rows[bit])];
    }

    private IndexMap Map(int[] rows) => IndexMap.Identity(tileBits).InBasis(rows);

    private int Slot(WideOperation operation)
    {
        angles.Add(sources[operation.Source]);
        slots.Add(new WideSlot(operation.Source, operation.Parities[0] & _laneMask, operation.Negative[0], operation.Outer[0]));
        return slots.Count - 1;
    }

    private void BringToLanes(int[] lanes)
    {
        int[] Moved(int from) => [.. lanes.Select(lane => Transposes.Skip(from).Aggregate(lane, (place, t) => t.Moved(place, laneBits)))];
        int[] places = Moved(0);
        if (places.All(place => place >> laneBits == 0))
        {
            return;
        }

        if (places.Any(place => (place & _laneMask) != 0))
        {
            Transpose(WideTranspose.Freeing([.. places.Select(place => place >> laneBits)], laneBits, tileBits));
            places = Moved(0);
        }

        Transpose(WideTranspose.Bringing([.. places.Select(place => place >> laneBits)], tileBits));
    }

    private void Transpose(WideTranspose transpose)
    {
        _steps.Add(transpose);
        Transposes.Add(transpose);
        int bits = laneBits + tileBits;
        int[] images = [.. Enumerable.Range(0, bits).Select(b => transpose.Moved(1 << b, laneBits))];

        // A transpose undoes itself, so the parity of a place is read off where the place came from, by the same map.
        int[] parities = [.. Enumerable.Range(0, bits).Select(mask => Enumerable.Range(0, bits).Sum(b => Odd((1 << mask) & images[b]) ? 1 << b : 0))];
        for (int i = 0; i < _left.Count; i++)
        {
            _left[i] = Turned(_left[i], images, parities);
        }

        _flipImages = [.. _flipImages.Select(place => Image(images, place))];
        _parityImages = [.. _parityImages.Select(mask => Image(parities, mask))];
    }

    private static WideOperation Turned(WideOperation operation, int[] flipImages, int[] parityImages)
    {
        int[] flips = operation.Flips.Length == 0 ? operation.Flips : new int[operation.Flips.Length], parities = new int[operation.Parities.Length];
        for (int i = 0; i < flips.Length; i++)
        {
            flips[i] = Image(flipImages, operation.Flips[i]);
        }

        for (int i = 0; i < parities.Length; i++)
        {
            parities[i] = Image(parityImages, operation.Parities[i]);
        }

        return operation with { Flips = flips, Parities = parities };
    }

    /// <summary>A linear map over GF(2), by the images of the single bits.</summary>
    private static int Image(int[] images, int mask)
    {
        int image = 0;
        for (; mask != 0; mask &= mask - 1)
        {
            image ^= images[BitOperations.TrailingZeroCount(mask)];
        }

        return image;
    }

    private static int[] Bits(int count) => [.. Enumerable.Range(0, count).Select(b => 1 << b)];

    private sealed class Choice
    {
        public List<WideOperation> Rotations { get; } = [];

        public List<WideOperation> Phases { get; } = [];

        public List<int> HeldFlips { get; } = [];

        public WideOperation? Dense { get; set; }

        /// <summary>Whether a rotation can share a step with the others: each one's flip changes its own parity only.</summary>
        public bool Takes(WideOperation rotation) =>
            Rotations.All(r => !Odd(r.Flips[0] & rotation.Parities[0]) && !Odd(rotation.Flips[0] & r.Parities[0]))
            && Phases.All(p => !Odd(rotation.Flips[0] & p.Parities[0]));

        /// <summary>Whether a phase can: it is a function of the lane, of the bit of a rotation, or of a bit of its own.</summary>
        public bool TakesPhase(int row, int laneBits, BitSpan rows)
        {
            if (row == 0)
            {
                return true;
            }

            return Rotations.Exists(r => r.Parities[0] >> laneBits == row)
                ? !Phases.Exists(p => p.Parities[0] >> laneBits == row)
                : Rotations.TrueForAll(r => !Odd((r.Flips[0] >> laneBits) & row)) && rows.TryAdd(row);
        }
    }
}

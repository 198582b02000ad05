using System.Numerics;
using QDiff.Engine.Programs;

namespace QDiff.Engine.Density;

/// <summary>
/// Orders operations into passes. A pass takes four qubits (five of large registers) at most and, going through the operations in order, every one that needs only
/// these and that no earlier one left behind stands in the way of. Two qubits at a time lie in the lanes (16 = 4² coefficients),
/// where nothing can act on them: a pass that needs one exchanges both with the two qubits that are needed again last.
/// </summary>
internal sealed class PassFormation
{
    /// <summary>Rows of the largest block.</summary>
    public const int BlockRows = 1 << (2 * LargeBlockQubits);

    // 4^4 rows of 16 floats are 16 KB and stay in the first cache. States that leave the second cache gain by fewer passes with larger blocks.
    private const int BlockQubits = 4;
    private const int LargeBlockQubits = 5;
    private const int LargeBlocksFrom = 10;

    // A backward run keeps a copy of the block for each map: in the first cache, or in a device's memory.
    private const int MaximumOperations = 32;
    private const int MaximumBlockOperations = 256;

    private const int NoPosition = -1;

    private readonly IReadOnlyList<DensityOperation> _operations;
    private readonly bool[] _taken;
    private readonly int _qubits;
    private readonly int _positions;
    private readonly int _capacity;
    private readonly int _reserved;
    private readonly bool _isPadded;
    private readonly Dictionary<int, int[]> _bases = [];

    // Where each qubit lies: the digit of the row number, or −1 in the lanes.
    private readonly int[] _position;
    private readonly int[] _lanes;
    private readonly List<DensityPass> _passes = [];
    private int _first;

    /// <param name="qubits">Qubits of the register.</param>
    /// <param name="operations">The operations in the order of the program.</param>
    /// <param name="lanes">Qubits that lie in the lanes.</param>
    /// <param name="capacity">Most qubits of a block.</param>
    /// <param name="reserved">Qubits that every block has, as a mask.</param>
    /// <param name="isPadded">Whether rows lie as <see cref="DensityPlan.RowPlace"/> says, or side by side.</param>
    private PassFormation(int qubits, IReadOnlyList<DensityOperation> operations, int lanes, int capacity, int reserved, bool isPadded)
    {
        _operations = operations;
        _taken = new bool[operations.Count];
        _qubits = qubits;
        _lanes = [.. Enumerable.Range(0, lanes)];
        _positions = qubits - lanes;
        _capacity = Math.Min(capacity, _positions);
        _reserved = reserved;
        _isPadded = isPadded;
        _position = [.. Enumerable.Range(0, qubits).Select(q => q < lanes ? NoPosition : q - lanes)];
    }

    private int LaneMask => _lanes.Aggregate(0, (mask, qubit) => mask | 1 << qubit);

    public static DensityPlan Form(QuantumProgram program, List<DensityOperation> operations)
    {
        int qubits = program.QubitCount;
        var formation = new PassFormation(
            qubits, operations, DensityPlan.AreLanesQubits(qubits) ? 2 : 0, qubits >= LargeBlocksFrom ? LargeBlockQubits : BlockQubits, 0, isPadded: true);
        formation.Run();
        NumericOperation[] numeric = [.. formation._passes.SelectMany(p => p.Steps).OfType<NumericStep>().Select(step => step.Operation)];
        return new DensityPlan(program, [.. formation._passes], [.. operations], numeric, formation.Strides());
    }

    /// <summary>
    /// The passes of a backend whose rows are single coefficients, all in the order of their indices: no lanes, no empty rows. A register that fits a block is one pass.
    /// </summary>
    /// <param name="plan">The plan, whose operations keep their places in the run's tables.</param>
    /// <param name="capacity">Most qubits of a block, at least 3 more than are reserved.</param>
    /// <param name="reserved">So many of the lowest qubits are in every block of a larger register, so that 4^reserved neighbours are loaded together.</param>
    public static DensityPass[] Blocks(DensityPlan plan, int capacity, int reserved)
    {
        int always = plan.QubitCount > capacity ? (1 << reserved) - 1 : (1 << plan.QubitCount) - 1;
        var formation = new PassFormation(plan.QubitCount, plan.Sequence, 0, capacity, always, isPadded: false);
        formation.Run();
        return [.. formation._passes];
    }

    private void Run()
    {
        while (Next())
        {
        }
    }

    private bool Next()
    {
        while (_first < _taken.Length && _taken[_first])
        {
            _first++;
        }

        if (_first == _taken.Length)
        {
            return false;
        }

        if (_operations[_first] is ShrinkOperation shrink)
        {
            _taken[_first] = true;
            Add(shrink);
            return true;
        }

        int set = _reserved, blocked = 0, all = (1 << _qubits) - 1;
        var chosen = new List<DensityOperation>();
        for (int i = _first; i < _operations.Count && blocked != all && chosen.Count < (_isPadded ? MaximumOperations : MaximumBlockOperations); i++)
        {
            if (_taken[i])
            {
                continue;
            }

            int mask = _operations[i].Mask, wanted = set | mask;
            wanted |= (wanted & LaneMask) != 0 ? LaneMask : 0;
            if ((mask & blocked) == 0 && _operations[i] is not ShrinkOperation && Fits(wanted))
            {
                set = wanted;
                chosen.Add(_operations[i]);
                _taken[i] = true;
            }
            else
            {
                blocked |= mask;
            }
        }

        if (chosen.Count == 0)
        {
            // One lane qubit with two others, and no room for the second lane qubit: those two go to the lanes, the rest follows.
            Add(LaneMask, [], [.. Members(_operations[_first].Mask & ~LaneMask).Take(2)]);
            return true;
        }

        Add(set, chosen, (set & LaneMask) != 0 ? Latest(set) : []);
        return true;
    }

    /// <summary>Whether a block can hold these qubits; if the lane qubits are among them, two others must be free to take their place.</summary>
    private bool Fits(int set)
    {
        int count = BitOperations.PopCount((uint)set);
        return count <= _capacity && ((set & LaneMask) == 0 || _qubits - count >= 2);
    }

    /// <summary>The two qubits outside the set that are needed again last.</summary>
    private int[] Latest(int set)
    {
        var order = new List<int>();
        int seen = set;
        for (int i = _first; i < _operations.Count && seen != (1 << _qubits) - 1; i++)
        {
            if (!_taken[i])
            {
                order.AddRange(Members(_operations[i].Mask & ~seen));
                seen |= _operations[i].Mask;
            }
        }

        order.AddRange(Members(((1 << _qubits) - 1) & ~seen));
        return [order[^1], order[^2]];
    }

    private void Add(int set, List<DensityOperation> chosen, int[] toLanes)
    {
        var places = new int[_qubits];
        var positions = new List<int>();
        if (toLanes.Length > 0)
        {
            for (int i = 0; i < toLanes.Length; i++)
            {
                positions.Add(_position[toLanes[i]]);
                places[_lanes[i]] = i;
                (_position[_lanes[i]], _position[toLanes[i]]) = (_position[toLanes[i]], NoPosition);
                set &= ~(1 << _lanes[i]);
                _lanes[i] = toLanes[i];
            }
        }

        foreach (int qubit in Members(set))
        {
            places[qubit] = positions.Count;
            positions.Add(_position[qubit]);
        }

        (DensityStep[] steps, SignedPermutation? final) = Steps(chosen, places, positions.Count);
        _passes.Add(new DensityPass
        {
            Offsets = Placed(Spread(positions)),
            Bases = Bases(positions),
            Exchanges = toLanes.Length > 0,
            Steps = steps,
            Final = final,
        });
    }

    private void Add(ShrinkOperation shrink)
    {
        int rowMask = 0, laneMask = 0;
        foreach (int qubit in shrink.Qubits)
        {
            rowMask |= _position[qubit] == NoPosition ? 0 : 3 << (2 * _position[qubit]);
            laneMask |= _position[qubit] == NoPosition ? 3 << (2 * Array.IndexOf(_lanes, qubit)) : 0;
        }

        List<int> positions = [.. Enumerable.Range(0, _capacity)];
        int[] offsets = Spread(positions), bases = Spread([.. Enumerable.Range(_capacity, _positions - _capacity)]);
        _passes.Add(new DensityPass
        {
            Offsets = Placed(offsets),
            Bases = Bases(positions),
            Exchanges = false,
            Steps = [],
            Final = null,
            Shrinking = new Shrinking(
                shrink.Factor, rowMask, Hits(offsets, rowMask), Hits(bases, rowMask), Hits([.. Enumerable.Range(0, DensityPlan.RowLength)], laneMask)),
        });

        static bool[] Hits(int[] numbers, int mask) => [.. numbers.Select(number => (number & mask) != 0)];
    }

    /// <summary>
    /// Maps and moves in turns: first all maps that no move stands in the way of, then all moves that no map does, as one; and so on.
    /// A move at the end is done on the way out.
    /// </summary>
    private static (DensityStep[] Steps, SignedPermutation? Final) Steps(List<DensityOperation> chosen, int[] places, int digits)
    {
        var steps = new List<DensityStep>();
        while (chosen.Count > 0)
        {
            foreach (DensityOperation operation in TakeFree(chosen, o => o is NumericOperation))
            {
                int[] own = [.. operation.Qubits.Select(q => places[q])];
                int[] others = [.. Enumerable.Range(0, digits).Except(own)];
                steps.Add(new NumericStep((NumericOperation)operation, own, Spread(own), own.Length == 1 ? [] : Spread(others)));
            }

            SignedPermutation? move = null;
            foreach (DensityOperation operation in TakeFree(chosen, o => o is MoveOperation))
            {
                SignedPermutation next = ((MoveOperation)operation).Move.Spread([.. operation.Qubits.Select(q => places[q])], digits);
                move = move?.Then(next) ?? next;
            }

            if (move is not null)
            {
                steps.Add(new MoveStep(move));
            }
        }

        if (steps is [.., MoveStep { Move: var final }])
        {
            steps.RemoveAt(steps.Count - 1);
            return ([.. steps], final);
        }

        return ([.. steps], null);
    }

    private static List<DensityOperation> TakeFree(List<DensityOperation> chosen, Func<DensityOperation, bool> wanted)
    {
        var taken = new List<DensityOperation>();
        int blocked = 0;
        for (int i = 0; i < chosen.Count;)
        {
            if (wanted(chosen[i]) && (chosen[i].Mask & blocked) == 0)
            {
                taken.Add(chosen[i]);
                chosen.RemoveAt(i);
            }
            else
            {
                blocked |= chosen[i++].Mask;
            }
        }

        return taken;
    }

    private int[] Bases(List<int> positions)
    {
        int mask = positions.Aggregate(0, (m, p) => m | 1 << p);
        if (!_bases.TryGetValue(mask, out int[]? bases))
        {
            _bases[mask] = bases = Placed(Spread([.. Enumerable.Range(0, _positions).Where(p => ((mask >> p) & 1) == 0)]));
        }

        return bases;
    }

    private int[] Placed(int[] rows) => _isPadded ? [.. rows.Select(row => (int)DensityPlan.RowPlace(row))] : rows;

    /// <summary>For each number of as many base-4 digits as there are places, the number with those digits at the places.</summary>
    private static int[] Spread(IReadOnlyList<int> places)
    {
        var spread = new int[1 << (2 * places.Count)];
        for (int i = 0; i < spread.Length; i++)
        {
            for (int b = 0; b < places.Count; b++)
            {
                spread[i] |= ((i >> (2 * b)) & 3) << (2 * places[b]);
            }
        }

        return spread;
    }

    private long[] Strides() =>
        [.. Enumerable.Range(0, _qubits).Select(q => _position[q] == NoPosition ? 1L << (2 * Array.IndexOf(_lanes, q)) : DensityPlan.RowStride(_position[q]))];

    private static IEnumerable<int> Members(int mask)
    {
        for (; mask != 0; mask &= mask - 1)
        {
            yield return BitOperations.TrailingZeroCount(mask);
        }
    }
}

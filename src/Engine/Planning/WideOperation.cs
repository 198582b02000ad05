using System.Numerics;

namespace QDiff.Engine.Planning;

/// <summary>
/// One rotation, phase or dense gate by what it does to the index of an amplitude: which masks it flips, and of which parities it is a function.
/// </summary>
/// <param name="Source">The plan's slot; that of no angle for a dense gate.</param>
/// <param name="Dense">The dense gate; null for a rotation or a phase.</param>
/// <param name="Step">Number of the plan's step.</param>
/// <param name="Flips">One mask for a rotation, one for each qubit of a dense gate, none for a phase.</param>
/// <param name="Parities">One mask for a rotation or a phase, one for each qubit of a dense gate.</param>
/// <param name="Negative">For each parity, whether the qubit is 1 where the parity is even.</param>
/// <param name="Outer">For each parity, the part of its mask that is the same throughout a block: tile bits of the block's origin.</param>
internal sealed record WideOperation(int Source, DenseStep? Dense, int Step, int[] Flips, int[] Parities, bool[] Negative, int[] Outer)
{
    public bool IsRotation => Dense is null && Flips.Length == 1;

    public bool IsPhase => Flips.Length == 0;

    /// <summary>
    /// Flips in the high, parities in the low half. A rotation has the generator Y ~ X(flip) Z(parity); of a dense gate nothing is known
    /// but the qubits that it acts on.
    /// </summary>
    public IEnumerable<ulong> Generators => Dense is null
        ? [Generator(IsRotation ? Flips[0] : 0, Parities[0])]
        : Flips.Select(flip => Generator(flip, 0)).Concat(Parities.Select(parity => Generator(0, parity)));

    /// <summary>All operations of a plan in order, in terms of physical indices.</summary>
    public static List<WideOperation> Of(Plan plan)
    {
        var operations = new List<WideOperation>();
        for (int s = 0; s < plan.Steps.Length; s++)
        {
            var map = plan.Steps[s].Map;
            var frame = new WideFrame(0, map.Flips, map.Offset);
            if (plan.Steps[s] is DenseStep dense)
            {
                operations.Add(Make(frame, RotationStep.None, dense, s, [.. dense.Operation.Qubits], true));
                continue;
            }

            var step = (RotationStep)plan.Steps[s];
            for (int kind = 0; kind < 2; kind++)
            {
                int[] slots = kind == 0 ? step.Rotations : step.Phases;
                for (int q = 0; q < slots.Length; q++)
                {
                    if (slots[q] != RotationStep.None)
                    {
                        operations.Add(Make(frame, slots[q], null, s, [q], kind == 0));
                    }
                }
            }
        }

        return operations;
    }

    public static bool Odd(int mask) => (BitOperations.PopCount((uint)mask) & 1) != 0;

    private static WideOperation Make(WideFrame frame, int slot, DenseStep? dense, int step, int[] qubits, bool flips) => new(
        slot, dense, step, flips ? [.. qubits.Select(frame.TileFlips)] : [], [.. qubits.Select(frame.TileParity)], [.. qubits.Select(frame.IsNegative)],
        new int[qubits.Length]);

    private static ulong Generator(int flip, int parity) => ((ulong)flip << 32) | (uint)parity;
}

/// <summary>The operations that were passed over so far: a later one may go ahead only if it commutes with them all.</summary>
internal sealed class Postponed
{
    private readonly List<ulong> _rows = [];

    /// <summary>Number of independent generators; at twice the number of bits, nothing commutes with them all.</summary>
    public int Rank => _rows.Count;

    public void Add(WideOperation operation)
    {
        foreach (ulong generator in operation.Generators)
        {
            ulong rest = generator;
            foreach (ulong row in _rows)
            {
                rest = Math.Min(rest, rest ^ row);
            }

            if (rest != 0)
            {
                _rows.Add(rest);
            }
        }
    }

    /// <summary>Two products of X and Z commute when their flips meet the other's parities an even number of times in all; that is linear in each.</summary>
    public bool Allow(WideOperation operation)
    {
        foreach (ulong generator in operation.Generators)
        {
            ulong turned = (generator << 32) | (generator >> 32);
            foreach (ulong row in _rows)
            {
                if ((BitOperations.PopCount(turned & row) & 1) != 0)
                {
                    return false;
                }
            }
        }

        return true;
    }
}

using QDiff.Engine.Planning;
using QDiff.Kernels.StateVectors;
using static QDiff.Engine.Planning.WideOperation;

namespace QDiff.Kernels.Programs;

/// <summary>
/// Orders the operations on a block into passes of three local bits: as many rotations of different bits as can go ahead now, each with the phase that
/// follows it; where fewer than three can, phases of further bits. Operations that do not commute keep their order.
/// </summary>
/// <param name="bits">Index bits of a block, at least three.</param>
/// <param name="operations">In order, in terms of indices within the block.</param>
internal sealed class PassBuilder(int bits, IEnumerable<WideOperation> operations)
{
    // Operations are looked at so many at a time, so that planning takes time in proportion to their number.
    private const int Window = 512;

    private readonly List<WideOperation> _left = [.. operations];
    private readonly List<RegisterPass> _passes = [];

    /// <summary>The passes.</summary>
    public List<RegisterPass> Build()
    {
        while (_left.Count > 0)
        {
            var choice = Choose([], settled: false);
            if (choice.Dense is null && choice.Rotations.Count < RegisterPass.LocalBits)
            {
                choice = Choose(choice.Rotations, settled: true);
            }

            if (choice.Dense is { } dense)
            {
                _passes.Add(MakeDense(dense));
            }
            else if (choice.Rotations.Count + choice.Lone.Count > 0)
            {
                _passes.Add(MakeRotation(choice));
            }

            _passes.AddRange(choice.Whole.Select(phase => new RegisterPass
            {
                Kind = PassCode.BlockPhase,
                Outer = [phase.Outer[0], 0, 0],
                Negative = phase.Negative[0],
                Phases = [phase.Source, RotationStep.None, RotationStep.None],
            }));
            _left.RemoveAll(choice.Contains);
        }

        return _passes;
    }

    /// <summary>What one pass can do now: rotations, or the given ones and phases beside them.</summary>
    private Choice Choose(List<WideOperation> chosen, bool settled)
    {
        var choice = new Choice(chosen, settled);
        var postponed = new Postponed();
        foreach (var operation in _left.Take(Window))
        {
            if (settled && chosen.Exists(o => ReferenceEquals(o, operation)))
            {
                continue;
            }

            if (postponed.Allow(operation))
            {
                if (operation.Dense is not null && choice.IsEmpty)
                {
                    choice.Dense = operation;
                    return choice;
                }

                if (operation.Dense is null && (operation.IsRotation ? choice.TryRotate(operation) : choice.TryPhase(operation)))
                {
                    continue;
                }
            }

            postponed.Add(operation);
            if (postponed.Rank == 2 * bits)
            {
                // Nothing commutes with everything.
                break;
            }
        }

        return choice;
    }

    private RegisterPass MakeRotation(Choice choice)
    {
        List<WideOperation> locals = [.. choice.Rotations, .. choice.Lone];
        int[] rotations = [RotationStep.None, RotationStep.None, RotationStep.None];
        int[] phases = [RotationStep.None, RotationStep.None, RotationStep.None];
        for (int i = 0; i < locals.Count; i++)
        {
            if (locals[i].IsRotation)
            {
                rotations[i] = locals[i].Source;
                phases[i] = choice.Attached.TryGetValue(locals[i], out var phase) ? phase.Source : RotationStep.None;
            }
            else
            {
                phases[i] = locals[i].Source;
            }
        }

        return Make(
            PassCode.Rotation, [.. locals.Select(o => o.Parities[0])], [.. choice.Rotations.Select(o => o.Flips[0])],
            [.. locals.Select(o => o.Negative[0])], [.. locals.Select(o => o.Outer[0])], rotations, phases, null);
    }

    private RegisterPass MakeDense(WideOperation dense) => Make(
        PassCode.Dense, dense.Parities, dense.Flips, dense.Negative, dense.Outer, [RotationStep.None, RotationStep.None, RotationStep.None],
        [RotationStep.None, RotationStep.None, RotationStep.None], dense.Dense);

    /// <param name="kind">Kind of the pass.</param>
    /// <param name="parities">Of which parities of the index the first local bits are functions.</param>
    /// <param name="flips">The flips that belong to the first of them.</param>
    /// <param name="negative">Whether each bit is 1 where its parity is even.</param>
    /// <param name="outer">Masks of the block's origin.</param>
    /// <param name="rotations">Slots.</param>
    /// <param name="phases">Slots.</param>
    /// <param name="dense">The dense gate.</param>
    private RegisterPass Make(
        int kind, int[] parities, int[] flips, bool[] negative, int[] outer, int[] rotations, int[] phases, DenseStep? dense)
    {
        // Further parities are made to vanish on the given flips, which are then the flips of their own bits.
        var rows = new List<int>(parities);
        var span = new BitSpan(parities);
        for (int b = 0; b < bits && rows.Count < bits; b++)
        {
            int row = 1 << b;
            for (int i = 0; i < flips.Length; i++)
            {
                row ^= Odd((1 << b) & flips[i]) ? parities[i] : 0;
            }

            if (span.TryAdd(row))
            {
                rows.Add(row);
            }
        }

        int[] all = IndexMap.Identity(bits).InBasis(rows.ToArray()).Flips;
        int start = 0;
        for (int i = 0; i < negative.Length; i++)
        {
            start ^= negative[i] ? all[i] : 0;
        }

        return new RegisterPass
        {
            Kind = kind,
            Flips = all[..RegisterPass.LocalBits],
            Directions = all[RegisterPass.LocalBits..],
            Start = start,
            Outer = [.. outer, .. new int[RegisterPass.LocalBits - outer.Length]],
            Rotations = rotations,
            Phases = phases,
            Dense = dense,
        };
    }

    private sealed class Choice(List<WideOperation> given, bool settled)
    {
        private readonly BitSpan _rows = new(given.Select(o => o.Parities[0]));

        public List<WideOperation> Rotations { get; } = [.. given];

        /// <summary>Phases on the bits of the rotations.</summary>
        public Dictionary<WideOperation, WideOperation> Attached { get; } = new(ReferenceEqualityComparer.Instance);

        /// <summary>Phases on further bits.</summary>
        public List<WideOperation> Lone { get; } = [];

        /// <summary>Phases of whole blocks.</summary>
        public List<WideOperation> Whole { get; } = [];

        public WideOperation? Dense { get; set; }

        public bool IsEmpty => Rotations.Count + Lone.Count + Whole.Count == 0;

        public bool Contains(WideOperation operation) =>
            ReferenceEquals(operation, Dense) || Has(Rotations, operation) || Has(Lone, operation) || Has(Whole, operation)
            || Attached.Values.Any(phase => ReferenceEquals(phase, operation));

        /// <summary>Each rotation's flip changes its own parity only.</summary>
        public bool TryRotate(WideOperation rotation)
        {
            bool fits = !settled && Rotations.Count < RegisterPass.LocalBits
                && Rotations.TrueForAll(r => !Odd(r.Flips[0] & rotation.Parities[0]) && !Odd(rotation.Flips[0] & r.Parities[0]));
            if (fits)
            {
                Rotations.Add(rotation);
            }

            return fits;
        }

        /// <summary>A phase of the whole block, of a rotated bit, or, once the rotations are settled, of a bit of its own.</summary>
        public bool TryPhase(WideOperation phase)
        {
            int parity = phase.Parities[0];
            if (parity == 0)
            {
                Whole.Add(phase);
                return true;
            }

            if (Rotations.Find(r => r.Parities[0] == parity) is { } rotation)
            {
                return rotation.Negative[0] == phase.Negative[0] && rotation.Outer[0] == phase.Outer[0] && Attached.TryAdd(rotation, phase);
            }

            if (!settled || Rotations.Count + Lone.Count == RegisterPass.LocalBits
                || Rotations.Exists(r => Odd(r.Flips[0] & parity)) || !_rows.TryAdd(parity))
            {
                return false;
            }

            Lone.Add(phase);
            return true;
        }

        private static bool Has(List<WideOperation> list, WideOperation operation) => list.Exists(o => ReferenceEquals(o, operation));
    }
}

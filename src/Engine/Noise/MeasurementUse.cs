using QDiff.Engine.Programs;

namespace QDiff.Engine.Noise;

/// <summary>What becomes of the measurements of a program: which answers are final, and which qubits are used again.</summary>
internal sealed class MeasurementUse
{
    private readonly HashSet<MeasureInstruction> _final = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<MeasureInstruction> _usedAgain = new(ReferenceEqualityComparer.Instance);
    private readonly MeasureInstruction[] _all;

    public MeasurementUse(QuantumProgram program)
    {
        Instruction[] flat = [.. Flatten(program.Instructions)];
        HashSet<int> tested = [.. flat.OfType<IfInstruction>().SelectMany(block => block.Condition.Bits)];
        _all = [.. flat.OfType<MeasureInstruction>()];
        ILookup<int, MeasureInstruction> writes = _all.ToLookup(measure => measure.Bit);
        Final =
        [
            .. program.Instructions.OfType<MeasureInstruction>()
                .Where(measure => writes[measure.Bit].Count() == 1 && !tested.Contains(measure.Bit)),
        ];
        _final.UnionWith(Final);

        // Backwards: the qubits that are used later than here, without a reset that happens for certain.
        var used = new HashSet<int>();
        HashSet<Instruction> certain = new(program.Instructions, ReferenceEqualityComparer.Instance);
        foreach (Instruction instruction in flat.Reverse())
        {
            switch (instruction)
            {
                case GateInstruction gate: used.UnionWith(gate.Operation.Qubits); break;
                case ChannelInstruction channel: used.UnionWith(channel.Qubits); break;
                case ResetInstruction reset when certain.Contains(reset): used.Remove(reset.Qubit); break;
                case MeasureInstruction measure:
                    if (!used.Add(measure.Qubit))
                    {
                        _usedAgain.Add(measure);
                    }

                    break;
            }
        }
    }

    /// <summary>The measurements whose answers nothing in the program depends on or overwrites, in order.</summary>
    public IReadOnlyList<MeasureInstruction> Final { get; }

    /// <summary>The other measurements.</summary>
    public IEnumerable<MeasureInstruction> Within => _all.Where(measure => !IsFinal(measure));

    public bool IsFinal(MeasureInstruction measure) => _final.Contains(measure);

    /// <summary>Whether a gate, channel or measurement may follow on the qubit without a reset between.</summary>
    public bool IsUsedAgain(MeasureInstruction measure) => _usedAgain.Contains(measure);

    private static IEnumerable<Instruction> Flatten(IEnumerable<Instruction> instructions)
    {
        foreach (Instruction instruction in instructions)
        {
            yield return instruction;
            if (instruction is IfInstruction block)
            {
                foreach (Instruction inner in Flatten(block.Then.Concat(block.Else)))
                {
                    yield return inner;
                }
            }
        }
    }
}

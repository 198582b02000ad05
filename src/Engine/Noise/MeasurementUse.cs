using QDiff.Engine.Programs;

namespace QDiff.Engine.Noise;

/// <summary>What becomes of the measurements of a program: which answers are final, and which qubits are used again.</summary>
internal sealed class MeasurementUse
{
    private readonly HashSet<MeasureInstruction> _final = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<MeasureInstruction> _usedAgain = new(ReferenceEqualityComparer.Instance);
    private readonly MeasureInstruction[] _all;

    /// <param name="program">The program.</param>
    /// <param name="readsQubits">Whether the qubits are read after the program, so that answers matter to conditions alone.</param>
    public MeasurementUse(QuantumProgram program, bool readsQubits = false)
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
        _final.UnionWith(readsQubits ? _all.Where(measure => !tested.Contains(measure.Bit)) : Final);

        // Backwards: the qubits that are used later than here, without a reset that happens for certain.
        HashSet<int> used = readsQubits ? [.. Enumerable.Range(0, program.QubitCount)] : [];
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

    /// <summary>The measurements that are misread within the program.</summary>
    public IEnumerable<MeasureInstruction> Within => _all.Where(measure => !IsFinal(measure));

    /// <summary>Whether nothing in the program depends on what is read.</summary>
    public bool IsFinal(MeasureInstruction measure) => _final.Contains(measure);

    /// <summary>Whether a gate, channel or measurement, or the reading of the qubits, may follow on the qubit without a reset between.</summary>
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

using QDiff.Engine.Programs;

namespace QDiff.Engine.Planning;

/// <summary>Measurements that can wait until the end: nothing touches the qubit afterwards, reads the bit or writes it.</summary>
internal static class DeferredMeasurements
{
    /// <summary>Indices of those instructions of a program, all outside conditional blocks.</summary>
    public static HashSet<int> Of(QuantumProgram program)
    {
        var deferred = new HashSet<int>();
        var busyQubits = new HashSet<int>();
        var busyBits = new HashSet<int>();
        for (int i = program.Instructions.Length - 1; i >= 0; i--)
        {
            var instruction = program.Instructions[i];
            if (instruction is MeasureInstruction measure && !busyQubits.Contains(measure.Qubit) && !busyBits.Contains(measure.Bit))
            {
                deferred.Add(i);
            }

            Touch(instruction, busyQubits, busyBits);
        }

        return deferred;
    }

    private static void Touch(Instruction instruction, HashSet<int> qubits, HashSet<int> bits)
    {
        switch (instruction)
        {
            case GateInstruction gate:
                qubits.UnionWith(gate.Operation.Qubits);
                break;
            case ChannelInstruction channel:
                qubits.UnionWith(channel.Qubits);
                break;
            case MeasureInstruction measure:
                qubits.Add(measure.Qubit);
                bits.Add(measure.Bit);
                break;
            case ResetInstruction reset:
                qubits.Add(reset.Qubit);
                break;
            case IfInstruction block:
                bits.UnionWith(block.Condition.Bits);
                foreach (Instruction inner in block.Then.Concat(block.Else))
                {
                    Touch(inner, qubits, bits);
                }

                break;
        }
    }
}

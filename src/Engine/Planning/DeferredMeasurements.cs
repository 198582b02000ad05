using System.Collections.Immutable;
using QDiff.Engine.Circuits;
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

    /// <summary>
    /// For a program that is one circuit on |0…0⟩ and then measurements: the circuit, and where each classical bit comes from. Null for any other.
    /// </summary>
    public static (Circuit Circuit, (int Qubit, int Bit)[] Measured)? OfPureProgram(QuantumProgram program)
    {
        var deferred = Of(program);
        var operations = ImmutableArray.CreateBuilder<Operation>();
        var measured = new List<(int, int)>();
        var touched = new HashSet<int>();
        for (int i = 0; i < program.Instructions.Length; i++)
        {
            switch (program.Instructions[i])
            {
                case GateInstruction gate:
                    operations.Add(gate.Operation);
                    touched.UnionWith(gate.Operation.Qubits);
                    break;
                case MeasureInstruction measure when deferred.Contains(i):
                    measured.Add((measure.Qubit, measure.Bit));
                    break;
                case BarrierInstruction:
                case ResetInstruction reset when !touched.Contains(reset.Qubit):
                    break;
                default:
                    return null;
            }
        }

        return (new Circuit(program.QubitCount, operations.ToImmutable(), program.TrainableCount, program.InputCount), [.. measured]);
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

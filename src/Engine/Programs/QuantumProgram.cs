using System.Collections.Immutable;
using QDiff.Engine.Circuits;

namespace QDiff.Engine.Programs;

/// <summary>
/// An immutable list of gates, channels, measurements, resets and conditional blocks on qubits and classical bits. Qubit 0 is the
/// least significant bit of the amplitude index, classical bit 0 that of an outcome. All bits start as 0. Made by
/// <see cref="ProgramBuilder"/>, which has checked every index and value.
/// </summary>
public sealed class QuantumProgram
{
    internal QuantumProgram(
        int qubitCount, int bitCount, ImmutableArray<Register> qubitRegisters, ImmutableArray<Register> bitRegisters,
        ImmutableArray<Instruction> instructions, int trainableCount, int inputCount)
    {
        QubitCount = qubitCount;
        BitCount = bitCount;
        QubitRegisters = qubitRegisters;
        BitRegisters = bitRegisters;
        Instructions = instructions;
        TrainableCount = trainableCount;
        InputCount = inputCount;
    }

    /// <summary>Number of qubits, 1-30.</summary>
    public int QubitCount { get; }

    /// <summary>Number of classical bits, 0 or more.</summary>
    public int BitCount { get; }

    /// <summary>Names of the qubits, in order; together they cover all of them.</summary>
    public ImmutableArray<Register> QubitRegisters { get; }

    /// <summary>Names of the classical bits, in order; together they cover all of them.</summary>
    public ImmutableArray<Register> BitRegisters { get; }

    /// <summary>The instructions in the order of execution.</summary>
    public ImmutableArray<Instruction> Instructions { get; }

    /// <summary>Length of the shared parameter vector.</summary>
    public int TrainableCount { get; }

    /// <summary>Length of each sample's input row.</summary>
    public int InputCount { get; }

    /// <summary>A program of a circuit's gates.</summary>
    public static QuantumProgram From(Circuit circuit) => new ProgramBuilder(circuit.QubitCount, 0).Append(circuit).Build();

    /// <summary>
    /// The gates of a program that has nothing but gates and barriers; null for any other program.
    /// </summary>
    public Circuit? ToCircuit()
    {
        var operations = ImmutableArray.CreateBuilder<Operation>();
        foreach (Instruction instruction in Instructions)
        {
            switch (instruction)
            {
                case GateInstruction gate: operations.Add(gate.Operation); break;
                case BarrierInstruction: break;
                default: return null;
            }
        }

        return new Circuit(QubitCount, operations.ToImmutable(), TrainableCount, InputCount);
    }
}

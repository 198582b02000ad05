using System.Collections.Immutable;
using QDiff.Engine.Circuits;
using QDiff.Engine.Planning;

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

    /// <summary>The gates of a program that is one circuit on |0…0⟩ and then measurements; null for any other program.</summary>
    public Circuit? ToCircuitBeforeMeasurements() => DeferredMeasurements.OfPureProgram(this)?.Circuit;

    /// <summary>
    /// All measurements of a program in which nothing touches a measured qubit afterwards, reads its bit or writes it again; null for any other
    /// program, empty for one that measures nothing.
    /// </summary>
    public ImmutableArray<MeasureInstruction>? FinalMeasurements()
    {
        HashSet<int> deferred = DeferredMeasurements.Of(this);
        return CountMeasurements(Instructions) == deferred.Count ? [.. deferred.Order().Select(i => (MeasureInstruction)Instructions[i])] : null;
    }

    /// <summary>The same program with all qubits measured at its end, into a further register of classical bits.</summary>
    /// <param name="register">The register's name.</param>
    public QuantumProgram MeasureAll(string register = "meas") => new(
        QubitCount, BitCount + QubitCount, QubitRegisters, BitRegisters.Add(new Register(register, BitCount, QubitCount)),
        Instructions.AddRange(Enumerable.Range(0, QubitCount).Select(q => new MeasureInstruction(q, BitCount + q))), TrainableCount, InputCount);

    private static int CountMeasurements(ImmutableArray<Instruction> instructions) => instructions.Sum(instruction => instruction switch
    {
        MeasureInstruction => 1,
        IfInstruction block => CountMeasurements(block.Then) + CountMeasurements(block.Else),
        _ => 0,
    });
}

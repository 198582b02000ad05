using System.Collections.Immutable;
using QDiff.Engine.Circuits;
using QDiff.Engine.Gates;
using QDiff.Engine.Noise;

namespace QDiff.Engine.Programs;

/// <summary>Builds a <see cref="QuantumProgram"/> step by step. Every call checks qubits, bits and values and returns the builder itself.</summary>
public sealed class ProgramBuilder
{
    private readonly ImmutableArray<Instruction>.Builder _instructions;
    private readonly ImmutableArray<Register> _qubitRegisters;
    private readonly ImmutableArray<Register> _bitRegisters;
    private int _trainables;
    private int _inputs;

    /// <summary>Starts an empty program with one register <c>q</c> of qubits and one register <c>c</c> of bits.</summary>
    /// <param name="qubits">Number of qubits, 1-30.</param>
    /// <param name="bits">Number of classical bits, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public ProgramBuilder(int qubits, int bits)
        : this([new Register("q", 0, qubits)], bits == 0 ? [] : [new Register("c", 0, bits)])
    {
    }

    /// <summary>Starts an empty program on named registers, numbered one after the other.</summary>
    /// <param name="qubitRegisters">Names and sizes of the qubits; 1-30 qubits in all.</param>
    /// <param name="bitRegisters">Names and sizes of the classical bits.</param>
    /// <exception cref="ArgumentException">A register is empty, does not start where the one before ends, or there are too many qubits.</exception>
    public ProgramBuilder(ImmutableArray<Register> qubitRegisters, ImmutableArray<Register> bitRegisters)
    {
        QubitCount = Guard.Registers(qubitRegisters, "qubit");
        Guard.QubitCount(QubitCount);
        BitCount = Guard.Registers(bitRegisters, "bit");
        _qubitRegisters = qubitRegisters;
        _bitRegisters = bitRegisters;
        _instructions = ImmutableArray.CreateBuilder<Instruction>();
    }

    /// <summary>Number of qubits.</summary>
    public int QubitCount { get; }

    /// <summary>Number of classical bits.</summary>
    public int BitCount { get; }

    /// <summary>Appends a gate.</summary>
    /// <exception cref="ArgumentException">Qubits or parameters do not fit the gate or the register.</exception>
    public ProgramBuilder Gate(GateDefinition gate, ReadOnlySpan<int> qubits, params ReadOnlySpan<Parameter> parameters)
    {
        ArgumentNullException.ThrowIfNull(gate);
        Guard.GateQubits(gate, qubits, QubitCount);
        Guard.GateParameters(gate, parameters);
        return Add(new GateInstruction(new Operation(gate, [.. qubits], [.. parameters])));
    }

    /// <summary>Appends all gates of a circuit on the same number of qubits.</summary>
    /// <exception cref="ArgumentException">The circuit has another number of qubits.</exception>
    public ProgramBuilder Append(Circuit circuit)
    {
        ArgumentNullException.ThrowIfNull(circuit);
        Guard.SameQubitCount(QubitCount, circuit.QubitCount);
        foreach (Operation operation in circuit.Operations)
        {
            Add(new GateInstruction(operation));
        }

        _trainables = Math.Max(_trainables, circuit.TrainableCount);
        _inputs = Math.Max(_inputs, circuit.InputCount);
        return this;
    }

    /// <summary>Appends any instruction, blocks included.</summary>
    /// <exception cref="ArgumentException">It does not fit the registers.</exception>
    public ProgramBuilder Append(Instruction instruction)
    {
        ArgumentNullException.ThrowIfNull(instruction);
        Check(instruction);
        return Add(instruction);
    }

    /// <summary>Appends a channel; its first qubit is the least significant bit of its Kraus operators' indices.</summary>
    /// <exception cref="ArgumentException">A qubit is outside the register or repeated, or their number is not the channel's.</exception>
    public ProgramBuilder Channel(Channel channel, params ReadOnlySpan<int> qubits) =>
        Append(new ChannelInstruction(channel, [.. qubits]));

    /// <summary>Measures a qubit into a classical bit.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Qubit or bit is outside its register.</exception>
    public ProgramBuilder Measure(int qubit, int bit) => Append(new MeasureInstruction(qubit, bit));

    /// <summary>Puts a qubit into |0⟩.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The qubit is outside the register.</exception>
    public ProgramBuilder Reset(int qubit) => Append(new ResetInstruction(qubit));

    /// <summary>Appends a block that runs where the condition holds, and one that runs elsewhere.</summary>
    /// <exception cref="ArgumentException">A bit or an instruction is outside the registers.</exception>
    public ProgramBuilder If(Condition condition, ImmutableArray<Instruction> then, ImmutableArray<Instruction> otherwise = default) =>
        Append(new IfInstruction(condition, then, otherwise.IsDefault ? [] : otherwise));

    /// <summary>The finished program; the builder may be used further.</summary>
    public QuantumProgram Build() =>
        new(QubitCount, BitCount, _qubitRegisters, _bitRegisters, _instructions.ToImmutable(), _trainables, _inputs);

    private ProgramBuilder Add(Instruction instruction)
    {
        CountParameters(instruction);
        _instructions.Add(instruction);
        return this;
    }

    private void Check(Instruction instruction)
    {
        switch (instruction)
        {
            case GateInstruction gate:
                Guard.GateQubits(gate.Operation.Gate, gate.Operation.Qubits.AsSpan(), QubitCount);
                break;
            case ChannelInstruction channel:
                Guard.ChannelQubits(channel.Channel, channel.Qubits.AsSpan(), QubitCount);
                break;
            case MeasureInstruction measure:
                Guard.Qubit(measure.Qubit, QubitCount);
                Guard.Bit(measure.Bit, BitCount);
                break;
            case ResetInstruction reset:
                Guard.Qubit(reset.Qubit, QubitCount);
                break;
            case BarrierInstruction barrier:
                foreach (int qubit in barrier.Qubits)
                {
                    Guard.Qubit(qubit, QubitCount);
                }

                break;
            case IfInstruction block:
                Guard.Condition(block.Condition, BitCount);
                foreach (Instruction inner in block.Then.Concat(block.Else))
                {
                    Check(inner);
                }

                break;
        }
    }

    private void CountParameters(Instruction instruction)
    {
        switch (instruction)
        {
            case GateInstruction gate:
                foreach (Parameter parameter in gate.Operation.Parameters)
                {
                    if (parameter.Kind == ParameterKind.Trainable)
                    {
                        _trainables = Math.Max(_trainables, parameter.Index + 1);
                    }
                    else if (parameter.Kind == ParameterKind.Input)
                    {
                        _inputs = Math.Max(_inputs, parameter.Index + 1);
                    }
                }

                break;
            case IfInstruction block:
                foreach (Instruction inner in block.Then.Concat(block.Else))
                {
                    CountParameters(inner);
                }

                break;
        }
    }
}

using System.Collections.Immutable;
using System.Numerics;
using QDiff.Engine.Circuits;
using QDiff.Engine.Gates;
using QDiff.Engine.Noise;
using QDiff.Engine.OpenQasm;
using QDiff.Engine.Programs;
using Compare = QDiff.Engine.Programs.Comparison;

namespace QDiff.Engine.Tests.OpenQasm;

public class WriterTests
{
    private static readonly double[] Trainables = [0.3, -2.1, 5.5, 0, -0.7, 1.9];
    private static readonly double[] Inputs = [1.1, -0.2, 3.3, 0.05];

    public static TheoryData<OpenQasmVersion> Versions => [OpenQasmVersion.Two, OpenQasmVersion.Three];

    [Theory]
    [MemberData(nameof(Versions))]
    public void Write_OfRandomCircuits_ReadBack_GivesTheSameAmplitudes(OpenQasmVersion version)
    {
        for (int seed = 0; seed < 40; seed++)
        {
            Circuit circuit = TestCircuits.Random(1 + (seed % 5), 40, seed);
            QuantumProgram program = QuantumProgram.From(circuit);
            string text = OpenQasmWriter.Write(program, new OpenQasmWriterOptions { Version = version, Trainables = [.. Trainables], Inputs = [.. Inputs] });
            OpenQasmFile file = OpenQasmReader.Read(text);
            Assert.Equal(version, file.Version);
            QasmRun.AssertSame(QasmRun.Amplitudes(Bound(circuit), seed), QasmRun.Amplitudes(file.Program, seed), text);
        }
    }

    [Fact]
    public void Write_OfParametersWithoutValues_ReadBack_GivesTheSameAmplitudes()
    {
        for (int seed = 0; seed < 20; seed++)
        {
            Circuit circuit = TestCircuits.Random(3, 30, seed);
            string text = OpenQasmWriter.Write(QuantumProgram.From(circuit));
            OpenQasmFile file = OpenQasmReader.Read(text);
            Assert.Equal([.. Enumerable.Range(0, 6).Select(i => $"theta_{i}"), .. Enumerable.Range(0, 4).Select(i => $"x_{i}")], file.Inputs.ToArray());
            QasmRun.AssertSame(QasmRun.Amplitudes(Bound(circuit), seed), QasmRun.Amplitudes(file.Program, seed, [.. Trainables, .. Inputs]), text);
        }
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void Write_OfEveryGate_ReadBack_IsTheGate(OpenQasmVersion version)
    {
        foreach (GateDefinition gate in GateCatalog.All.Append(GateCatalog.GlobalPhase))
        {
            int[] qubits = [2, 0, 1];
            Parameter[] angles = [0.6, -1.7, 2.9];
            QuantumProgram program = new ProgramBuilder(3, 0).Gate(gate, qubits[..gate.Arity], angles[..gate.ParameterCount]).Build();
            string text = OpenQasmWriter.Write(program, new OpenQasmWriterOptions { Version = version });
            QasmRun.AssertSame(QasmRun.Amplitudes(program, 8), QasmRun.Amplitudes(QasmRun.Program(text), 8), text);
        }
    }

    [Fact]
    public void Write_OfMeasurementsAndConditions_ReadBack_IsTheSameProgram()
    {
        var x = new GateInstruction(QasmRun.Operations(QasmRun.Three + "qubit[3] q; x q[2];")[0]);
        QuantumProgram program = new ProgramBuilder([new Register("a", 0, 2), new Register("b", 2, 1)], [new Register("c", 0, 2), new Register("d", 2, 3)])
            .Gate(GateCatalog.H, [0])
            .Measure(0, 1)
            .Reset(0)
            .Append(new BarrierInstruction([0, 2]))
            .Append(new BarrierInstruction([0, 1, 2]))
            .If(new Condition([0, 1], 2), [x], [new MeasureInstruction(1, 3)])
            .If(new Condition([4, 2], 1, Compare.Greater), [new IfInstruction(new Condition([1], 1, Compare.NotEqual), [x], [])])
            .If(new Condition([3], 0, Compare.LessOrEqual), [new ResetInstruction(1)])
            .Build();
        string text = OpenQasmWriter.Write(program);
        QuantumProgram back = QasmRun.Program(text);
        Assert.Equal(program.QubitRegisters.ToArray(), back.QubitRegisters.ToArray());
        Assert.Equal(program.BitRegisters.ToArray(), back.BitRegisters.ToArray());
        Assert.Equal(Lines(program.Instructions), Lines(back.Instructions));
        Assert.Equal(text, OpenQasmWriter.Write(back));
    }

    [Fact]
    public void Write_OfAConditionOnBitsOfTwoRegisters_HoldsWhereItDid()
    {
        var x = new GateInstruction(QasmRun.Operations(QasmRun.Three + "qubit q; x q;")[0]);
        foreach (Compare comparison in (Compare[])[Compare.Equal, Compare.NotEqual])
        {
            var condition = new Condition([2, 0], 1, comparison);
            QuantumProgram program = new ProgramBuilder([new Register("q", 0, 1)], [new Register("c", 0, 2), new Register("d", 2, 1)]).If(condition, [x]).Build();
            var block = (IfInstruction)QasmRun.Program(OpenQasmWriter.Write(program)).Instructions[0];
            for (int value = 0; value < 8; value++)
            {
                bool[] bits = [(value & 1) != 0, (value & 2) != 0, (value & 4) != 0];
                Assert.Equal(condition.Holds(bits), Runs(block, bits));
            }
        }

        static bool Runs(IfInstruction block, bool[] bits) => (block.Condition.Holds(bits) ? block.Then : block.Else) switch
        {
            [IfInstruction inner] => Runs(inner, bits),
            [GateInstruction] => true,
            _ => false,
        };
    }

    [Fact]
    public void Write_InVersionTwo_SpellsItAsVersionTwoDoes()
    {
        var x = new GateInstruction(QasmRun.Operations(QasmRun.Three + "qubit q; x q;")[0]);
        QuantumProgram program = new ProgramBuilder(1, 2).Gate(GateCatalog.RX, [0], Math.PI / 2).Measure(0, 1).If(new Condition([0, 1], 2), [x]).Build();
        Assert.Equal(
            "OPENQASM 2.0;\ninclude \"qelib1.inc\";\nqreg q[1];\ncreg c[2];\nrx(pi/2) q[0];\nmeasure q[0] -> c[1];\nif(c==2) x q[0];\n",
            OpenQasmWriter.Write(program, new OpenQasmWriterOptions { Version = OpenQasmVersion.Two }));
    }

    [Fact]
    public void Write_OfNamesThatMeanSomethingElse_FindsOthers()
    {
        QuantumProgram program = new ProgramBuilder([new Register("if", 0, 1), new Register("$", 1, 1), new Register("q", 2, 1)], [new Register("cx", 0, 1)])
            .Measure(2, 0).Build();
        string text = OpenQasmWriter.Write(program);
        Assert.Contains("qubit[1] if_0;\nqubit[1] q;\nqubit[1] q_0;\nbit[1] cx_0;\ncx_0[0] = measure q_0[0];\n", text, StringComparison.Ordinal);
        Assert.Equal(3, QasmRun.Program(text).QubitCount);
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(-1e-300)]
    [InlineData(123456789.123456789)]
    [InlineData(Math.PI * 3 / 4)]
    [InlineData(-Math.PI)]
    [InlineData(5e-324)]
    [InlineData(1.7e308)]
    public void Angles_ReadBack_AreTheSameBits(double angle)
    {
        QuantumProgram program = new ProgramBuilder(1, 0).Gate(GateCatalog.RZ, [0], angle).Build();
        Assert.Equal(angle, QasmRun.LastAngle(OpenQasmWriter.Write(program)));
    }

    [Fact]
    public void Write_OfWhatOpenQasmLacks_Refuses()
    {
        QuantumProgram noisy = new ProgramBuilder(1, 0).Channel(ChannelCatalog.BitFlip.Create(0.1), 0).Build();
        Refusal.Says("OpenQASM has no noise channels, and the program has 'BitFlip'", () => OpenQasmWriter.Write(noisy));

        QuantumProgram trainable = new ProgramBuilder(1, 0).Gate(GateCatalog.RX, [0], Parameter.Trainable(0)).Build();
        var two = new OpenQasmWriterOptions { Version = OpenQasmVersion.Two };
        Refusal.Says("OpenQASM 2.0 has no parameters, and the program has 1 trainable parameter(s)", () => OpenQasmWriter.Write(trainable, two));
        Refusal.Says("The program has 1 trainable parameter(s); got 2 value(s).", () => OpenQasmWriter.Write(trainable, two with { Trainables = [1, 2] }));
        Refusal.Says("The value of every trainable parameter must be finite", () => OpenQasmWriter.Write(trainable, two with { Trainables = [double.NaN] }));
        Refusal.Says("The program has 0 input(s); got 1 name(s).", () => OpenQasmWriter.Write(trainable, new OpenQasmWriterOptions { InputNames = ["a"] }));

        QuantumProgram greater = new ProgramBuilder(1, 2).If(new Condition([0, 1], 1, Compare.Greater), [new ResetInstruction(0)]).Build();
        Refusal.Says("OpenQASM 2.0 has conditions of the form if(c==2) on whole registers alone", () => OpenQasmWriter.Write(greater, two));
    }

    private static QuantumProgram Bound(Circuit circuit)
    {
        var builder = new ProgramBuilder(circuit.QubitCount, 0);
        foreach (Operation operation in circuit.Operations)
        {
            builder.Gate(operation.Gate, operation.Qubits.AsSpan(), [.. operation.Parameters.Select(p => (Parameter)p.Evaluate(p.Kind switch
            {
                ParameterKind.Input => Inputs[p.Index],
                ParameterKind.Trainable => Trainables[p.Index],
                _ => 0,
            }))]);
        }

        return builder.Build();
    }

    private static string[] Lines(ImmutableArray<Instruction> instructions) => [.. instructions.Select(instruction => instruction switch
    {
        IfInstruction block => $"if {string.Join(' ', block.Condition.Bits)} {block.Condition.Comparison} {block.Condition.Value} {{{string.Join("; ", Lines(block.Then))}}} {{{string.Join("; ", Lines(block.Else))}}}",
        GateInstruction gate => gate.Operation.ToString(),
        BarrierInstruction barrier => $"barrier {string.Join(' ', barrier.Qubits)}",
        _ => instruction.ToString(),
    })];
}

using System.Collections.Immutable;
using System.Numerics;
using QDiff.Engine.Circuits;
using QDiff.Engine.Gates;
using QDiff.Engine.OpenQasm;
using QDiff.Engine.Programs;
using QDiff.Engine.Tests.Reference;
using static QDiff.Engine.Tests.Reference.ReferenceGates;

namespace QDiff.Engine.Tests.OpenQasm;

public class ReaderTests
{
    [Fact]
    public void Registers_OfBothVersions_KeepNamesAndOrder()
    {
        foreach (string text in (string[])[QasmRun.Two + "qreg a[2]; qreg b[1]; creg c[3];", QasmRun.Three + "qubit[2] a; qubit b; bit[3] c;"])
        {
            QuantumProgram program = QasmRun.Program(text);
            Assert.Equal([new Register("a", 0, 2), new Register("b", 2, 1)], program.QubitRegisters.ToArray());
            Assert.Equal([new Register("c", 0, 3)], program.BitRegisters.ToArray());
        }
    }

    [Theory]
    [InlineData("1 + 2 * 3", 7)]
    [InlineData("(1 + 2) * 3", 9)]
    [InlineData("2 ** 3 ** 2", 512)]
    [InlineData("-2 ** 2", -4)]
    [InlineData("2 ** -1", 0.5)]
    [InlineData("7 / 2", 3.5)]
    [InlineData("6 / 2 - 5 % 3", 1)]
    [InlineData("-7 % 3", -1)]
    [InlineData("7.5 % 2", 1.5)]
    [InlineData("1e-3 + .5 + 2.", 2.501)]
    [InlineData("0x1F + 0b101 + 0o17 + 1_000", 1051)]
    [InlineData("sin(pi / 2) + cos(0) + tan(0)", 2)]
    [InlineData("exp(0) + ln(euler) + log(ℇ) + sqrt(4)", 5)]
    [InlineData("arcsin(1) + arccos(1) + arctan(0) + asin(0) + acos(1) + atan(0)", Math.PI / 2)]
    [InlineData("pow(2, 5) + mod(7, 4) + floor(1.5) + ceiling(1.5) + popcount(7)", 41)]
    [InlineData("τ - 2 * π + tau - 2 * pi", 0)]
    [InlineData("true + (3 < 4) + (2 == 2.0) + !false", 4)]
    [InlineData("(5 & 3) + (5 | 3) + (5 ^ 3) + (1 << 4) + (256 >> 4) + ~0", 45)]
    [InlineData("int(3.9) + float(1) + uint(2)", 6)]
    public void Expressions_OfVersionThree_HaveTheirValue(string expression, double value) =>
        Assert.Equal(value, QasmRun.LastAngle($"{QasmRun.Three}qubit q; p({expression}) q;"), Tolerances.ClosedForm * 100);

    [Theory]
    [InlineData("2^3^2", 512)]
    [InlineData("-2^2", -4)]
    [InlineData("3*pi/4 - 1", (3 * Math.PI / 4) - 1)]
    [InlineData("sin(1)+ln(2)+sqrt(2)", 0.8414709848078965 + 0.6931471805599453 + 1.4142135623730951)]
    public void Expressions_OfVersionTwo_HaveTheirValue(string expression, double value) =>
        Assert.Equal(value, QasmRun.LastAngle($"{QasmRun.Two}qreg q[1]; u1({expression}) q[0];"), Tolerances.ClosedForm * 100);

    [Fact]
    public void Broadcast_OfRegistersAndSingleQubits_RunsThroughTheRegisters()
    {
        Assert.Equal([(0, 3), (1, 3), (2, 3)], Pairs("qreg q[3]; qreg r[1]; cx q, r[0];"));
        Assert.Equal([(0, 2), (1, 3)], Pairs("qreg q[2]; qreg r[2]; cx q, r;"));

        static IEnumerable<(int, int)> Pairs(string text) => QasmRun.Operations(QasmRun.Two + text).Select(o => (o.Qubits[0], o.Qubits[1]));
    }

    [Fact]
    public void Slices_SetsAliasesAndNegativeIndices_ChooseQubits()
    {
        string text = QasmRun.Three + """
            qubit[6] q;
            let a = q[1:2:5];
            let b = q[{0, 2}] ++ q[-1];
            x a;
            y b;
            z q[:1];
            h a[0:1];
            s b[2];
            t q[4:-1:3];
            """;
        Assert.Equal(
            ["X1", "X3", "X5", "Y0", "Y2", "Y5", "Z0", "Z1", "H1", "H3", "S5", "T4", "T3"],
            QasmRun.Operations(text).Select(o => $"{o.Gate.Name}{o.Qubits[0]}"));
    }

    [Fact]
    public void HardwareQubits_MakeOneRegister()
    {
        QuantumProgram program = QasmRun.Program(QasmRun.Three + "x $3; cx $0, $3;");
        Assert.Equal(4, program.QubitCount);
        Assert.Equal([3], QasmRun.Operations(QasmRun.Three + "x $3;")[0].Qubits.ToArray());
    }

    [Fact]
    public void Loops_OverRangesAndSets_Unroll()
    {
        string text = QasmRun.Three + """
            const int n = 4;
            qubit[n] q;
            int k = 0;
            for int i in [0:2:n - 1] { x q[i]; k += i; }
            for uint i in {3, 1} y q[i];
            for i in [k:-1:1] { for j in [0:i - 1] z q[j]; }
            """;
        Assert.Equal(["X0", "X2", "Y3", "Y1", "Z0", "Z1", "Z0"], QasmRun.Operations(text).Select(o => $"{o.Gate.Name}{o.Qubits[0]}"));
    }

    [Fact]
    public void BitsOfWholeNumbers_CanBeRead()
    {
        string text = QasmRun.Three + "qubit[4] q; const uint[4] k = 10; for int i in [0:3] { if (bool(k[i])) x q[i]; if (k[i] == 0) y q[i]; }";
        Assert.Equal(["Y0", "X1", "Y2", "X3"], QasmRun.Operations(text).Select(o => $"{o.Gate.Name}{o.Qubits[0]}"));
    }

    [Fact]
    public void KnownConditions_ChooseABlockWhenRead()
    {
        string text = QasmRun.Three + """
            qubit q;
            bool b = true;
            if (b && 2 > 1) { x q; } else { y q; }
            if (!b || false) x q; else if (1 == 1) z q;
            """;
        Assert.Equal(["X", "Z"], QasmRun.Operations(text).Select(o => o.Gate.Name));
    }

    [Fact]
    public void Measurements_OfEverySpelling_AreTheSame()
    {
        Instruction[] expected = [new MeasureInstruction(0, 0), new MeasureInstruction(1, 1)];
        foreach (string text in (string[])
        [
            QasmRun.Two + "qreg q[2]; creg c[2]; measure q -> c;",
            QasmRun.Three + "qubit[2] q; bit[2] c; c = measure q;",
            QasmRun.Three + "qubit[2] q; bit[2] c = measure q;",
            QasmRun.Three + "qubit[2] q; bit[2] c; c[0] = measure q[0]; measure q[1] -> c[1];",
            QasmRun.Three + "qubit[2] q; output bit[2] c; c[0:1] = measure q[0:1];",
        ])
        {
            Assert.Equal(expected, QasmRun.Program(text).Instructions);
        }
    }

    [Fact]
    public void ResetAndBarrier_AreKept()
    {
        QuantumProgram program = QasmRun.Program(QasmRun.Three + "qubit[3] q; reset q[1]; reset q; barrier q[0], q[2]; barrier;");
        Assert.Equal([1, 0, 1, 2], program.Instructions.OfType<ResetInstruction>().Select(r => r.Qubit));
        Assert.Equal(["0 2", "0 1 2"], program.Instructions.OfType<BarrierInstruction>().Select(b => string.Join(' ', b.Qubits)));
    }

    [Theory]
    [InlineData("c == 3", 3)]
    [InlineData("3 == c", 3)]
    [InlineData("c != 3", 0, 1, 2, 4, 5, 6, 7)]
    [InlineData("c < 3", 0, 1, 2)]
    [InlineData("3 < c", 4, 5, 6, 7)]
    [InlineData("c >= 6", 6, 7)]
    [InlineData("c <= 0", 0)]
    [InlineData("c > -1", 0, 1, 2, 3, 4, 5, 6, 7)]
    [InlineData("c == \"110\"", 6)]
    [InlineData("c[0]", 1, 3, 5, 7)]
    [InlineData("!c[0]", 0, 2, 4, 6)]
    [InlineData("~c[0]", 0, 2, 4, 6)]
    [InlineData("c[2] == true", 4, 5, 6, 7)]
    [InlineData("c[1:2] == 1", 2, 3)]
    [InlineData("c[{2, 0}] == 1", 4, 6)]
    [InlineData("c", 1, 2, 3, 4, 5, 6, 7)]
    [InlineData("uint[3](c) == 6", 6)]
    [InlineData("5 <= int(c)", 5, 6, 7)]
    [InlineData("bool(c[1])", 2, 3, 6, 7)]
    [InlineData("c[0] & ~c[1]", 1, 5)]
    [InlineData("c[0] ^ c[1] ^ c[2]", 1, 2, 4, 7)]
    [InlineData("(c[0] | c[1]) && c[2]", 5, 6, 7)]
    [InlineData("c[0] == c[2]", 0, 2, 5, 7)]
    [InlineData("c[0:1] != c[1:2]", 1, 2, 3, 4, 5, 6)]
    [InlineData("c[0] && c[1]", 3, 7)]
    [InlineData("c[0] || c == 4", 1, 3, 4, 5, 7)]
    [InlineData("!(c[0] || c[1]) && true", 0, 4)]
    [InlineData("c[0] && 1 > 0 && !(c[2] && c[1])", 1, 3, 5)]
    public void Conditions_OnMeasuredBits_HoldWhereTheySay(string condition, params int[] holds)
    {
        QuantumProgram program = QasmRun.Program($"{QasmRun.Three}qubit q; bit[3] c; c[0] = measure q; if ({condition}) {{ x q; }} else {{ y q; z q; }}");
        for (int value = 0; value < 8; value++)
        {
            bool[] bits = [(value & 1) != 0, (value & 2) != 0, (value & 4) != 0];
            string[] executed = [.. Executed(program.Instructions.Skip(1), bits)];
            Assert.Equal(holds.Contains(value) ? ["X"] : ["Y", "Z"], executed);
        }
    }

    [Fact]
    public void Condition_OfVersionTwo_GuardsOneStatement()
    {
        QuantumProgram program = QasmRun.Program(QasmRun.Two + "qreg q[1]; creg c[2]; measure q[0] -> c[1]; if(c==2) x q[0]; y q[0];");
        var block = Assert.IsType<IfInstruction>(program.Instructions[1]);
        Assert.Equal(2UL, block.Condition.Value);
        Assert.Single(block.Then);
        Assert.IsType<GateInstruction>(program.Instructions[2]);
    }

    [Fact]
    public void GateDefinitions_WithParametersLoopsAndModifiers_AreWrittenOut()
    {
        string text = QasmRun.Three + """
            const float third = pi / 3;
            gate turn(a, b) x1, y1 { rx(a + third) x1; ctrl @ ry(2 * b) x1, y1; for int i in [1:2] { rz(i * a) y1; } }
            gate both(a) x1, y1 { turn(a, -a) x1, y1; inv @ turn(a, 0.5) y1, x1; }
            qubit[3] q;
            both(0.3) q[2], q[0];
            """;
        DenseState state = QasmRun.RandomState(3, 1);
        double third = Math.PI / 3;
        state.Apply(Matrix("rx", 0.3 + third), 2).Apply(Matrix("cry", -0.6), 2, 0).Apply(Matrix("rz", 0.3), 0).Apply(Matrix("rz", 0.6), 0);
        state.Apply(Matrix("rz", -0.6), 2).Apply(Matrix("rz", -0.3), 2).Apply(Matrix("cry", -1.0), 0, 2).Apply(Matrix("rx", -0.3 - third), 0);
        QasmRun.AssertSame(state, text, 1);
    }

    [Fact]
    public void GateDefinition_WithTheNameOfALibraryGate_ReplacesIt() =>
        Assert.Equal(["Z"], QasmRun.Operations(QasmRun.Two + "gate swap a, b { z a; } qreg q[2]; swap q[0], q[1];").Select(o => o.Gate.Name));

    [Theory]
    [InlineData("pow(2) @ t q[1];", "s")]
    [InlineData("pow(1/2) @ x q[1];", "sx")]
    [InlineData("pow(-1/2) @ x q[1];", "sxdg")]
    [InlineData("pow(0.25) @ z q[1];", "t")]
    [InlineData("inv @ pow(1/2) @ z q[1];", "sdg")]
    [InlineData("pow(1/2) @ inv @ z q[1];", "s")]
    [InlineData("pow(0) @ x q[1];", "id")]
    [InlineData("pow(1000001) @ x q[1];", "x")]
    [InlineData("pow(3) @ pow(1/3) @ h q[1];", "h")]
    [InlineData("inv @ inv @ y q[1];", "y")]
    public void Powers_OfAGate_AreThePrincipalOnes(string call, string gate) =>
        QasmRun.AssertSame(QasmRun.RandomState(3, 4).Apply(Matrix(gate), 1), $"{QasmRun.Three}qubit[3] q; {call}", 4);

    [Fact]
    public void Power_OfATwoQubitGateUnderManyControls_IsExact()
    {
        // √SWAP·√SWAP = SWAP, each half under three controls.
        string half = "ctrl(2) @ negctrl @ pow(1/2) @ swap q[4], q[0], q[2], q[1], q[3];";
        DenseState state = QasmRun.RandomState(5, 9);
        Complex[,] full = Controlled(Controlled(Controlled(Matrix("swap"))));
        state.Apply(X, 2).Apply(full, 4, 0, 2, 1, 3).Apply(X, 2);
        QasmRun.AssertSame(state, $"{QasmRun.Three}qubit[5] q; {half} {half}", 9);
    }

    [Fact]
    public void GlobalPhases_UnderControlsAndPowers_AreExact()
    {
        string text = QasmRun.Three + """
            gate g(a) { gphase(a); }
            gate h2 a { gphase(pi / 5); h a; }
            qubit[3] q;
            gphase(0.3);
            ctrl @ gphase(0.4) q[2];
            ctrl @ g(0.5) q[0];
            negctrl @ pow(1/2) @ gphase(pi / 2) q[0];
            ctrl @ pow(1/2) @ h2 q[0], q[1];
            ctrl @ pow(1/2) @ h2 q[0], q[1];
            """;
        DenseState state = QasmRun.RandomState(3, 2);
        Complex phase = Complex.FromPolarCoordinates(1, 0.3);
        state.Apply(new[,] { { phase, 0 }, { 0, phase } }, 0);
        state.Apply(Matrix("p", 0.4), 2).Apply(Matrix("p", 0.5), 0).Apply(X, 0).Apply(Matrix("p", Math.PI / 4), 0).Apply(X, 0);
        state.Apply(Matrix("p", Math.PI / 5), 0).Apply(Matrix("ch"), 0, 1);
        QasmRun.AssertSame(state, text, 2);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void X_UnderManyControls_FillingTheRegister_FlipsOneAmplitudePair(int controls)
    {
        string text = $"{QasmRun.Three}qubit[{controls + 1}] q; ctrl({controls}) @ x {string.Join(", ", Enumerable.Range(0, controls + 1).Select(q => $"q[{q}]"))};";
        Complex[] expected = QasmRun.RandomState(controls + 1, 3).Amplitudes;
        int ones = (1 << controls) - 1;
        (expected[ones], expected[ones | (1 << controls)]) = (expected[ones | (1 << controls)], expected[ones]);
        QasmRun.AssertSame(expected, QasmRun.Amplitudes(QasmRun.Program(text), 3), text);
    }

    [Fact]
    public void Inputs_WithoutValues_BecomeLinearParameters()
    {
        string text = QasmRun.Three + """
            input float a;
            input angle[32] b;
            qubit[2] q;
            rx(2 * a - 1) q[0];
            ry((a + b) / 2) q[1];
            U(b, a + b, -a) q[0];
            ctrl(1) @ u3(a, b, a - b) q[1], q[0];
            """;
        OpenQasmFile file = OpenQasmReader.Read(text);
        Assert.Equal(["a", "b"], file.Inputs.ToArray());
        Assert.Equal(2, file.Program.InputCount);
        Assert.All(QasmRun.Operations(text).SelectMany(o => o.Parameters), p => Assert.True(p.Kind != ParameterKind.Trainable));

        // The same text with numbers written in their place.
        (double a, double b) = (0.7, -1.3);
        var options = new OpenQasmReaderOptions { Values = ImmutableDictionary<string, double>.Empty.Add("a", a).Add("b", b) };
        QuantumProgram bound = OpenQasmReader.Read(text, options).Program;
        Assert.Equal(0, bound.InputCount);
        QasmRun.AssertSame(QasmRun.Amplitudes(bound, 6), QasmRun.Amplitudes(file.Program, 6, [a, b]), text);

        QuantumProgram trainable = OpenQasmReader.Read(text, new OpenQasmReaderOptions { InputKind = ParameterKind.Trainable }).Program;
        Assert.Equal((2, 0), (trainable.TrainableCount, trainable.InputCount));
    }

    [Fact]
    public void PragmasAnnotationsAndComments_AreSkipped()
    {
        string text = "// first\nOPENQASM 3; /* two\nlines */\npragma anything { at all\n#pragma more\ninclude 'stdgates.inc';\n@note [1, 2\nqubit q; qubit r; ctrl @ x q, r;";
        Assert.Equal(GateCatalog.CNOT, Assert.Single(QasmRun.Operations(text)).Gate);
    }

    [Fact]
    public void NamesOfVersionThree_AreOrdinaryInVersionTwo() =>
        Assert.Equal(2, QasmRun.Program(QasmRun.Two + "qreg input[1]; qreg let[1]; creg bit[1]; x input[0]; measure let[0] -> bit[0];").QubitCount);

    private static IEnumerable<string> Executed(IEnumerable<Instruction> instructions, bool[] bits) => instructions.SelectMany(instruction => instruction switch
    {
        IfInstruction block => Executed(block.Condition.Holds(bits) ? block.Then : block.Else, bits),
        GateInstruction gate => [gate.Operation.Gate.Name],
        _ => throw new InvalidOperationException($"Unexpected {instruction}."),
    });
}

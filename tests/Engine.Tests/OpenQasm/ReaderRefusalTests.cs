using System.Collections.Immutable;
using QDiff.Engine.OpenQasm;

namespace QDiff.Engine.Tests.OpenQasm;

public class ReaderRefusalTests
{
    [Theory]
    [InlineData("qubit q; foo q;", 3, 10, "The gate 'foo' is not defined; define it before its use")]
    [InlineData("qubit q; rx q;", 3, 10, "'rx' takes 1 parameter; got 0.")]
    [InlineData("qubit[2] q;\n  cx q[0];", 4, 3, "'cx' acts on 2 qubits; got 1.")]
    [InlineData("qubit[2] q; ctrl @ x q[0];", 3, 20, "'x' with 1 control acts on 2 qubits; got 1.")]
    [InlineData("qubit[2] q; x q[2];", 3, 17, "Qubit 2 is outside this register of 2 qubits (valid: 0-1).")]
    [InlineData("qubit[2] q; x q[-3];", 3, 17, "Qubit -3 is outside this register of 2 qubits")]
    [InlineData("qubit[2] q; x r;", 3, 15, "'r' is not defined here; declare it first")]
    [InlineData("qubit q; p(y) q;", 3, 12, "'y' is not defined here; declare it first.")]
    [InlineData("qubit q; qubit[2] q;", 3, 19, "'q' is declared already in line 3, column 7; choose another name.")]
    [InlineData("qubit q; p(1 / 0) q;", 3, 14, "This divides by zero")]
    [InlineData("qubit q; p(1 % 0) q;", 3, 14, "This divides by zero")]
    [InlineData("qubit q; p(ln(0)) q;", 3, 12, "'ln' needs a number above 0; got 0.")]
    [InlineData("qubit q; p(sqrt(-1)) q;", 3, 12, "'sqrt' needs a number 0 or greater; got -1.")]
    [InlineData("qubit q; p(9223372036854775807 + 1) q;", 3, 32, "9223372036854775807 + 1 is too large for a whole number")]
    [InlineData("qubit q; p(1e308 * 10) q;", 3, 18, "This is too large for a number")]
    [InlineData("qubit q; p(9223372036854775808) q;", 3, 12, "The number '9223372036854775808' is too large")]
    [InlineData("qubit q; p(foo(1)) q;", 3, 12, "There is no function 'foo'; these are known: sin, cos")]
    [InlineData("gate a x1 { a x1; } qubit q; a q;", 3, 13, "The gate 'a' calls itself")]
    [InlineData("gate a x1 { b x1; } gate b x1 { a x1; } qubit q; a q;", 3, 13, "The gate 'b' is not defined")]
    [InlineData("gate a x1 { } gate a x1 { }", 3, 20, "The gate 'a' is defined already")]
    [InlineData("gate a(t, t) x1 { }", 3, 11, "The gate 'a' names 't' twice")]
    [InlineData("gate a x1 { x q; }", 3, 15, "Inside of 'a' gates act on its own qubits alone (x1)")]
    [InlineData("gate a x1 { rx(t) x1; }", 3, 16, "'t' is not defined here")]
    [InlineData("gate a x1 { cx x1; }", 3, 13, "'cx' acts on 2 qubits; got 1.")]
    [InlineData("gate a x1 { reset x1; }", 3, 13, "A gate's body holds gates, barriers and loops of them alone")]
    [InlineData("qubit q; float f = 1; gate a x1 { rx(f) x1; }", 3, 38, "'f' is not defined here")]
    [InlineData("opaque a x1; qubit q; a q;", 3, 23, "The gate 'a' is opaque")]
    [InlineData("qubit[2] q; cx q[0], q[0];", 3, 22, "'cx' needs different qubits; got one of them twice.")]
    [InlineData("qubit[2] q; qubit[3] r; cx q, r;", 3, 31, "'cx' takes registers of one size together; got 2 and 3 qubits.")]
    [InlineData("qubit[2] q; bit c; c = measure q;", 3, 24, "2 qubits cannot be measured into 1 bit; both must be as many.")]
    [InlineData("qubit q; measure q;", 3, 19, "A measurement needs a bit for its result")]
    [InlineData("qubit q; bit c; x c;", 3, 19, "Qubits belong here; this is a register of classical bits.")]
    [InlineData("qubit q; bit c; c = 1;", 3, 17, "Classical bits take their values by measurement alone")]
    [InlineData("qubit q; bit c = 1;", 3, 18, "Classical bits start as 0")]
    [InlineData("qubit[31] q;", 3, 7, "'q' has 31 qubits; a register has 1 to 30.")]
    [InlineData("qubit[20] q; qubit[11] r;", 3, 24, "'r' brings this file to 31 qubits, which no memory holds here; at most 30 are possible.")]
    [InlineData("qubit[0] q;", 3, 7, "'q' has 0 qubits")]
    [InlineData("bit c;", 1, 1, "This file declares no qubit")]
    [InlineData("qubit q; for int i in [0:10000000] { }", 3, 10, "Loops and gate definitions unroll to more than 1,000,000 steps here")]
    [InlineData("qubit q; for int i in [0:0:3] x q;", 3, 26, "A range's step must not be 0.")]
    [InlineData("qubit q; bit c; if (c < c) x q;", 3, 23, "Two registers of measured bits are compared by == and != alone")]
    [InlineData("qubit q; bit c; bit[2] d; if (c == d) x q;", 3, 33, "Two registers of measured bits are compared by == and != alone")]
    [InlineData("qubit q; bit[2] c; if (~c) x q;", 3, 24, "'~' turns the bits of a register round one by one")]
    [InlineData("qubit q; bit c; int k = 0; if (c) { k = 1; }", 3, 37, "'k' would depend on a measured bit here")]
    [InlineData("qubit q; bit c; p(c) q;", 3, 19, "'c' is measured when the program runs; only 'if' can test it.")]
    [InlineData("const int k = 1; k = 2;", 3, 18, "'k' is constant")]
    [InlineData("int k = 3; qubit q; p(k[64]) q;", 3, 25, "The bits of a whole number are 0 to 63; got 64.")]
    [InlineData("qubit q; p(q[0]) q;", 3, 12, "An element of a register is no number here")]
    [InlineData("int k = 1.5;", 3, 9, "An int must be a whole number; got 1.5.")]
    [InlineData("uint k = -1;", 3, 10, "A uint is 0 or greater; got -1.")]
    [InlineData("int k; qubit[k] q;", 3, 14, "'k' has no value yet")]
    [InlineData("input int k;", 3, 11, "The input 'k' of type int needs a value")]
    [InlineData("input float t; qubit q; rx(sin(t)) q;", 3, 28, "'sin' is applied to an input, of which angles may be linear functions alone")]
    [InlineData("input float t; qubit q; rx(t * t) q;", 3, 30, "'*' is applied to an input")]
    [InlineData("input float t; qubit q; pow(1/2) @ rx(t) q;", 3, 25, "A power that is no whole number is possible for a gate on at most 3 qubits")]
    [InlineData("input float t; qubit[1 + t] q;", 3, 24, "A register's size must be known when the file is read")]
    [InlineData("include \"mine.inc\";", 3, 1, "Only qelib1.inc and stdgates.inc can be included; got \"mine.inc\".")]
    [InlineData("def f() { }", 3, 1, "'def' is not part of the OpenQASM that is read here")]
    [InlineData("while (true) { }", 3, 1, "'while' is not part of the OpenQASM that is read here")]
    [InlineData("qubit q; if (true) { qubit r; }", 3, 28, "A declaration of qubits belongs to the top level of a file")]
    [InlineData("qubit q; x q", 3, 13, "Here belongs ';'; got the end of the file.")]
    [InlineData("qubit q; { x q; }", 3, 10, "A statement starts with a word like qubit, gate, h or measure; got '{'.")]
    [InlineData("qubit q; if (true) { x q;", 3, 26, "The block that starts in line 3, column 20 does not end; close it with }.")]
    [InlineData("qubit q; x q; \U0001F642", 3, 15, "The character U+1F642 has no meaning in OpenQASM here")]
    [InlineData("qubit q; x q; ?", 3, 15, "The character '?' has no meaning in OpenQASM here")]
    [InlineData("qubit q; /* x", 3, 10, "This comment does not end; close it with */.")]
    [InlineData("qubit q; p(2pi) q;", 3, 12, "'2p…' is neither a number nor a name")]
    [InlineData("qubit q; x $1;", 3, 12, "This file declares registers and uses hardware qubits like $0 too")]
    public void Read_OfWrongText_SaysWhatAndWhere(string text, int line, int column, string message)
    {
        var error = Assert.Throws<OpenQasmException>(() => OpenQasmReader.Read(QasmRun.Three + text));
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
        Assert.Equal((line, column), (error.Line, error.Column));
    }

    [Theory]
    [InlineData("OPENQASM 2.0;\nqreg q[1];\nh q[0];", 3, 1, "The gate 'h' is not defined; include \"qelib1.inc\" has it.")]
    [InlineData("OPENQASM 2.0;\nqreg q;", 2, 7, "A register needs its size, as in qreg q[2]; got ';'.")]
    [InlineData("OPENQASM 4.0;", 1, 10, "OpenQASM 4.0 is not read; versions 2.0, 3.0 and 3.1 are.")]
    [InlineData("qubit q; OPENQASM 3.0;", 1, 10, "The version stands once, in the first statement; remove this one.")]
    [InlineData("", 1, 1, "This file declares no qubit")]
    public void Read_OfAWrongHead_SaysWhatAndWhere(string text, int line, int column, string message)
    {
        var error = Assert.Throws<OpenQasmException>(() => OpenQasmReader.Read(text));
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
        Assert.Equal((line, column), (error.Line, error.Column));
    }

    [Fact]
    public void Read_WithAValueThatNoInputTakes_Refuses()
    {
        var options = new OpenQasmReaderOptions { Values = ImmutableDictionary<string, double>.Empty.Add("a", 1) };
        var error = Assert.Throws<OpenQasmException>(() => OpenQasmReader.Read(QasmRun.Three + "qubit q;", options));
        Assert.Equal("A value was given for 'a', but this file declares no such input.", error.Message);
    }

    [Theory]
    [InlineData('a')]
    [InlineData('1')]
    public void Read_OfAnEndlessWord_DoesNotRepeatIt(char character)
    {
        var error = Assert.Throws<OpenQasmException>(() => OpenQasmReader.Read($"qubit q;\n {new string(character, 100_000)} q;"));
        Assert.Equal("A name, number or string has at most 1,000 characters; this one has 100,000.", error.Message);
        Assert.Equal((2, 2), (error.Line, error.Column));
    }

    [Fact]
    public void Read_WithoutRoomForInstructions_Refuses() =>
        Refusal.Says("A file may come to at least 1 instruction; got a limit of 0.", () => OpenQasmReader.Read("", new OpenQasmReaderOptions { MaximumInstructions = 0 }));

    // What would overflow the stack of a careless reader.
    [Theory]
    [InlineData("(")]
    [InlineData("-")]
    [InlineData("1 + ")]
    [InlineData("1 ** ")]
    [InlineData("sin(")]
    public void Read_OfDeepExpressions_Refuses(string part)
    {
        string text = $"{QasmRun.Three}qubit q; p({string.Concat(Enumerable.Repeat(part, 100_000))}1) q;";
        var error = Assert.Throws<OpenQasmException>(() => OpenQasmReader.Read(text));
        Assert.Contains("at most 200 deep", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("if (true) { ")]
    [InlineData("if (true) x q; else ")]
    [InlineData("for int i in [0:0] { ")]
    [InlineData("gate g a { ")]
    [InlineData("inv @ ")]
    public void Read_OfDeepStatements_Refuses(string part)
    {
        string text = $"{QasmRun.Three}qubit q; {string.Concat(Enumerable.Repeat(part, 100_000))} x q;";
        Assert.Throws<OpenQasmException>(() => OpenQasmReader.Read(text));
    }

    [Fact]
    public void Read_OfGatesThatCallEachOtherInALongChain_Refuses()
    {
        string text = QasmRun.Three + "gate g0 a { x a; }\n" + string.Concat(Enumerable.Range(1, 5000).Select(i => $"gate g{i} a {{ g{i - 1} a; }}\n"));
        var error = Assert.Throws<OpenQasmException>(() => OpenQasmReader.Read(text));
        Assert.StartsWith("Gate definitions nest at most 100 deep; 'g", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_OfGatesThatDoubleAtEveryLevel_Refuses()
    {
        string text = QasmRun.Three + "gate g0 a { x a; }\n"
            + string.Concat(Enumerable.Range(1, 60).Select(i => $"gate g{i} a {{ g{i - 1} a; g{i - 1} a; }}\n")) + "qubit q; g60 q;";
        var error = Assert.Throws<OpenQasmException>(() => OpenQasmReader.Read(text));
        Assert.StartsWith("Loops and gate definitions unroll to more than 1,000,000 steps", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_OfConditionsThatDoubleAtEveryOperator_Refuses()
    {
        string clause = "((c[0] && c[1]) || (c[2] && !c[3]))";
        string condition = string.Join(" && ", Enumerable.Repeat(clause, 60));
        string text = $"{QasmRun.Three}qubit q; bit[4] c; if ({condition}) {{ x q; }} else {{ y q; }}";
        var error = Assert.Throws<OpenQasmException>(() => OpenQasmReader.Read(text));
        Assert.Contains("This condition unrolls to more than", error.Message, StringComparison.Ordinal);
    }
}

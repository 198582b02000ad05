using System.Globalization;
using System.Text.Json;
using QDiff.Cli.Commands.Simulation;
using QDiff.Models;

namespace QDiff.Cli.Tests;

public sealed class SimulateCommandTests : IDisposable
{
    private const string Two = "OPENQASM 2.0;\ninclude \"qelib1.inc\";\n";
    private const string Three = "OPENQASM 3.0;\ninclude \"stdgates.inc\";\n";
    private const string Bell = Two + "qreg q[2];\ncreg c[2];\nh q[0];\ncx q[0],q[1];\nmeasure q -> c;\n";

    // Qubit 0 is measured, and qubit 1 follows what was found.
    private const string Follow = Three + "qubit[2] q; bit c; ry(pi/3) q[0]; c = measure q[0]; if (c) { x q[1]; reset q[0]; }";

    private const string Noise = """
        { "format": "qdiff-noise-1", "rules": [ { "after": "x", "channels": [ { "name": "BitFlip", "p": 0.25 } ] } ],
          "readout": [ { "probabilities": [[0.9, 0.1], [0.2, 0.8]] } ] }
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Device_RunsTheKernelsOnTheProcessor_GivesTheSameProbabilities()
    {
        string json = Run(Two + "qreg q[3]; x q[0]; ry(pi/3) q[2];", "--json", "--device", "ilgpu-cpu");
        AssertProbabilities(json, 1e-14, ("001", 0.75), ("101", 0.25));
    }

    [Fact]
    public void Device_WithoutWhatTheProgramNeeds_IsRefusedInOneSentence()
    {
        using var backend = new CircuitsAlone();
        var program = new Engine.Programs.ProgramBuilder(1, 1).Measure(0, 0).Build();
        var simulation = new ProgramSimulation<double>(backend, program, null);
        Assert.Equal(
            "Device 'circuits' has no shots and trajectories, which this program needs here; choose '--device cpu'.",
            Assert.Throws<UserErrorException>(() => simulation.Counts(exactly: false, 10, 1)).Message);
        Assert.StartsWith(
            "Device 'circuits' has no density matrices", Assert.Throws<UserErrorException>(() => simulation.Counts(exactly: true, 10, 1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Probabilities_OfAllQubits_HaveQubitZeroRightmost()
    {
        string json = Run(Two + "qreg q[3]; x q[0]; ry(pi/3) q[2];", "--json");
        Assert.Equal("{\"qubits\":3,\"probabilities\":{", json[..29]);
        AssertProbabilities(json, 1e-14, ("001", 0.75), ("101", 0.25));
    }

    [Fact]
    public void Probabilities_InWords_AreSortedAndCut()
    {
        Assert.Equal("101  0.750000\n001  0.250000\n", Run(Two + "qreg q[3]; x q[0]; ry(2*pi/3) q[2];"));
        string[] lines = Run(Two + "qreg q[6]; h q;").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(33, lines.Length);
        Assert.Equal("… and 32 more; --json prints all of them.", lines[^1]);
    }

    [Theory]
    [InlineData("float")]
    [InlineData("double")]
    public void Statevector_IsInIndexOrder(string precision)
    {
        string json = Run(Three + "qubit[2] q; x q[1]; rz(pi) q[1]; gphase(0.5);", "--statevector", "--precision", precision);
        double[][] amplitudes = JsonSerializer.Deserialize<double[][]>(json)!;
        double phase = (Math.PI / 2) + 0.5;
        double[][] expected = [[0, 0], [0, 0], [Math.Cos(phase), Math.Sin(phase)], [0, 0]];
        Assert.Equal(4, amplitudes.Length);
        for (int k = 0; k < 4; k++)
        {
            Assert.Equal(expected[k][0], amplitudes[k][0], precision == "float" ? 1e-6 : 1e-14);
            Assert.Equal(expected[k][1], amplitudes[k][1], precision == "float" ? 1e-6 : 1e-14);
        }
    }

    [Fact]
    public void Shots_OfTheSameSeed_AreTheSame()
    {
        string first = Run(Bell, "--shots", "1000", "--seed", "5", "--json");
        Assert.Equal(first, Run(Bell, "--shots", "1000", "--seed", "5", "--json", "--threads", "1"));
        Assert.NotEqual(first, Run(Bell, "--shots", "1000", "--seed", "6", "--json"));
        Dictionary<string, int> counts = Counts(first);
        Assert.Equal(["00", "11"], counts.Keys.Order());
        Assert.Equal(1000, counts.Values.Sum());
        AssertShare(0.5, counts["11"], 1000);
    }

    [Fact]
    public void Counts_OfSeveralRegisters_HaveSpacesAndTheLastRegisterFirst()
    {
        string text = Two + "qreg q[3]; creg a[1]; creg b[2]; x q[0]; x q[2]; measure q[0] -> a[0]; measure q[1] -> b[0]; measure q[2] -> b[1];";
        Assert.Equal("{\"counts\":{\"10 1\":20}}\n", Run(text, "--shots", "20", "--json"));
        Assert.Equal("10 1  20  1.0000\n", Run(text, "--shots", "20"));
        Assert.Equal("{\"counts\":{\"10 1\":20}}\n", Run(text, "--shots", "20", "--json", "--density"));
    }

    [Fact]
    public void Shots_WhereNothingIsMeasured_ReadAllQubits() =>
        Assert.Equal("{\"counts\":{\"011\":7}}\n", Run(Two + "qreg q[3]; creg c[2]; x q[0]; x q[1];", "--shots", "7", "--json"));

    [Fact]
    public void Conditions_AreFollowedShotByShot()
    {
        Dictionary<string, int> counts = Counts(Run(Follow + " bit d; d = measure q[1];", "--shots", "4000", "--json"));
        Assert.Equal(["0 0", "1 1"], counts.Keys.Order());
        AssertShare(0.25, counts["1 1"], 4000);
    }

    [Fact]
    public void Probabilities_OfConditions_AreAMeanOverTrajectories_AndSaySo()
    {
        CommandResult result = CommandRunner.Run("simulate", File("follow.qasm", Follow), "--json").Done();
        Assert.StartsWith("qdiff: warning: these probabilities are a mean over 1000 trajectories", result.Error, StringComparison.Ordinal);
        AssertProbabilities(result.Output, 5 * Math.Sqrt(0.25 * 0.75 / 1000), ("00", 0.75), ("10", 0.25));
        Assert.Empty(CommandRunner.Run("simulate", File("follow.qasm", Follow), "--json", "--trajectories", "10").Done().Error);
    }

    [Fact]
    public void MeasurementsAndResetsOnTheWay_AreExactOnTheDensityMatrix() =>
        AssertProbabilities(
            Run(Three + "qubit[2] q; bit c; h q[0]; c = measure q[0]; h q[0]; h q[1]; reset q[1];", "--json"), 1e-14, ("00", 0.5), ("01", 0.5));

    [Fact]
    public void Noise_AndReadoutErrors_AreExactOnTheDensityMatrix()
    {
        // |1⟩ with probability 3/4, read as 1 with 0.8 and 0.1.
        double one = (0.75 * 0.8) + (0.25 * 0.1);
        string noise = File("noise.json", Noise);
        AssertProbabilities(Run(Two + "qreg q[1]; x q[0];", "--noise", noise, "--json"), 1e-14, ("0", 1 - one), ("1", one));
        double spread = 5 * Math.Sqrt(0.25 / 4000);
        AssertProbabilities(Run(Two + "qreg q[1]; x q[0];", "--noise", noise, "--json", "--trajectories", "4000"), spread, ("0", 1 - one), ("1", one));
        foreach (string[] method in (string[][])[[], ["--density"]])
        {
            Dictionary<string, int> counts = Counts(Run(Two + "qreg q[1]; creg c[1]; x q[0]; measure q -> c;", ["--noise", noise, "--json", "--shots", "4000", .. method]));
            AssertShare(one, counts["1"], 4000);
        }
    }

    [Fact]
    public void Probabilities_WithAConditionOnAMisreadBit_MisreadEachQubitOnce()
    {
        // c is 1 with 0.1 after |0⟩ and 0.8 after |1⟩, which has 1/4; the x then happens with 3/4. Reading the qubits at the end has errors of its own.
        string noise = File("noise.json", Noise);
        const int trajectories = 200_000;
        double spread = 5 * Math.Sqrt(0.25 / trajectories);
        string measured = Three + "qubit[2] q; bit c; ry(pi/3) q[0]; c = measure q[0]; if (c) x q[1];";
        AssertProbabilities(
            Run(measured, "--noise", noise, "--json", "--trajectories", $"{trajectories}"), spread, ("00", 0.5960625), ("01", 0.1595625), ("10", 0.1289375), ("11", 0.1154375));
        string again = Three + "qubit q; bit c; ry(pi/3) q; c = measure q; if (c) x q;";
        AssertProbabilities(Run(again, "--noise", noise, "--json", "--trajectories", $"{trajectories}"), spread, ("0", 0.790625), ("1", 0.209375));
    }

    [Fact]
    public void Noise_OfAGate_LeavesGlobalPhasesAlone()
    {
        string noise = File("noise.json", """{ "format": "qdiff-noise-1", "rules": [ { "after": "one-qubit gates", "channels": [ { "name": "BitFlip", "p": 0.1 } ] } ] }""");
        AssertProbabilities(Run(Three + "qubit q; x q; gphase(1); gphase(2);", "--noise", noise, "--json"), 1e-14, ("0", 0.1), ("1", 0.9));
        AssertProbabilities(Run(Three + "qubit q; gphase(1); U(pi, 0, pi) q;", "--density", "--json"), 1e-14, ("1", 1));
    }

    [Fact]
    public void Chip_WithoutErrors_GivesTheProbabilitiesOfTheFilesQubits_WhateverTheRoute()
    {
        string Qubit(int number, params int[] neighbours) =>
            $"\"{number}\":{{\"single_gate_fidelity\":1,\"readout_fidelity\":[1,1],\"t1_us\":10,\"t2star_us\":5,\"two_gate_fidelities\":{{{string.Join(',', neighbours.Select(n => $"\"{n}\":1"))}}}}}";
        string chip = File("chip.json", $"{{\"chip\":\"line\",\"profiles\":{{{Qubit(1, 2)},{Qubit(2, 1, 3)},{Qubit(3, 2, 4)},{Qubit(4, 3)}}}}}");
        string text = Two + """
            qreg q[4];
            ry(0.3) q[0]; ry(0.9) q[1]; ry(1.7) q[2]; ry(2.5) q[3];
            cx q[0],q[3]; cx q[1],q[3]; cx q[0],q[2]; cx q[2],q[0]; ccx q[0],q[3],q[1]; cx q[3],q[0];
            """;
        using JsonDocument ideal = JsonDocument.Parse(Run(text, "--json"));
        CommandResult routed = CommandRunner.Run("simulate", File("circuit.qasm", text), "--json", "--noise", chip).Done();
        Assert.StartsWith("line, qubits 1-2-3-4", routed.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("(0 SWAP", routed.Error, StringComparison.Ordinal);
        AssertProbabilities(
            routed.Output, 1e-14, [.. ideal.RootElement.GetProperty("probabilities").EnumerateObject().Select(p => (p.Name, p.Value.GetDouble()))]);
    }

    [Fact]
    public void Inputs_AreSetByName() => AssertProbabilities(
        Run(Three + "input float theta; input angle phi; qubit q; ry(theta) q; rz(phi) q;", "--json", "--set", "theta=1.0471975511965976", "--set", "phi=1"),
        1e-14, ("0", 0.75), ("1", 0.25));

    [Fact]
    public void Errors_OfTheFile_NameFileLineAndColumn()
    {
        string file = File("wrong.qasm", Two + "qreg q[2];\n  foo q[0];");
        string sentence = CommandRunner.Run("simulate", file).Refusal(ExitCode.Failed);
        Assert.Equal($"'{file}', line 4, column 3: The gate 'foo' is not defined; define it before its use, or use one of qelib1.inc.", sentence);
    }

    [Theory]
    [InlineData(ExitCode.WrongCommandLine, "'--shots' and '--statevector' ask for different results", "--shots", "3", "--statevector")]
    [InlineData(ExitCode.WrongCommandLine, "'--density' and '--trajectories' contradict each other", "--density", "--trajectories", "3")]
    [InlineData(ExitCode.WrongCommandLine, "'--set' needs a name and a number, as in --set theta=0.5; got 'theta'.", "--set", "theta")]
    [InlineData(ExitCode.WrongCommandLine, "'--set' gives 'a' twice", "--set", "a=1", "--set", "a=2")]
    [InlineData(ExitCode.WrongCommandLine, "'--shots' needs a whole number from 1 to 33554432; got '0'.", "--shots", "0")]
    [InlineData(ExitCode.Failed, "Cannot read the noise file 'nowhere.json': ", "--noise", "nowhere.json")]
    [InlineData(ExitCode.Failed, "Cannot read the noise file '.': it is a folder; name a file.", "--noise", ".")]
    public void WrongOptions_AreRefusedInOneSentence(int code, string sentence, params string[] options) =>
        Assert.StartsWith(sentence, CommandRunner.Run(["simulate", File("bell.qasm", Bell), .. options]).Refusal(code), StringComparison.Ordinal);

    [Fact]
    public void WhatCannotBeDone_IsRefusedInOneSentence()
    {
        Assert.StartsWith("There is no file 'nowhere.qasm'", CommandRunner.Run("simulate", "nowhere.qasm").Refusal(ExitCode.Failed), StringComparison.Ordinal);
        string input = File("input.qasm", Three + "input float theta; qubit q; rx(theta) q;");
        Assert.Contains("has inputs without values: theta; give them, as in --set theta=0.5.", CommandRunner.Run("simulate", input).Refusal(ExitCode.WrongCommandLine), StringComparison.Ordinal);
        string follow = File("follow.qasm", Follow);
        Assert.StartsWith("This program has no single state vector", CommandRunner.Run("simulate", follow, "--statevector").Refusal(ExitCode.Failed), StringComparison.Ordinal);
        Assert.StartsWith("The program has a condition on classical bits", CommandRunner.Run("simulate", follow, "--density").Refusal(ExitCode.Failed), StringComparison.Ordinal);
        Assert.StartsWith("Shots are drawn from a density matrix where all measurements come last", CommandRunner.Run("simulate", follow, "--density", "--shots", "2").Refusal(ExitCode.Failed), StringComparison.Ordinal);
        string wide = File("wide.qasm", Two + "qreg q[13]; h q;");
        Assert.StartsWith("A density matrix has 1-12 qubits", CommandRunner.Run("simulate", wide, "--density").Refusal(ExitCode.Failed), StringComparison.Ordinal);
        string noise = File("noise.json", "{ \"format\": \"qdiff-noise-1\", \"rules\": [ { \"after\": \"foo\", \"channels\": [] } ] }");
        Assert.StartsWith($"The noise file '{noise}' cannot be used: $.rules[0].after: ", CommandRunner.Run("simulate", wide, "--noise", noise).Refusal(ExitCode.Failed), StringComparison.Ordinal);
    }

    [Fact]
    public void Memory_ThatAStateDoesNotFit_IsRefusedBeforeItIsTaken()
    {
        const long gibi = 1L << 30;
        Assert.Equal(
            "30 qubits in double precision need 32.0 GiB of memory, and this machine has 16.0; use fewer qubits or '--precision float'.",
            Assert.Throws<UserErrorException>(() => ProgramSimulation<double>.RequireMemory(30, 16 * gibi)).Message);
        Assert.Equal(
            "30 qubits in single precision need 16.0 GiB of memory, and this machine has 15.5; use fewer qubits.",
            Assert.Throws<UserErrorException>(() => ProgramSimulation<float>.RequireMemory(30, 31 * gibi / 2)).Message);
        ProgramSimulation<float>.RequireMemory(30, 16 * gibi);
        ProgramSimulation<float>.RequireMemory(30, 0);
    }

    private string File(string name, string text)
    {
        string path = _folder.File(name);
        System.IO.File.WriteAllText(path, text);
        return path;
    }

    private string Run(string text, params string[] options) =>
        CommandRunner.Run(["simulate", File("circuit.qasm", text), .. options]).Done().Output.ReplaceLineEndings("\n");

    private static Dictionary<string, int> Counts(string json) =>
        JsonSerializer.Deserialize<Dictionary<string, Dictionary<string, int>>>(json)!["counts"];

    private static void AssertProbabilities(string json, double tolerance, params (string Bits, double Probability)[] expected)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        Assert.Equal(expected[0].Bits.Length, document.RootElement.GetProperty("qubits").GetInt32());
        JsonProperty[] got = [.. document.RootElement.GetProperty("probabilities").EnumerateObject()];
        Assert.Equal(expected.Select(e => e.Bits), got.Select(p => p.Name));
        Assert.All(expected.Zip(got), pair => Assert.Equal(pair.First.Probability, pair.Second.Value.GetDouble(), tolerance));
    }

    // Within five standard errors.
    private static void AssertShare(double share, int count, int shots)
    {
        double error = 5 * Math.Sqrt(share * (1 - share) / shots);
        Assert.True(
            Math.Abs(((double)count / shots) - share) < error, string.Create(CultureInfo.InvariantCulture, $"{count} of {shots}, expected a share of {share} ± {error}"));
    }
}

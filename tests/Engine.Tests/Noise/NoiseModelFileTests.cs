using System.Numerics;
using System.Text;
using System.Text.RegularExpressions;
using QDiff.Engine.Files;
using QDiff.Engine.Gates;
using QDiff.Engine.Noise;
using QDiff.Engine.Programs;
using QDiff.Engine.Tests.Reference;

namespace QDiff.Engine.Tests.Noise;

public partial class NoiseModelFileTests
{
    [Fact]
    public void Parse_TheDocumentedExample_IsTheModelThatTheTextDescribes()
    {
        var model = NoiseModelFile.Parse(DocumentedExample());
        Assert.Equal("five qubits, made up", model.Name);
        Assert.Equal(5, model.QubitCount);
        var program = new ProgramBuilder(5, 5).Gate(GateCatalog.H, [0]).Gate(GateCatalog.CNOT, [0, 1]).Gate(GateCatalog.CNOT, [3, 2]).Measure(0, 0).Build();
        var noisy = model.Apply(program);
        Assert.Equal(
            ["Depolarizing(0.001)", "Depolarizing(0.01)", "Depolarizing(0.02)", "ThermalRelaxation(50, 30, 0.3, 0)", "ThermalRelaxation(50, 30, 0.3, 0)"],
            noisy.Instructions.OfType<ChannelInstruction>().Select(channel => channel.Channel.ToString()));
        Assert.Equal(2, noisy.Instructions.OfType<ChannelInstruction>().ElementAt(2).Qubits[0]);
        Assert.Equal(0.04, model.OtherReadout!.Probability(read: 0, prepared: 1));
        Assert.Equal<IEnumerable<int>>([3, 4], model.Readout[0].Positions);
    }

    [Theory]
    [InlineData("""{"name": "BitFlip", "p": 0.1}""")]
    [InlineData("""{"name": "phaseflip", "p": 0.1}""")]
    [InlineData("""{"name": "BitPhaseFlip", "p": 0.1}""")]
    [InlineData("""{"name": "Pauli", "px": 0.1, "py": 0.2, "pz": 0.3}""")]
    [InlineData("""{"name": "Depolarizing", "p": 0.1, "each": true}""")]
    [InlineData("""{"name": "AmplitudeDamping", "gamma": 0.1}""")]
    [InlineData("""{"name": "GeneralizedAmplitudeDamping", "gamma": 0.1, "excited_population": 0.2}""")]
    [InlineData("""{"name": "PhaseDamping", "lambda": 0.1}""")]
    [InlineData("""{"name": "ThermalRelaxation", "t1": 20, "t2": 30, "time": 0.1}""")]
    [InlineData("""{"name": "OverRotation", "x": 0, "y": 0, "z": 1, "angle": 0.01}""")]
    [InlineData("""{"name": "Reset", "p0": 0.1}""")]
    [InlineData("""{"name": "MixedUnitary", "unitaries": [[[1, 0], [0, 1]], [[0, [0, -1]], [[0, 1], 0]]], "probabilities": [0.9, 0.1]}""")]
    [InlineData("""{"name": "Kraus", "operators": [[[1, 0], [0, 0.8]], [[0, 0.6], [0, 0]]]}""")]
    public void Parse_EveryChannel_IsRead(string channel)
    {
        var model = NoiseModelFile.Parse(Rule(channel));
        var step = Assert.Single(Assert.Single(model.Rules).Steps);
        Assert.False(step.Each);
        Assert.Equal(1, step.Channel.QubitCount);
        Assert.True(ChannelCatalog.All.Any(row => row.Name == step.Channel.Name), step.Channel.Name);
    }

    [Fact]
    public void Parse_PauliStrings_ReadTheFirstQubitRightmost()
    {
        var model = NoiseModelFile.Parse(Rule("""{"name": "Pauli", "strings": {"XI": 0.25, "ZY": 0.125}}""", "\"CZ\""));
        var expected = ReferenceChannels.Mix(
            (0.625, ReferenceGates.Kronecker(ReferenceGates.Identity, ReferenceGates.Identity)),
            (0.25, ReferenceGates.Kronecker(ReferenceGates.X, ReferenceGates.Identity)), (0.125, ReferenceGates.Kronecker(ReferenceGates.Z, ReferenceGates.Y)));
        Comparison.AssertClose<double>(
            ReferenceChannels.Action(expected, 4), ReferenceChannels.Action(ReferenceChannels.OfKraus(model.Rules[0].Steps[0].Channel.Kraus), 4),
            10 * Tolerances.ClosedForm, "channel");
    }

    [Fact]
    public void Parse_KrausOfTwoQubits_IsWhatWasWritten()
    {
        var model = NoiseModelFile.Parse(Rule(
            """{"name": "Kraus", "operators": [[[0, [0, 1], 0, 0], [1, 0, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]]}""", "\"two-qubit gates\""));
        Assert.Equal(Complex.ImaginaryOne, model.Rules[0].Steps[0].Channel.Kraus[0][0, 1]);
    }

    [Fact]
    public void Parse_SeveralPairs_MakesARuleForEach()
    {
        var model = NoiseModelFile.Parse(
            """{"format": "qdiff-noise-1", "rules": [{"after": ["cz", "CNOT"], "qubits": [[0, 1], [2, 1]], "channels": [{"name": "Depolarizing", "p": 0.1}]}]}""");
        Assert.Equal(["0 1", "2 1"], model.Rules.Select(rule => string.Join(' ', rule.Qubits)));
    }

    [Theory]
    [InlineData(" \n", "$: the file is empty; it must hold a JSON object.")]
    [InlineData("{\n  \"format\": \"qdiff-noise-1\",\n  oops}", "line 3, column 3: this is no valid JSON: 'o' is an invalid start of a property name")]
    [InlineData("{\"format\": \"qdiff-noise-1\", \"format\": 1}", "$: this is no valid JSON: Duplicate property")]
    [InlineData("[]", "$: this must be an object; got an array.")]
    [InlineData("{}", "$: the key \"format\" is missing.")]
    [InlineData("""{"format": "qiskit"}""", "$.format: the format of a noise model is \"qdiff-noise-1\"; got \"qiskit\".")]
    [InlineData("""{"format": "qdiff-noise-1", "rule": []}""", "$.rule: there is no such key here; known are format, name, qubits, rules, readout.")]
    [InlineData("""{"format": "qdiff-noise-1", "qubits": 99}""", "$.qubits: A register has 1-30 qubits; got 99.")]
    [InlineData("""{"format": "qdiff-noise-1", "qubits": -3, "readout": [{"qubits": [0], "probabilities": [[1, 0], [0, 1]]}]}""", "$.qubits: A register has 1-30 qubits; got -3.")]
    [InlineData("""{"format": "qdiff-noise-1", "qubits": 2.5}""", "$.qubits: this must be a whole number; got 2.5.")]
    [InlineData("""{"format": "qdiff-noise-1", "rules": [{"channels": []}]}""", "$.rules[0]: the key \"after\" is missing.")]
    [InlineData("""{"format": "qdiff-noise-1", "rules": [{"before": "reset", "channels": []}]}""", "$.rules[0].before: noise comes before \"measure\"; got \"reset\".")]
    [InlineData("""{"format": "qdiff-noise-1", "rules": [{"before": "measure", "after": "X", "channels": []}]}""", "$.rules[0].after: a rule has \"after\" or \"before\", not both.")]
    [InlineData("""{"format": "qdiff-noise-1", "rules": [{"after": "X", "channels": [], "qubits": [31]}]}""", "$.rules[0].qubits[0]: Qubit 31 is outside this 30-qubit register")]
    [InlineData("""{"format": "qdiff-noise-1", "qubits": 3, "rules": [{"after": "CZ", "channels": [], "qubits": [0, 3]}]}""", "$.rules[0].qubits[1]: Qubit 3 is outside this 3-qubit register (valid: 0-2).")]
    [InlineData("""{"format": "qdiff-noise-1", "rules": [{"after": "CZ", "channels": [], "qubits": [[0]]}]}""", "$.rules[0].qubits[0]: This noise rule is for 2 different qubit(s); got 0.")]
    [InlineData("""{"format": "qdiff-noise-1", "rules": [{"after": ["X", "CZ"], "channels": []}]}""", "$.rules[0]: The gates of a noise rule have the same number of qubits")]
    [InlineData("""{"format": "qdiff-noise-1", "rules": [{"after": [], "channels": []}]}""", "$.rules[0].after: this names no gate.")]
    [InlineData("""{"format": "qdiff-noise-1", "readout": [{"probabilities": [[0.9, 0.2], [0, 1]]}]}""", "$.readout[0].probabilities: Row 0 of a confusion matrix")]
    [InlineData("""{"format": "qdiff-noise-1", "readout": [{"probabilities": [[0.9], [0, 1]]}]}""", "$.readout[0].probabilities[0]: a matrix of 2 rows has as many columns; got 1.")]
    [InlineData("""{"format": "qdiff-noise-1", "readout": [{"qubits": [0, 1], "probabilities": [[1, 0], [0, 1]]}]}""", "$.readout[0].qubits: A readout error on 1 qubit(s) needs as many positions; got 2.")]
    [InlineData("""{"format": "qdiff-noise-1", "readout": [{"probabilities": [[1, 0], [0, 1]]}, {"probabilities": [[1, 0], [0, 1]]}]}""", "$.readout[1]: only one readout error may leave out \"qubits\".")]
    public void Parse_BadFiles_AreRefusedWithThePlace(string text, string message) => Refusal.Says<NoiseFileException>(message, () => NoiseModelFile.Parse(text));

    [Theory]
    [InlineData("""{"name": "Leakage"}""", "$.rules[0].channels[0].name: There is no channel 'Leakage'; the catalog has")]
    [InlineData("""{"name": "BitFlip"}""", "$.rules[0].channels[0]: the key \"p\" is missing.")]
    [InlineData("""{"name": "BitFlip", "p": "much"}""", "$.rules[0].channels[0].p: this must be a number; got a text.")]
    [InlineData("""{"name": "BitFlip", "p": 1e999}""", "$.rules[0].channels[0].p: this number is too large: 1e999.")]
    [InlineData("""{"name": "BitFlip", "p": 0.1, "gamma": 0.1}""", "$.rules[0].channels[0].gamma: there is no such key here; known are name, each, p.")]
    [InlineData("""{"name": "AmplitudeDamping", "gamma": 1.2}""", "$.rules[0].channels[0]: 'AmplitudeDamping' needs γ in [0, 1]; got 1.2.")]
    [InlineData("""{"name": "Pauli", "px": 0.5, "py": 0.4, "pz": 0.3}""", "$.rules[0].channels[0]: 'Pauli' needs p_x + p_y + p_z ≤ 1; got 1.2")]
    [InlineData("""{"name": "Pauli", "strings": {"XI": 0.1, "X": 0.1}}""", "$.rules[0].channels[0].strings.X: the Pauli strings of a channel have the same number of letters")]
    [InlineData("""{"name": "Pauli", "strings": {"Q": 0.1}}""", "$.rules[0].channels[0].strings.Q: a Pauli string has the letters I, X, Y, Z; got 'Q'.")]
    [InlineData("""{"name": "Pauli", "strings": {"X": 0.8, "Y": 0.8}}""", "$.rules[0].channels[0].strings: The probabilities of 'Pauli' must sum to 1 (to 1E-06); they sum to 1.6.")]
    [InlineData("""{"name": "Pauli", "strings": {}}""", "$.rules[0].channels[0].strings: this names no Pauli string.")]
    [InlineData("""{"name": "Pauli", "strings": {"XX": 0.1}}""", "$.rules[0].channels[0]: this channel acts on 2 qubits and the rule on 1.")]
    [InlineData("""{"name": "ThermalRelaxation", "t1": 10, "t2": 21, "time": 1}""", "$.rules[0].channels[0]: 'ThermalRelaxation' needs T2 ≤ 2·T1 = 20; got T2 = 21")]
    [InlineData("""{"name": "Kraus", "operators": [[[1, 0], [0, 0.5]]]}""", "$.rules[0].channels[0].operators: 'Kraus' does not preserve the trace: the largest entry of |Σ K†K − 1| is 0.75")]
    [InlineData("""{"name": "Kraus", "operators": [[[1, [0]], [0, 1]]]}""", "$.rules[0].channels[0].operators[0][0][1]: a complex number is [real, imaginary].")]
    [InlineData("""{"name": "Kraus", "operators": []}""", "$.rules[0].channels[0].operators: 'Kraus' needs at least one Kraus operator; got none.")]
    [InlineData("""{"name": "MixedUnitary", "unitaries": [[[1, 0], [0, 1]]], "probabilities": [0.5]}""", "$.rules[0].channels[0].unitaries: The probabilities of 'MixedUnitary' must sum to 1")]
    public void Parse_BadChannels_AreRefusedWithThePlace(string channel, string message) =>
        Refusal.Says<NoiseFileException>(message, () => NoiseModelFile.Parse(Rule(channel)));

    [Fact]
    public void Parse_OneQubitChannelAfterTwoQubitGates_NeedsEach()
    {
        Refusal.Says<NoiseFileException>(
            "$.rules[0].channels[0]: 'BitFlip' acts on 1 qubit and this rule on 2: add \"each\": true for each of them.",
            () => NoiseModelFile.Parse(Rule("""{"name": "BitFlip", "p": 0.1}""", "\"CZ\"")));
        Refusal.Says<NoiseFileException>(
            "$.rules[0].after: There is no gate 'FOO'; the catalog has", () => NoiseModelFile.Parse(Rule("""{"name": "BitFlip", "p": 0.1}""", "\"FOO\"")));
        Assert.True(NoiseModelFile.Parse(Rule("""{"name": "BitFlip", "p": 0.1, "each": true}""", "\"CZ\"")).Rules[0].Steps[0].Each);
    }

    [Fact]
    public void Parse_MutatedFiles_AreReadOrRefusedWithAPlace()
    {
        var random = new Random(20);
        var source = Encoding.UTF8.GetBytes(DocumentedExample());
        var refused = 0;
        for (var file = 0; file < 3000; file++)
        {
            var bytes = (byte[])source.Clone();
            for (var change = random.Next(1, 4); change > 0; change--)
            {
                var (from, to) = (random.Next(bytes.Length), random.Next(bytes.Length));
                bytes[to] = random.Next(2) == 0 ? bytes[from] : (byte)random.Next(32, 127);
            }

            try
            {
                Assert.NotNull(NoiseModelFile.Parse(Encoding.UTF8.GetString(bytes)));
            }
            catch (NoiseFileException error)
            {
                Assert.NotEmpty(error.Place);
                refused++;
            }
        }

        Assert.InRange(refused, 1000, 2999);
    }

    private static string Rule(string channel, string after = "\"X\"") =>
        $$"""{"format": "qdiff-noise-1", "rules": [{"after": {{after}}, "channels": [{{channel}}]}]}""";

    private static string DocumentedExample()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "docs", "noise.md")))
        {
            folder = folder.Parent ?? throw new FileNotFoundException("docs/noise.md is in no folder above the tests.");
        }

        return JsonBlock().Match(File.ReadAllText(Path.Combine(folder.FullName, "docs", "noise.md"))).Groups["json"].Value;
    }

    [GeneratedRegex(@"```json\n(?<json>.*?)```", RegexOptions.Singleline)]
    private static partial Regex JsonBlock();
}

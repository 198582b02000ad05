using System.Numerics;
using QDiff.Engine.Chips;
using QDiff.Engine.Cpu;
using QDiff.Engine.Files;
using QDiff.Engine.Gates;
using QDiff.Engine.Measurement;
using QDiff.Engine.Noise;
using QDiff.Engine.Programs;
using QDiff.Engine.Tests.Reference;
using QDiff.Engine.Trajectories;

namespace QDiff.Engine.Tests.Chips;

public class ChipProfileTests
{
    [Fact]
    public void Parse_ASmallChip_HasItsQubitsAndCouplings()
    {
        var chip = TestChips.Tiny;
        Assert.Equal("tiny", chip.Name);
        Assert.Equal("yesterday", chip.Calibration);
        Assert.Equal([1, 2, 3, 4, 5, 6, 7], chip.Qubits.Keys);
        Assert.Equal(["1-2", "2-3", "2-4", "3-5", "4-5"], chip.Couplings.Select(pair => $"{pair.First}-{pair.Second}"));
        Assert.Equal(0.98, chip.Coupling(4, 2)!.Fidelity);
        Assert.Null(chip.Coupling(1, 5));
        Assert.Equal(new ChipQubit(3, 0.997, 0.99, 0.97, 20, 10), chip.Qubits[3]);
        Assert.Equal<IEnumerable<string>>(["These qubits are coupled to no other: 6, 7."], chip.Notes);
    }

    [Fact]
    public void ToNoiseModel_OfPlacedQubits_GivesGatesTheirFidelity()
    {
        var model = TestChips.Tiny.ToNoiseModel([4, 2, 3]);
        var program = new ProgramBuilder(3, 2)
            .Gate(GateCatalog.H, [2]).Gate(GateCatalog.CNOT, [1, 0]).Gate(GateCatalog.SWAP, [0, 1]).Gate(GateCatalog.RZZ, [1, 2], 0.3).Measure(0, 1).Build();
        var channels = model.Apply(program).Instructions.OfType<ChannelInstruction>().Select(instruction => instruction.Channel).ToArray();
        Assert.Equal(0.997, channels[0].AverageGateFidelity(), Tolerances.ClosedForm);
        Assert.Equal(0.98, channels[1].AverageGateFidelity(), Tolerances.ClosedForm);

        // p of the CZ of 2-4 is 4·0.02/3 and of 2-3 4·0.04/3.
        Assert.Equal(1 - Math.Pow(1 - 0.08 / 3, 3), channels[2].Depolarizing!.P, Tolerances.ClosedForm);
        Assert.Equal(1 - Math.Pow(1 - 0.16 / 3, 2), channels[3].Depolarizing!.P, Tolerances.ClosedForm);
        var group = Assert.Single(model.ReadoutOf(program).Groups);
        Assert.Equal(1, Assert.Single(group.Positions));
        Assert.Equal(0.2, group.Error.Probability(read: 0, prepared: 1), Tolerances.ClosedForm);
        Assert.Equal(0.1, group.Error.Probability(read: 1, prepared: 0), Tolerances.ClosedForm);
        Refusal.Says(
            "Qubits 0 and 2 are not coupled in the noise model 'tiny'; got CZ(0, 2)",
            () => model.Apply(new ProgramBuilder(3, 0).Gate(GateCatalog.CZ, [0, 2]).Build()));
        Refusal.Says("'tiny' has no qubit 9 in use; it has 1, 2, 3, 4, 5, 6, 7.", () => TestChips.Tiny.ToNoiseModel([1, 9]));
        Refusal.Says("A program is placed on different qubits; got 1, 1.", () => TestChips.Tiny.ToNoiseModel([1, 1]));
    }

    [Fact]
    public void Waiting_ForATime_RelaxesByT1AndT2()
    {
        var transfer = SuperOperator.Of(TestChips.Tiny.Qubits[1].Waiting(5)).ToPauliTransfer();
        Assert.Equal(Math.Exp(-0.5), transfer[1, 1], Tolerances.ClosedForm);
        Assert.Equal(Math.Exp(-0.25), transfer[3, 3], Tolerances.ClosedForm);
    }

    [Theory]
    [InlineData("\"num_qubits\": 7", "\"num_qubits\": 8", "The file says 8 qubits and describes 7; these are used.")]
    [InlineData("\"num_connections\": 5", "\"num_connections\": 4", "The file says 4 couplings and describes 5; these are used.")]
    [InlineData("\"2\": 0.96, \"5\": 0.95", "\"2\": 0.94, \"5\": 0.95", "The CZ fidelity of 2-3 is given as 0.96 and as 0.94; the lower one is used.")]
    [InlineData("\"2\": 0.97 }", "\"2\": 0.97, \"9\": 0.9 }", "The coupling 1-9 is left out: qubit 9 has no profile.")]
    [InlineData("\"1\": [\"2\"]", "\"1\": [\"2\", \"5\"]", "The coupling 1-5 is left out: the topology has it and no CZ fidelity is given.")]
    [InlineData("\"4\": [\"2\", \"5\"], \"5\": [\"3\", \"4\"]", "\"4\": [\"2\"], \"5\": [\"3\"]", "The coupling 4-5 is left out: it has a CZ fidelity and is not in the topology.")]
    [InlineData("[0.95, 0.9]", "[0.95, 0.4]", "Qubit 1 reads 1 as 0 more often than not (P(0|0) = 0.95, P(1|1) = 0.4); kept, since the two can still be told apart.")]
    [InlineData("[0.95, 0.9]", "[0.3, 0.6]", "The readout of qubit 1 says nothing about its state: P(0|0) + P(1|1) = 0.9 is not above 1.")]
    [InlineData("\"t1_us\": 20, \"t2star_us\": 10 },\n    \"2\"", "\"t1_us\": 4, \"t2star_us\": 10 },\n    \"2\"", "T2* = 10 µs of qubit 1 is above 2·T1, which cannot be; taken as 2·T1 = 8 µs.")]
    [InlineData("\"chip\": \"tiny\"", "\"chip\": \"tiny\", \"status\": \"Online\"", "")]
    public void Parse_WhatContradictsItself_IsNoted(string from, string to, string note)
    {
        Assert.Contains(from, TestChips.Text);
        var notes = ChipProfile.Parse(TestChips.Text.Replace(from, to)).Notes;
        Assert.Equal(note.Length > 0, notes.Contains(note));
        Assert.True(notes.Length <= (note.Length > 0 ? 3 : 1), string.Join('\n', notes));
    }

    [Theory]
    [InlineData("\"readout_fidelity\": [0.95, 0.9]", "\"readout_fidelity\": [0.95]", "$.profiles.1.readout_fidelity: the readout fidelity is [P(0|0), P(1|1)]; got 1 number(s).")]
    [InlineData("[0.95, 0.9]", "[0.95, 1.9]", "$.profiles.1.readout_fidelity[1]: a probability lies in [0, 1]; got 1.9.")]
    [InlineData("\"single_gate_fidelity\": 0.997", "\"single_gate_fidelity\": 99.7", "$.profiles.3.single_gate_fidelity: The average fidelity of a gate on 1 qubit(s) with depolarizing noise lies in [1/3, 1]; got 99.7.")]
    [InlineData("\"2\": 0.97 }", "\"2\": 0.1 }", "$.profiles.1.two_gate_fidelities.2: The average fidelity of a gate on 2 qubit(s) with depolarizing noise lies in [1/5, 1]; got 0.1.")]
    [InlineData("\"2\": 0.97 }", "\"1\": 0.97 }", "$.profiles.1.two_gate_fidelities.1: a qubit is not coupled to itself.")]
    [InlineData("\"2\": 0.97 }", "\"two\": 0.97 }", "$.profiles.1.two_gate_fidelities.two: a qubit has a number from 0 to 9999; got \"two\".")]
    [InlineData("\"2\": 0.97 }", "\"2000000000\": 0.97 }", "$.profiles.1.two_gate_fidelities.2000000000: a qubit has a number from 0 to 9999; got \"2000000000\".")]
    [InlineData("\"chip\": \"tiny\", ", "", "$: the key \"chip\" is missing.")]
    public void Parse_WhatCannotBeUsed_IsRefusedWithThePlace(string from, string to, string message)
    {
        Assert.Contains(from, TestChips.Text);
        Refusal.Says<NoiseFileException>(message, () => ChipProfile.Parse(TestChips.Text.Replace(from, to)));
    }

    [Fact]
    public void NoiseFile_OfEitherFormat_IsRecognised()
    {
        Assert.NotNull(NoiseFile.Parse(TestChips.Text).Chip);
        Assert.NotNull(NoiseFile.Parse("""{"format": "qdiff-noise-1"}""").Model);
        Refusal.Says<NoiseFileException>(
            "$: this is neither a noise model (it would have \"format\": \"qdiff-noise-1\") nor a chip's profile (it would have \"profiles\").",
            () => NoiseFile.Parse("{}"));
        Assert.Equal("tiny", NoiseFile.Parse(TestChips.Text).ModelFor(3).Name);
        Refusal.Says(
            "The noise model 'noise model' is for 2 qubit(s); the program has 3.",
            () => NoiseFile.Parse("""{"format": "qdiff-noise-1", "qubits": 2}""").ModelFor(3));
    }

    [Fact]
    public void Prepare_OnAChip_RoutesAndPutsNoiseIn()
    {
        var program = new ProgramBuilder(3, 3).Gate(GateCatalog.CNOT, [0, 2]).Gate(GateCatalog.CNOT, [0, 1]).Gate(GateCatalog.CNOT, [1, 2])
            .Measure(0, 0).Measure(1, 1).Measure(2, 2).Build();
        var noisy = NoiseFile.Parse(TestChips.Text).Prepare(program);
        Assert.NotNull(noisy.Cost);
        Assert.Equal(3 + 3 * noisy.Cost.Swaps, noisy.Cost.CzGates);
        Assert.Equal(1, noisy.Cost.Swaps);
        Assert.Equal(3, noisy.Readout.Groups.Length);
        Assert.Equal(4, noisy.Program.Instructions.OfType<ChannelInstruction>().Count());

        // Of three coupled qubits the best line by CZ and readout is 2-4-5 or 1-2-4 …; bit 2 has the error of the qubit that is measured into it.
        var measured = noisy.Program.Instructions.OfType<MeasureInstruction>().Single(measure => measure.Bit == 2).Qubit;
        Assert.Equal(noisy.FinalLayout[2], measured);
        var error = noisy.Readout.Groups.Single(group => group.Positions[0] == 2).Error;
        Assert.Equal(1 - TestChips.Tiny.Qubits[noisy.Cost.Qubits[measured]].ReadOne, error.Probability(0, 1), Tolerances.ClosedForm);

        var plain = NoiseFile.Parse("""{"format": "qdiff-noise-1"}""").Prepare(program);
        Assert.Null(plain.Cost);
        Assert.Equal([0, 1, 2], plain.FinalLayout.AsEnumerable());
    }

    [Fact]
    public void Prepare_OfAGhzState_HasTheCountsOfTheDensityMatrix()
    {
        const int shots = 40_000, qubits = 3;
        const ulong seed = 23;
        var program = new ProgramBuilder(qubits, qubits).Gate(GateCatalog.H, [0]).Gate(GateCatalog.CNOT, [0, 1]).Gate(GateCatalog.CNOT, [0, 2])
            .Measure(0, 0).Measure(1, 1).Measure(2, 2).Build();
        var noisy = NoiseFile.Parse(TestChips.Text).Prepare(program);
        using var backend = new CpuBackend();
        var counts = ShotSampler.Counts<double>(backend, noisy.Program, default, shots, seed, noisy.Readout);

        // vec(ρ) is a state of twice the qubits: K acts on q, conj(K) on q + n.
        var vector = new DenseState(2 * qubits);
        foreach (var instruction in noisy.Program.Instructions)
        {
            vector = instruction switch
            {
                GateInstruction { Operation: var gate } => Sum(vector, [ReferenceGates.Matrix(gate.Gate.QasmName!)], [.. gate.Qubits]),
                ChannelInstruction channel => Sum(vector, channel.Channel.Kraus.Select(ReferenceGates.ReverseQubits), [.. channel.Qubits]),
                _ => vector,
            };
        }

        var expected = new double[1 << qubits];
        foreach (var measure in Enumerable.Range(0, 1 << qubits))
        {
            var outcome = Enumerable.Range(0, qubits).Sum(q => ((measure >> noisy.FinalLayout[q]) & 1) << q);
            expected[outcome] = vector.Amplitudes[measure * ((1 << qubits) + 1)].Real;
        }

        expected = noisy.Readout.Apply(expected);
        Assert.Equal(1, expected.Sum(), Tolerances.Expectation<double>());
        Sampling.AssertCounts(
            expected, [.. Enumerable.Range(0, 1 << qubits).Select(outcome => counts.GetValueOrDefault(Bitstring.Format(outcome, qubits)))], shots, $"counts, seed {seed}");
    }

    [WukongFact]
    public void Parse_TheWukongCalibration_IsReadWithItsOddities()
    {
        var chip = NoiseFile.Parse(File.ReadAllText(WukongFactAttribute.Path)).Chip!;
        Assert.Equal("Wukong 72", chip.Name);
        Assert.Equal(63, chip.Qubits.Count);
        Assert.Equal(54, chip.Couplings.Length);
        Assert.Equal(0.33, chip.Qubits[1].ReadOne);
        Assert.Equal(15.35, chip.Qubits[8].T2);
        Assert.Equal(4, chip.Notes.Count(note => note.Contains("reads 1 as 0 more often than not")));
        Assert.Contains("Of qubits 1 to 70 these are out of use: 18, 23, 42, 43, 49, 65, 68.", chip.Notes);
        Assert.Contains(chip.Notes, note => note.StartsWith("These qubits are coupled to no other: 6, 15,"));
        Assert.Equal(6, chip.Notes.Length);
    }

    // Σ_K of K ρ K†.
    private static DenseState Sum(DenseState vector, IEnumerable<Complex[,]> operators, int[] qubits)
    {
        var sum = new Complex[vector.Amplitudes.Length];
        foreach (var k in operators)
        {
            var conjugate = (Complex[,])k.Clone();
            for (var i = 0; i < k.Length; i++)
            {
                conjugate[i / k.GetLength(1), i % k.GetLength(1)] = Complex.Conjugate(k[i / k.GetLength(1), i % k.GetLength(1)]);
            }

            var image = new DenseState(vector.Amplitudes).Apply(k, qubits).Apply(conjugate, [.. qubits.Select(qubit => qubit + vector.Qubits / 2)]);
            for (var i = 0; i < sum.Length; i++)
            {
                sum[i] += image.Amplitudes[i];
            }
        }

        return new DenseState(sum);
    }
}

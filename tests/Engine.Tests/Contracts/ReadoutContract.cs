using System.Numerics;
using QDiff.Engine.Backends;
using QDiff.Engine.Circuits;
using QDiff.Engine.Measurement;
using QDiff.Engine.Observables;
using QDiff.Engine.Planning;
using QDiff.Engine.Tests.Reference;

namespace QDiff.Engine.Tests.Contracts;

/// <summary>Contract: Measure and Run return the reference's expectations and probabilities.</summary>
public abstract class ReadoutContract<T> : BackendContract<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private int[] Batches => [.. new[] { 1, 3, 17 }.Where(batch => batch <= MostBatch)];

    [ContractFact]
    public void Measure_PauliStringsOfEveryWeight_EqualTheReference()
    {
        for (var qubits = 1; qubits <= 7; qubits++)
        {
            var readout = TestCircuits.RandomPaulis(qubits, qubits);
            foreach (var batch in Batches)
            {
                AssertMeasures(readout, TestCircuits.InitialStates(batch, qubits, 20 + qubits), $"{qubits} qubits, batch {batch}");
            }
        }
    }

    [ContractFact]
    public void Measure_EveryPauliStringOfThreeQubits_EqualsTheReference()
    {
        // All 64, alone and in one list.
        var strings = Enumerable.Range(0, 64)
            .Select(code => PauliString.From((0, (Pauli)(code % 4)), (1, (Pauli)(code / 4 % 4)), (2, (Pauli)(code / 16))))
            .ToArray();
        var states = TestCircuits.InitialStates(5, 3, 2);
        AssertMeasures(Readout.Expectations(strings), states, "all strings of three qubits");
        foreach (var text in strings)
        {
            AssertMeasures(Readout.Expectations(text), states, text.ToString());
        }
    }

    [ContractFact]
    public void Measure_SinglesAndNeighbourPairs_EqualTheReference()
    {
        // What the hybrid model reads: 3n singles and 9(n − 1) pairs.
        const int qubits = 6;
        Pauli[] paulis = [Pauli.X, Pauli.Y, Pauli.Z];
        var strings = Enumerable.Range(0, qubits)
            .SelectMany(qubit => paulis.Select(pauli => PauliString.From((qubit, pauli))))
            .Concat(Enumerable.Range(0, qubits - 1).SelectMany(qubit => paulis.SelectMany(a => paulis.Select(b => PauliString.Pair(a, qubit, b, qubit + 1)))))
            .ToArray();
        AssertMeasures(Readout.Expectations(strings), TestCircuits.InitialStates(17, qubits, 3), "singles and pairs");
    }

    [ContractFact]
    public void Measure_BornProbabilities_EqualTheReference()
    {
        for (var qubits = 1; qubits <= 8; qubits++)
        {
            foreach (var batch in Batches)
            {
                AssertMeasures(Readout.BornProbabilities(qubits), TestCircuits.InitialStates(batch, qubits, 30 + qubits), $"{qubits} qubits, batch {batch}");
            }
        }
    }

    [ContractTheory]
    [InlineData(14, 1)]
    [InlineData(13, 2)]
    public void Measure_WideRegister_EqualsTheReference(int qubits, int batch)
    {
        qubits = Math.Min(qubits, MostQubits);
        var states = TestCircuits.InitialStates(batch, qubits, 4);
        AssertMeasures(TestCircuits.RandomPaulis(qubits, 1), states, "wide expectations");
        AssertMeasures(Readout.BornProbabilities(qubits), states, "wide probabilities");
    }

    [ContractFact]
    public void Run_RandomCircuits_WithAndWithoutInitialStates_EqualTheReference()
    {
        for (var qubits = 1; qubits <= 6; qubits++)
        {
            var circuit = TestCircuits.Random(qubits, 30, 500 + qubits);
            foreach (var batch in Batches)
            {
                foreach (var readout in new[] { TestCircuits.RandomPaulis(qubits, 9), Readout.BornProbabilities(qubits) })
                {
                    AssertRuns(circuit, readout, batch, TestCircuits.InitialStates(batch, qubits, 3), given: true);
                    AssertRuns(circuit, readout, batch, TestCircuits.ZeroStates(batch, qubits), given: false);
                }
            }
        }
    }

    [ContractFact]
    public void Run_FifteenLayersTenQubits_ZExpectations_EqualTheReference()
    {
        var circuit = TestCircuits.Ansatz(10, 15);
        var readout = Readout.Expectations([.. Enumerable.Range(0, 10).Select(PauliString.Z)]);
        AssertRuns(circuit, readout, 3, TestCircuits.InitialStates(3, 10, 12), given: true);
    }

    [ContractFact]
    public void Run_InitialStates_AreLeftUnchanged()
    {
        var circuit = TestCircuits.Ansatz(4, 2);
        var initial = TestCircuits.InitialStates(5, 4, 3);
        using var states = Batch(initial);
        var values = new T[5 * 16];
        Backend.Run(
            Planner.Plan(circuit), Readout.BornProbabilities(4), new Bindings<T>(Convert(TestCircuits.Numbers(circuit.TrainableCount, 1))), 5, values, states);
        for (var sample = 0; sample < 5; sample++)
        {
            Comparison.AssertClose<T>([.. initial[sample].Amplitudes.Select(a => a.Real)], states.Real(sample), 0, $"sample {sample}");
            Comparison.AssertClose<T>([.. initial[sample].Amplitudes.Select(a => a.Imaginary)], states.Imaginary(sample), 0, $"sample {sample}");
        }
    }

    [ContractFact]
    public void Apply_ThenBornSamples_FollowTheReferenceProbabilities()
    {
        const int shots = 50_000;
        const ulong seed = 404;
        var circuit = TestCircuits.Random(4, 25, 8, inputs: 1);
        var parameters = TestCircuits.Numbers(circuit.TrainableCount, 1, 2);
        double[] inputs = [0.5, -0.25];
        var initial = TestCircuits.ZeroStates(2, 4);
        using var states = Batch(initial);
        Backend.Apply(Planner.Plan(circuit), new Bindings<T>(Convert(parameters), Convert(inputs)), states);
        var outcomes = BornSampler.Sample(states, shots, seed, 0);
        for (var sample = 0; sample < 2; sample++)
        {
            var counts = new int[16];
            foreach (var (outcome, count) in BornSampler.Counts(outcomes, sample))
            {
                counts[outcome] = count;
            }

            var probabilities = ReferenceCircuit.Run(circuit, parameters, [inputs[sample]], initial[sample]).Probabilities();
            Sampling.AssertCounts(probabilities, counts, shots, $"sample {sample}, seed {seed}");
        }
    }

    private void AssertMeasures(Readout readout, DenseState[] initial, string what)
    {
        using var states = Batch(initial);
        var values = new T[initial.Length * readout.Count];
        values.AsSpan().Fill(T.NaN);
        Backend.Measure(states, readout, values);
        double[] expected = [.. initial.SelectMany(state => ReferenceCircuit.Read(state, readout))];
        Comparison.AssertClose<T>(expected, values, Tolerances.Expectation<T>(), $"{what}, {Precision}");
    }

    private void AssertRuns(Circuit circuit, Readout readout, int batch, DenseState[] initial, bool given)
    {
        var parameters = TestCircuits.Numbers(circuit.TrainableCount, 1, 3);
        var inputs = TestCircuits.Numbers(circuit.InputCount * batch, 2, 3);
        var values = new T[batch * readout.Count];
        values.AsSpan().Fill(T.NaN);
        using var states = given ? Batch(initial) : null;
        Backend.Run(Planner.Plan(circuit), readout, new Bindings<T>(Convert(parameters), Convert(inputs)), batch, values, states);
        var expected = ReferenceCircuit.Values(circuit, readout, parameters, inputs, initial);
        Comparison.AssertClose<T>(
            expected, values, Tolerances.Expectation<T>(), $"{circuit.QubitCount} qubits, batch {batch}, initial {(given ? "given" : "zero")}, Born {readout.IsBorn}, {Precision}");
    }
}

using System.Numerics;
using QDiff.Engine.Backends;
using QDiff.Engine.Circuits;
using QDiff.Engine.Gates;
using QDiff.Engine.Planning;
using QDiff.Engine.Tests.Reference;

namespace QDiff.Engine.Tests.Contracts;

/// <summary>Contract: <see cref="IBackend.Apply"/> does to every state what the dense reference does.</summary>
public abstract class CircuitContract<T> : BackendContract<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int GreatestBatch = 17;

    private int[] Batches => [.. new[] { 1, 3, GreatestBatch }.Where(batch => batch <= MostBatch)];

    public static TheoryData<string> GateNames => [.. GateCatalog.All.Select(gate => gate.Name)];

    public static TheoryData<int, int> RandomCircuits
    {
        get
        {
            var data = new TheoryData<int, int>();
            for (var qubits = 1; qubits <= 8; qubits++)
            {
                for (var seed = 1; seed <= 5; seed++)
                {
                    data.Add(qubits, 100 * seed + qubits);
                }
            }

            return data;
        }
    }

    [ContractTheory]
    [MemberData(nameof(GateNames))]
    public void Apply_EveryGate_OnEveryPlacementAndBatch_EqualsTheReference(string name)
    {
        var gate = GateCatalog.Find(name);
        double[] angles = [0.75, -2.25, 1.375];
        for (var qubits = gate.Arity; qubits <= 5; qubits++)
        {
            var initial = ReferenceCache.Get($"states {qubits}", () => TestCircuits.InitialStates(GreatestBatch, qubits, 40 + qubits));
            foreach (var placement in TestCircuits.Placements(gate.Arity, qubits))
            {
                var circuit = new CircuitBuilder(qubits)
                    .Append(gate, placement, [.. angles[..gate.ParameterCount].Select(Parameter.Constant)])
                    .Build();
                var what = $"{name}({string.Join(", ", placement)}) of {qubits} qubits";
                var expected = ReferenceCache.Get(what, () => ReferenceCircuit.Run(circuit, [], [], initial));
                foreach (var batch in Batches)
                {
                    AssertApplies(circuit, [], [], initial[..batch], expected, what);
                }
            }
        }
    }

    [ContractTheory]
    [MemberData(nameof(RandomCircuits))]
    public void Apply_RandomCircuit_WithSharedAndPerSampleParameters_EqualsTheReference(int qubits, int seed)
    {
        var circuit = TestCircuits.Random(qubits, 15 + 5 * qubits, seed);
        var parameters = TestCircuits.Numbers(circuit.TrainableCount, seed, 3);
        foreach (var batch in Batches)
        {
            var inputs = TestCircuits.Numbers(circuit.InputCount * batch, seed + 1, 3);
            var initial = TestCircuits.InitialStates(batch, qubits, seed);
            var expected = ReferenceCache.Get(
                $"random {qubits} {seed} {batch}", () => ReferenceCircuit.Run(circuit, parameters, inputs, initial));
            AssertApplies(circuit, parameters, inputs, initial, expected, $"random circuit, {qubits} qubits, seed {seed}");
        }
    }

    [ContractTheory]
    [InlineData("RX")]
    [InlineData("RY")]
    [InlineData("RZ")]
    [InlineData("P")]
    [InlineData("CRX")]
    [InlineData("CRY")]
    [InlineData("CRZ")]
    [InlineData("CP")]
    [InlineData("RXX")]
    [InlineData("RYY")]
    [InlineData("RZZ")]
    public void Apply_SpecialAngles_EqualTheReference(string name)
    {
        // Where shears, half-angle folds and range reduction go wrong; each angle on its own, shared and per sample.
        double[] angles = [0, 1e-4, Math.PI / 2, Math.PI, -Math.PI, 3.2, 2 * Math.PI, -2 * Math.PI, 7.5, -9.75, 12.5, 100.25];
        angles = [.. angles.Select(angle => (double)(float)angle)];
        var gate = GateCatalog.Find(name);
        var initial = TestCircuits.InitialStates(angles.Length, 3, 7);
        int[] placement = gate.Arity == 1 ? [1] : [2, 0];

        var perSample = new CircuitBuilder(3).Append(gate, placement, Parameter.Input(0)).Build();
        DenseState[] expected = [.. initial.Select((state, sample) => ReferenceCircuit.Run(perSample, [], [angles[sample]], state))];
        AssertApplies(perSample, [], angles, initial, expected, $"{name} with an angle per sample");

        var shared = new CircuitBuilder(3).Append(gate, placement, Parameter.Trainable(0)).Build();
        foreach (var angle in angles)
        {
            var constant = new CircuitBuilder(3).Append(gate, placement, angle).Build();
            DenseState[] same = [.. initial.Select(state => ReferenceCircuit.Run(shared, [angle], [], state))];
            AssertApplies(shared, [angle], [], initial, same, $"{name} with the shared angle {angle}");
            AssertApplies(constant, [], [], initial, same, $"{name} with the constant angle {angle}");
        }
    }

    [ContractFact]
    public void Apply_UserUnitaries_OnEveryPlacement_EqualTheReference()
    {
        var random = new Random(3);
        for (var arity = 1; arity <= 3; arity++)
        {
            var matrix = TestCircuits.RandomUnitary(1 << arity, random);
            foreach (var placement in TestCircuits.Placements(arity, 4))
            {
                var circuit = new CircuitBuilder(4).Unitary(matrix, placement).Build();
                var initial = TestCircuits.InitialStates(5, 4, arity);
                DenseState[] expected =
                    [.. initial.Select(state => new DenseState(state.Amplitudes).Apply(ReferenceGates.ReverseQubits(matrix), placement))];
                AssertApplies(circuit, [], [], initial, expected, $"unitary on {string.Join(", ", placement)}");
            }
        }
    }

    [ContractTheory]
    [InlineData(10, 1)]
    [InlineData(10, 3)]
    [InlineData(10, 17)]
    [InlineData(7, 33)]
    public void Apply_FifteenLayerAnsatz_EqualsTheReference(int qubits, int batch)
    {
        batch = Math.Min(batch, MostBatch);
        var circuit = TestCircuits.Ansatz(qubits, 15);
        var parameters = TestCircuits.Numbers(circuit.TrainableCount, 5, 3);
        var initial = TestCircuits.InitialStates(batch, qubits, 6);
        var expected = ReferenceCache.Get($"ansatz {qubits} {batch}", () => ReferenceCircuit.Run(circuit, parameters, [], initial));
        AssertApplies(circuit, parameters, [], initial, expected, "ansatz");
    }

    [ContractTheory]
    [InlineData(9, 1)]
    [InlineData(10, 18)]
    [InlineData(11, 3)]
    [InlineData(12, 5)]
    [InlineData(13, 1)]
    [InlineData(14, 1)]
    [InlineData(15, 1)]
    [InlineData(14, 3)]
    public void Apply_WideRegister_EqualsTheReference(int qubits, int batch)
    {
        // From 14 qubits and one state on the lanes run along the amplitudes.
        (qubits, batch) = (Math.Min(qubits, MostQubits), Math.Min(batch, MostBatch));
        var circuit = TestCircuits.Random(qubits, 60, qubits).Then(TestCircuits.Ansatz(qubits, 1));
        var parameters = TestCircuits.Numbers(circuit.TrainableCount, 5, 3);
        var inputs = TestCircuits.Numbers(circuit.InputCount * batch, 6, 3);
        var initial = TestCircuits.InitialStates(batch, qubits, 6);
        var expected = ReferenceCache.Get($"wide {qubits} {batch}", () => ReferenceCircuit.Run(circuit, parameters, inputs, initial));
        AssertApplies(circuit, parameters, inputs, initial, expected, "wide circuit");
    }

    [ContractFact]
    public void Apply_CircuitThenItsInverse_RestoresTheStates()
    {
        for (var qubits = 1; qubits <= 6; qubits++)
        {
            var circuit = TestCircuits.Random(qubits, 40, 300 + qubits);
            var parameters = TestCircuits.Numbers(circuit.TrainableCount, 1, 3);
            var inputs = TestCircuits.Numbers(circuit.InputCount * 5, 2, 3);
            var initial = TestCircuits.InitialStates(5, qubits, 3);
            AssertApplies(circuit.Then(circuit.Inverse()), parameters, inputs, initial, initial, $"U†U, {qubits} qubits");
        }
    }

    [ContractFact]
    public void Apply_CnotsSwapsAndFlips_ArePermutationsOfTheAmplitudes()
    {
        // Nothing but index permutations: exact in any precision.
        var builder = new CircuitBuilder(6);
        for (var qubit = 0; qubit < 5; qubit++)
        {
            builder.CNOT(qubit, qubit + 1);
        }

        builder.SWAP(0, 4).CNOT(5, 1).X(2).CNOT(3, 2).SWAP(2, 5);
        var circuit = builder.Build();
        var initial = TestCircuits.InitialStates(GreatestBatch, 6, 9);
        using var states = Batch(initial);
        Backend.Apply(Planner.Plan(circuit), default, states);
        for (var sample = 0; sample < initial.Length; sample++)
        {
            var expected = ReferenceCircuit.Run(circuit, [], [], initial[sample]).Amplitudes;
            Comparison.AssertClose<T>([.. expected.Select(a => a.Real)], states.Real(sample), 0, $"sample {sample}, real parts");
            Comparison.AssertClose<T>([.. expected.Select(a => a.Imaginary)], states.Imaginary(sample), 0, $"sample {sample}, imaginary parts");
        }
    }

    [ContractFact]
    public void Apply_EmptyCircuit_ChangesNothing()
    {
        var initial = TestCircuits.InitialStates(3, 4, 1);
        AssertApplies(new CircuitBuilder(4).Build(), [], [], initial, initial, "empty circuit");
    }
}

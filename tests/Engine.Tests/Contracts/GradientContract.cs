using System.Numerics;
using QDiff.Engine.Backends;
using QDiff.Engine.Circuits;
using QDiff.Engine.Gates;
using QDiff.Engine.Observables;
using QDiff.Engine.Planning;
using QDiff.Engine.Tests.Reference;

namespace QDiff.Engine.Tests.Contracts;

/// <summary>
/// Contract: Backward returns d/d(parameters) and d/d(inputs) of Σ c·value for any cotangents c, as central differences of the independent
/// reference give them, and as parameter-shift gives them where the gate has a rule.
/// </summary>
public abstract class GradientContract<T> : BackendContract<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static TheoryData<string> ParametricGates => [.. GateCatalog.All.Where(gate => gate.ParameterCount > 0).Select(gate => gate.Name)];

    [ContractTheory]
    [MemberData(nameof(ParametricGates))]
    public void Backward_EveryParametricGate_OnEveryPlacement_EqualsFiniteDifferences(string name)
    {
        var gate = GateCatalog.Find(name);
        for (var qubits = gate.Arity; qubits <= 3; qubits++)
        {
            foreach (var placement in TestCircuits.Placements(gate.Arity, qubits))
            {
                // Once with trainable angles and once with an input, between gates that leave nothing symmetric.
                var builder = Scramble(new CircuitBuilder(qubits), 0.4);
                builder.Append(gate, placement, [.. Enumerable.Range(0, gate.ParameterCount).Select(Parameter.Trainable)]);
                Scramble(builder, -1.1);
                builder.Append(gate, placement, [.. Enumerable.Range(0, gate.ParameterCount).Select(index => Parameter.Input(index))]);
                var circuit = Scramble(builder, 0.7).Build();
                AssertGradients(circuit, TestCircuits.RandomPaulis(qubits, 5), 3, given: true, $"{name} on {string.Join(", ", placement)} of {qubits}");
            }
        }
    }

    [ContractTheory]
    [InlineData(1, 1, 3)]
    [InlineData(2, 2, 17)]
    [InlineData(3, 3, 1)]
    [InlineData(4, 4, 3)]
    [InlineData(5, 5, 18)]
    [InlineData(6, 6, 2)]
    [InlineData(7, 7, 5)]
    [InlineData(8, 8, 3)]
    [InlineData(4, 9, 33)]
    [InlineData(3, 10, 2)]
    [InlineData(5, 11, 1)]
    public void Backward_RandomCircuit_SharedScaledShiftedAndPerSample_EqualsFiniteDifferences(int qubits, int seed, int batch)
    {
        batch = Math.Min(batch, MostBatch);
        var circuit = TestCircuits.Random(qubits, 12 + 4 * qubits, 700 + seed);
        foreach (var given in new[] { true, false })
        {
            AssertGradients(circuit, TestCircuits.RandomPaulis(qubits, seed), batch, given, $"random circuit, {qubits} qubits, seed {seed}");
            AssertGradients(circuit, Readout.BornProbabilities(qubits), batch, given, $"random circuit, {qubits} qubits, seed {seed}");
        }
    }

    [ContractFact]
    public void Backward_ReuploadingAnsatz_EqualsFiniteDifferences()
    {
        // The main job's pattern, small: every angle is its own input, and the CNOT chain alternates.
        const int qubits = 4;
        var builder = new CircuitBuilder(qubits);
        var input = 0;
        for (var layer = 0; layer < 3; layer++)
        {
            for (var qubit = 0; qubit < qubits; qubit++)
            {
                builder.RY(qubit, Parameter.Input(input++)).RZ(qubit, Parameter.Input(input++));
            }

            for (var qubit = 0; qubit + 1 < qubits; qubit++)
            {
                builder.CNOT(layer % 2 == 0 ? qubit : qubit + 1, layer % 2 == 0 ? qubit + 1 : qubit);
            }
        }

        AssertGradients(builder.Build(), TestCircuits.RandomPaulis(qubits, 3), Math.Min(18, MostBatch), given: true, "re-uploading ansatz");
    }

    [ContractTheory]
    [InlineData(10, 2, new[] { 0, 1, 7, 150, 298, 299 })]
    [InlineData(14, 1, new[] { 0, 9, 27 })]
    public void Backward_Ansatz_SomeOfManyParameters_EqualFiniteDifferences(int qubits, int batch, int[] some)
    {
        var circuit = TestCircuits.Ansatz(qubits = Math.Min(qubits, MostQubits), qubits == 10 ? 15 : 1);
        some = [.. some.Where(index => index < circuit.TrainableCount)];
        var readout = Readout.Expectations([.. Enumerable.Range(0, qubits).Select(PauliString.Z), PauliString.Parse("X1 Y3 Z4")]);
        var parameters = TestCircuits.Numbers(circuit.TrainableCount, 1, 3);
        var cotangents = TestCircuits.Numbers(batch * readout.Count, 3);
        var initial = TestCircuits.InitialStates(batch, qubits, 4);
        var (gradients, _) = Gradients(Backend, circuit, readout, parameters, [], cotangents, batch, initial);
        var expected = ReferenceCache.Get<double[]>($"ansatz gradient {qubits} {batch}", () =>
            [.. some.Select(index => ReferenceCircuit.ParameterDerivative(circuit, readout, parameters, [], initial, cotangents, index))]);
        T[] chosen = [.. some.Select(index => gradients[index])];
        Comparison.AssertClose<T>(expected, chosen, Tolerances.Gradient<T>(cotangents), $"ansatz of {qubits} qubits, {Precision}");
    }

    [ContractFact]
    public void Backward_WideRegister_OneState_EqualsFiniteDifferences()
    {
        var qubits = Math.Min(14, MostQubits);
        var readout = Readout.Expectations(
            PauliString.Z(qubits - 1), PauliString.From((0, Pauli.X), (qubits - 1, Pauli.Y)), PauliString.Parse("Y5 Z6 X7"), PauliString.Z(0));
        AssertGradients(TestCircuits.Random(qubits, 35, 71, trainables: 4, inputs: 3), readout, 1, given: true, $"wide register, {qubits} qubits");
    }

    [ContractFact]
    public void Backward_ParameterUsedOnce_EqualsItsShiftRule()
    {
        foreach (var gate in GateCatalog.All.Where(gate => gate.ParameterCount > 0))
        {
            for (var parameter = 0; parameter < gate.ParameterCount; parameter++)
            {
                const int qubits = 3;
                var readout = TestCircuits.RandomPaulis(qubits, 4);
                var initial = TestCircuits.InitialStates(3, qubits, 6);
                var cotangents = TestCircuits.Numbers(3 * readout.Count, 8);
                double[] parameters = [0.625];
                var (adjoint, _) = Gradients(Backend, Circuit(0), readout, parameters, [], cotangents, 3, initial);

                double shift = 0;
                foreach (var (coefficient, angle) in gate.ShiftRules[parameter].Terms)
                {
                    var values = new T[3 * readout.Count];
                    using var states = Batch(initial);
                    Backend.Run(Planner.Plan(Circuit(angle)), readout, new Bindings<T>(Convert(parameters)), 3, values, states);
                    shift += coefficient * values.Select((value, index) => double.CreateChecked(value) * cotangents[index]).Sum();
                }

                Comparison.AssertClose<T>([shift], adjoint, Tolerances.Gradient<T>(cotangents), $"{gate.Name}, parameter {parameter}, {Precision}");

                Circuit Circuit(double shift)
                {
                    var angles = Enumerable.Range(0, gate.ParameterCount)
                        .Select(index => index == parameter ? Parameter.Trainable(0) + shift : Parameter.Constant(0.9 - index))
                        .ToArray();
                    var builder = Scramble(new CircuitBuilder(qubits), 0.4);
                    return Scramble(builder.Append(gate, gate.Arity == 1 ? [1] : [2, 0], angles), 1.3).Build();
                }
            }
        }
    }

    [ContractFact]
    public void Backward_DataInputs_ReportZero_AndMixedUsesCountDifferentiableOnesOnly()
    {
        var circuit = new CircuitBuilder(2)
            .RX(0, Parameter.Input(0, differentiable: false))
            .RY(1, Parameter.Input(1))
            .CNOT(0, 1)
            .RX(1, Parameter.Input(1, differentiable: false))
            .RZ(0, 0.5 * Parameter.Input(2))
            .H(0)
            .Build(minimumInputs: 4);
        var readout = TestCircuits.RandomPaulis(2, 3);
        AssertGradients(circuit, readout, 5, given: true, "data inputs");

        var initial = TestCircuits.InitialStates(5, 2, 6);
        var (_, inputs) = Gradients(
            Backend, circuit, readout, [], TestCircuits.Numbers(20, 1), TestCircuits.Numbers(5 * readout.Count, 2), 5, initial);
        for (var sample = 0; sample < 5; sample++)
        {
            Assert.Equal(T.Zero, inputs[4 * sample]);
            Assert.NotEqual(T.Zero, inputs[4 * sample + 1]);
            Assert.Equal(T.Zero, inputs[4 * sample + 3]);
        }
    }

    [ContractFact]
    public void Forward_Values_AreThoseOfRun()
    {
        var circuit = TestCircuits.Random(5, 30, 41);
        var bindings = (Parameters: Convert(TestCircuits.Numbers(circuit.TrainableCount, 1, 3)), Inputs: Convert(TestCircuits.Numbers(7 * circuit.InputCount, 2, 3)));
        foreach (var readout in new[] { TestCircuits.RandomPaulis(5, 1), Readout.BornProbabilities(5) })
        {
            T[] run = new T[7 * readout.Count], forward = new T[7 * readout.Count];
            using var states = Batch(TestCircuits.InitialStates(7, 5, 3));
            Backend.Run(Planner.Plan(circuit), readout, new Bindings<T>(bindings.Parameters, bindings.Inputs), 7, run, states);
            using var tape = Backend.Forward(Planner.Plan(circuit), readout, new Bindings<T>(bindings.Parameters, bindings.Inputs), 7, forward, states);
            Comparison.AssertClose<T>([.. run.Select(double.CreateChecked)], forward, Tolerances.Expectation<T>(), $"Born {readout.IsBorn}");
        }
    }

    [ContractFact]
    public void Backward_Twice_WithoutInputGradients_AndAfterOtherRuns_GivesTheSame()
    {
        var circuit = TestCircuits.Random(4, 30, 43);
        var readout = TestCircuits.RandomPaulis(4, 2);
        T[] parameters = Convert(TestCircuits.Numbers(circuit.TrainableCount, 1, 3)), inputs = Convert(TestCircuits.Numbers(9 * circuit.InputCount, 2, 3));
        var cotangents = Convert(TestCircuits.Numbers(9 * readout.Count, 3));
        var values = new T[9 * readout.Count];
        var plan = Planner.Plan(circuit);
        using var tape = Backend.Forward(plan, readout, new Bindings<T>(parameters, inputs), 9, values);
        var (first, firstInputs) = Backward(tape, circuit.InputCount * 9);

        // Values bound by the caller may be overwritten after Forward; another tape may come and go.
        parameters.AsSpan().Fill(T.One);
        inputs.AsSpan().Fill(T.One);
        using (var other = Backend.Forward(plan, readout, new Bindings<T>(parameters, inputs), 9, values))
        {
            Backward(other, 0);
        }

        var (second, secondInputs) = Backward(tape, circuit.InputCount * 9);
        var (third, _) = Backward(tape, 0);
        Comparison.AssertSameBits<T>(first, second, "parameters, second time");
        Comparison.AssertSameBits<T>(firstInputs, secondInputs, "inputs, second time");
        Comparison.AssertClose<T>([.. first.Select(double.CreateChecked)], third, Tolerances.Gradient<T>([1]), "parameters, no input gradients wanted");

        (T[] Parameters, T[] Inputs) Backward(AdjointTape<T> tape, int inputCount)
        {
            var gradients = (Parameters: new T[circuit.TrainableCount], Inputs: new T[inputCount]);
            // Backward overwrites and does not add.
            gradients.Parameters.AsSpan().Fill(T.One);
            gradients.Inputs.AsSpan().Fill(T.One);
            Backend.Backward(tape, cotangents, gradients.Parameters, gradients.Inputs);
            return gradients;
        }
    }

    /// <summary>Forward and backward on any backend, with the outputs poisoned beforehand.</summary>
    internal static (T[] Parameters, T[] Inputs) Gradients(
        IBackend backend, Circuit circuit, Readout readout, double[] parameters, double[] inputs, double[] cotangents, int batch, DenseState[]? initial)
    {
        using var states = initial is null ? null : Batch(initial);
        var values = new T[batch * readout.Count];
        using var tape = backend.Forward(Planner.Plan(circuit), readout, new Bindings<T>(Convert(parameters), Convert(inputs)), batch, values, states);
        T[] parameterGradients = new T[circuit.TrainableCount], inputGradients = new T[batch * circuit.InputCount];
        parameterGradients.AsSpan().Fill(T.NaN);
        inputGradients.AsSpan().Fill(T.NaN);
        backend.Backward(tape, Convert(cotangents), parameterGradients, inputGradients);
        return (parameterGradients, inputGradients);
    }

    private void AssertGradients(Circuit circuit, Readout readout, int batch, bool given, string what)
    {
        var parameters = TestCircuits.Numbers(circuit.TrainableCount, 1, 3);
        var inputs = TestCircuits.Numbers(batch * circuit.InputCount, 2, 3);
        var cotangents = TestCircuits.Numbers(batch * readout.Count, 3);
        var initial = given ? TestCircuits.InitialStates(batch, circuit.QubitCount, 4) : TestCircuits.ZeroStates(batch, circuit.QubitCount);
        var key = $"{what}, batch {batch}, initial {(given ? "given" : "zero")}, Born {readout.IsBorn}";
        var expected = ReferenceCache.Get<(double[] Parameters, double[] Inputs)>(key, () => (
            [.. Enumerable.Range(0, circuit.TrainableCount).Select(index =>
                ReferenceCircuit.ParameterDerivative(circuit, readout, parameters, inputs, initial, cotangents, index))],
            [.. Enumerable.Range(0, batch * circuit.InputCount).Select(index => ReferenceCircuit.InputDerivative(
                circuit, readout, parameters, inputs, initial, cotangents, index / circuit.InputCount, index % circuit.InputCount))]));

        var (parameterGradients, inputGradients) = Gradients(Backend, circuit, readout, parameters, inputs, cotangents, batch, given ? initial : null);
        var tolerance = Tolerances.Gradient<T>(cotangents);
        Comparison.AssertClose<T>(expected.Parameters, parameterGradients, tolerance, $"{key}, {Precision}, parameters");
        Comparison.AssertClose<T>(expected.Inputs, inputGradients, tolerance, $"{key}, {Precision}, inputs");
    }

    private static CircuitBuilder Scramble(CircuitBuilder builder, double angle)
    {
        for (var qubit = 0; qubit < builder.QubitCount; qubit++)
        {
            builder.U3(qubit, angle + qubit, 0.3 - angle, 1.7 * angle);
        }

        for (var qubit = 0; qubit + 1 < builder.QubitCount; qubit++)
        {
            builder.CNOT(qubit + 1, qubit);
        }

        return builder;
    }
}

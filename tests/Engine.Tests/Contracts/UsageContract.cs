using System.Numerics;
using QDiff.Engine.Backends;
using QDiff.Engine.Circuits;
using QDiff.Engine.Observables;
using QDiff.Engine.Planning;
using QDiff.Engine.States;

namespace QDiff.Engine.Tests.Contracts;

/// <summary>Contract: a backend serves many plans, sizes and threads in any order, and large runs keep what must not change.</summary>
public abstract class UsageContract<T> : BackendContract<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [ContractFact]
    public void Run_ManyAngles_HasTheCosineAndItsDerivative()
    {
        // RY(θ)|0⟩: ⟨Z⟩ = cos θ, ⟨X⟩ = sin θ; one angle per sample.
        const int batch = 1000;
        var circuit = new CircuitBuilder(2).RY(0, Parameter.Input(0)).Build();
        var readout = Readout.Expectations(PauliString.Z(0), PauliString.X(0));
        double[] angles = [.. Enumerable.Range(0, batch).Select(i => (double)(float)(0.025 * (i - 500)))];
        double[] cotangents = [.. Enumerable.Range(0, 2 * batch).Select(i => i % 2 == 0 ? 1.0 : 2.0)];
        var values = new T[2 * batch];
        using var tape = Backend.Forward(Planner.Plan(circuit), readout, new Bindings<T>([], Convert(angles)), batch, values);
        Comparison.AssertClose<T>([.. angles.SelectMany(a => new[] { Math.Cos(a), Math.Sin(a) })], values, Tolerances.Expectation<T>(), Precision);

        var gradients = new T[batch];
        Backend.Backward(tape, Convert(cotangents), [], gradients);
        Comparison.AssertClose<T>([.. angles.Select(a => -Math.Sin(a) + 2 * Math.Cos(a))], gradients, Tolerances.Expectation<T>() * 3, Precision);
    }

    [ContractFact]
    public void Backward_ZeroCotangents_GiveExactZeros()
    {
        var circuit = TestCircuits.Random(4, 30, 90);
        var readout = TestCircuits.RandomPaulis(4, 1);
        var (parameters, inputs) = GradientContract<T>.Gradients(
            Backend, circuit, readout, TestCircuits.Numbers(circuit.TrainableCount, 1), TestCircuits.Numbers(5 * circuit.InputCount, 2),
            new double[5 * readout.Count], 5, null);
        Assert.All(parameters, value => Assert.Equal(T.Zero, value));
        Assert.All(inputs, value => Assert.Equal(T.Zero, value));
    }

    [ContractFact]
    public void Calls_ManyPlansInterleavedAndFromSeveralThreads_GiveTheSameBitsAsAlone()
    {
        var cases = Enumerable.Range(0, 12).Select(i =>
        {
            var qubits = 1 + i * 5 % 9;
            var batch = Math.Min(new[] { 1, 40, 3, 17 }[i % 4], MostBatch);
            var circuit = TestCircuits.Random(qubits, 20, 800 + i);
            var readout = i % 3 == 0 ? Readout.BornProbabilities(qubits) : TestCircuits.RandomPaulis(qubits, i);
            return (circuit, readout, batch, inputs: TestCircuits.Numbers(batch * circuit.InputCount, i, 3),
                parameters: TestCircuits.Numbers(circuit.TrainableCount, 50 + i, 3), cotangents: TestCircuits.Numbers(batch * readout.Count, i));
        }).ToArray();
        var alone = cases.Select(one =>
        {
            using var fresh = Create(1);
            return Run(fresh, one);
        }).ToArray();

        Parallel.For(0, 4 * cases.Length, new ParallelOptions { MaxDegreeOfParallelism = 4 }, i =>
        {
            var which = i * 7 % cases.Length;
            var (parameters, inputs) = Run(Backend, cases[which]);
            Comparison.AssertSameBits<T>(alone[which].Parameters, parameters, $"case {which}, parameters");
            Comparison.AssertSameBits<T>(alone[which].Inputs, inputs, $"case {which}, inputs");
        });

        static (T[] Parameters, T[] Inputs) Run(
            IBackend backend,
            (Circuit Circuit, Readout Readout, int Batch, double[] Inputs, double[] Parameters, double[] Cotangents) one) =>
            GradientContract<T>.Gradients(backend, one.Circuit, one.Readout, one.Parameters, one.Inputs, one.Cotangents, one.Batch, null);
    }

    [ContractFact]
    public void Apply_GhzOnEighteenQubits_KeepsNormAndCorrelations()
    {
        var qubits = Math.Min(18, MostQubits);
        var builder = new CircuitBuilder(qubits).H(0);
        for (var qubit = 1; qubit < qubits; qubit++)
        {
            builder.CNOT(qubit - 1, qubit);
        }

        using var states = StateVectorBatch<T>.Zero(1, qubits);
        Backend.Apply(Planner.Plan(builder.Build()), default, states);
        Assert.Equal(Math.Sqrt(0.5), states.Amplitude(0, 0).Real, Tolerances.Amplitude<T>());
        Assert.Equal(Math.Sqrt(0.5), states.Amplitude(0, (1 << qubits) - 1).Real, Tolerances.Amplitude<T>());
        Assert.Equal(1, states.Norm(0), Tolerances.Expectation<T>());

        var everyX = PauliString.From(Enumerable.Range(0, qubits).Select(qubit => (qubit, Pauli.X)).ToArray());
        var values = new T[4];
        Backend.Measure(states, Readout.Expectations(PauliString.Pair(Pauli.Z, 0, Pauli.Z, qubits - 1), PauliString.Z(9), everyX, PauliString.Identity), values);
        Comparison.AssertClose<T>([1, 0, 1, 1], values, Tolerances.Expectation<T>(), $"GHZ, {Precision}");
    }

    [ContractFact]
    public void Apply_RandomCircuitAndInverseOnSixteenQubits_RestoresTheState()
    {
        var qubits = Math.Min(16, MostQubits);
        var circuit = TestCircuits.Random(qubits, 60, 16);
        var parameters = Convert(TestCircuits.Numbers(circuit.TrainableCount, 1, 3));
        var inputs = Convert(TestCircuits.Numbers(circuit.InputCount, 2, 3));
        using var states = StateVectorBatch<T>.Random(1, qubits, 5);
        using var before = states.Clone();
        Backend.Apply(Planner.Plan(circuit), new Bindings<T>(parameters, inputs), states);
        Assert.Equal(before.Norm(0), states.Norm(0), Tolerances.Expectation<T>());
        Backend.Apply(Planner.Plan(circuit.Inverse()), new Bindings<T>(parameters, inputs), states);
        double[] expected = [.. before.Real(0).ToArray().Select(double.CreateChecked)];
        Comparison.AssertClose<T>(expected, states.Real(0), Tolerances.Amplitude<T>(), $"real parts, {Precision}");
        expected = [.. before.Imaginary(0).ToArray().Select(double.CreateChecked)];
        Comparison.AssertClose<T>(expected, states.Imaginary(0), Tolerances.Amplitude<T>(), $"imaginary parts, {Precision}");
    }

    [ContractFact]
    public void Calls_AfterDispose_AreRefused_AndLateTapesMayStillBeDisposed()
    {
        var plan = Planner.Plan(new CircuitBuilder(2).H(0).Build());
        var readout = Readout.Expectations(PauliString.Z(0));
        using var states = StateVectorBatch<T>.Zero(1, 2);
        var values = new T[1];
        var backend = Create(2);
        var tape = backend.Forward<T>(plan, readout, default, 1, values);
        backend.Dispose();
        backend.Dispose();
        tape.Dispose();
        Assert.Throws<ObjectDisposedException>(() => backend.Apply<T>(plan, default, states));
        Assert.Throws<ObjectDisposedException>(() => backend.Measure<T>(states, readout, values));
        Assert.Throws<ObjectDisposedException>(() => backend.Run<T>(plan, readout, default, 1, values));
        Assert.Throws<ObjectDisposedException>(() => backend.Forward<T>(plan, readout, default, 1, values));
    }
}

using System.Numerics;
using QDiff.Engine.Backends;
using QDiff.Engine.Circuits;
using QDiff.Engine.Observables;
using QDiff.Engine.Planning;
using QDiff.Engine.Tests.Reference;

namespace QDiff.Engine.Tests.Contracts;

/// <summary>Contract: results depend on the plan and the numbers alone, not on threads, scheduling, repetition, or how a batch is cut.</summary>
public abstract class DeterminismContract<T> : BackendContract<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [ContractTheory]
    [InlineData(6, 100)]
    [InlineData(14, 1)]
    public void Everything_AnyThreadCountAndRepetition_GivesTheSameBits(int qubits, int batch)
    {
        (qubits, batch) = (Math.Min(qubits, MostQubits), Math.Min(batch, MostBatch));
        var circuit = TestCircuits.Random(qubits, 40, 61).Then(TestCircuits.Ansatz(qubits, 2));
        var readout = TestCircuits.RandomPaulis(qubits, 7);
        var initial = TestCircuits.InitialStates(batch, qubits, 8);
        var parameters = TestCircuits.Numbers(circuit.TrainableCount, 1, 3);
        var inputs = TestCircuits.Numbers(batch * circuit.InputCount, 2, 3);
        var cotangents = TestCircuits.Numbers(batch * readout.Count, 3);

        (T[] Values, T[] Parameters, T[] Inputs)? first = null;
        foreach (var threads in CaseStride == 1 ? [1, 2, 3, 7, 2] : new[] { 1, 2 })
        {
            using var backend = Create(threads);
            var values = Values(backend, circuit, readout, parameters, inputs, batch, initial);
            var (parameterGradients, inputGradients) =
                GradientContract<T>.Gradients(backend, circuit, readout, parameters, inputs, cotangents, batch, initial);
            first ??= (values, parameterGradients, inputGradients);
            Comparison.AssertSameBits<T>(first.Value.Values, values, $"values, {threads} threads");
            Comparison.AssertSameBits<T>(first.Value.Parameters, parameterGradients, $"parameter gradients, {threads} threads");
            Comparison.AssertSameBits<T>(first.Value.Inputs, inputGradients, $"input gradients, {threads} threads");
        }
    }

    [ContractFact]
    public void Run_BatchCutIntoParts_GivesEachSampleTheSameBits()
    {
        const int qubits = 6;
        const int batch = 45;
        var circuit = TestCircuits.Random(qubits, 40, 62);
        var readout = TestCircuits.RandomPaulis(qubits, 7);
        var initial = TestCircuits.InitialStates(batch, qubits, 8);
        var parameters = TestCircuits.Numbers(circuit.TrainableCount, 1, 3);
        var inputs = TestCircuits.Numbers(batch * circuit.InputCount, 2, 3);
        var cotangents = TestCircuits.Numbers(batch * readout.Count, 3);
        var whole = Values(Backend, circuit, readout, parameters, inputs, batch, initial);
        var (wholeParameters, wholeInputs) = GradientContract<T>.Gradients(Backend, circuit, readout, parameters, inputs, cotangents, batch, initial);

        var sum = new double[circuit.TrainableCount];
        var start = 0;
        foreach (var size in new[] { 16, 1, 7, 20, 1 })
        {
            var range = start..(start + size);
            var own = inputs[(start * circuit.InputCount)..((start + size) * circuit.InputCount)];
            var weights = cotangents[(start * readout.Count)..((start + size) * readout.Count)];
            var values = Values(Backend, circuit, readout, parameters, own, size, initial[range]);
            Comparison.AssertSameBits<T>(whole.AsSpan(start * readout.Count, values.Length), values, $"samples {range}");

            var (parameterGradients, inputGradients) =
                GradientContract<T>.Gradients(Backend, circuit, readout, parameters, own, weights, size, initial[range]);
            Comparison.AssertSameBits<T>(wholeInputs.AsSpan(start * circuit.InputCount, inputGradients.Length), inputGradients, $"input gradients {range}");
            for (var i = 0; i < sum.Length; i++)
            {
                sum[i] += double.CreateChecked(parameterGradients[i]);
            }

            start += size;
        }

        Assert.Equal(batch, start);
        // Parameter gradients add over samples, in an order that the cut changes.
        Comparison.AssertClose<T>(sum, wholeParameters, Tolerances.Gradient<T>(cotangents), "parameter gradients, sum of the parts");
    }

    private static T[] Values(
        IBackend backend, Circuit circuit, Readout readout, double[] parameters, double[] inputs, int batch, DenseState[] initial)
    {
        using var states = Batch(initial);
        var values = new T[batch * readout.Count];
        backend.Run(Planner.Plan(circuit), readout, new Bindings<T>(Convert(parameters), Convert(inputs)), batch, values, states);
        return values;
    }
}

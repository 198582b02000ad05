using QDiff.Engine.Backends;
using QDiff.Engine.Benchmarks;
using QDiff.Engine.Cpu;
using QDiff.Engine.Observables;
using QDiff.Engine.Planning;
using QDiff.Engine.States;

namespace QDiff.Engine.Tests.Cpu;

[Collection(SerialMemory.Name)]
public sealed class AllocationTests
{
    [Theory]
    [InlineData(5, 40)]
    [InlineData(12, 1)]
    [InlineData(16, 1)]
    public void RunForwardAndBackward_AfterTheFirstTime_AllocateNoMoreThanATape(int qubits, int batch)
    {
        const int TapeBytes = 256;
        var plan = Planner.Plan(LayeredCircuit.Build(qubits, 3));
        var readout = Readout.Expectations([.. LayeredCircuit.AllZ(qubits).Strings, PauliString.X(0), PauliString.Parse("Y1 Z3")]);
        var parameters = new float[plan.Circuit.TrainableCount];
        var gradients = new float[parameters.Length];
        float[] values = new float[batch * readout.Count], weights = new float[values.Length];
        using var backend = new CpuBackend(new CpuOptions { Threads = 1 });
        long Once()
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            backend.Run(plan, readout, new Bindings<float>(parameters), batch, values);
            using (var tape = backend.Forward(plan, readout, new Bindings<float>(parameters), batch, values))
            {
                backend.Backward(tape, weights, gradients, default);
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Once();
        Once();
        Assert.InRange(Once(), 0, TapeBytes);
    }

    [Theory]
    [InlineData(5, 40, 1)]
    [InlineData(5, 40, 3)]
    [InlineData(10, 5, 2)]
    public void EveryRun_AfterTheFirstTime_AllocatesNothing(int qubits, int batch, int threads)
    {
        var plan = Planner.Plan(LayeredCircuit.Build(qubits, 3));
        Readout[] readouts =
        [
            LayeredCircuit.AllZ(qubits), Readout.BornProbabilities(qubits), Readout.Expectations(PauliString.X(0), PauliString.Y(1), PauliString.Z(2)),
        ];
        var parameters = new float[plan.Circuit.TrainableCount];
        float[] values = new float[batch << qubits];
        using var states = StateVectorBatch<float>.Random(batch, qubits, 1);
        using var backend = new CpuBackend(new CpuOptions { Threads = threads });
        long Once(int run)
        {
            parameters.AsSpan().Fill(run);
            long before = GC.GetTotalAllocatedBytes(precise: true);
            backend.Apply(plan, new Bindings<float>(parameters), states);
            foreach (var readout in readouts)
            {
                backend.Run(plan, readout, new Bindings<float>(parameters), batch, values.AsSpan(0, batch * readout.Count), states);
                backend.Measure(states, readout, values.AsSpan(0, batch * readout.Count));
            }

            return GC.GetTotalAllocatedBytes(precise: true) - before;
        }

        // The test runner may allocate in between, so the quietest of a few runs counts.
        long least = Enumerable.Range(0, 12).Min(Once);
        Assert.Equal(0, least);
    }
}

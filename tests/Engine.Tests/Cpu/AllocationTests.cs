using QDiff.Engine.Backends;
using QDiff.Engine.Benchmarks;
using QDiff.Engine.Cpu;
using QDiff.Engine.Planning;

namespace QDiff.Engine.Tests.Cpu;

public sealed class AllocationTests
{
    [Fact]
    public void RunForwardAndBackward_AfterTheFirstTime_AllocateNoMoreThanATape()
    {
        const int Batch = 40, TapeBytes = 256;
        var plan = Planner.Plan(LayeredCircuit.Build(5, 3));
        var readout = LayeredCircuit.AllZ(5);
        var parameters = new float[plan.Circuit.TrainableCount];
        var gradients = new float[parameters.Length];
        float[] values = new float[Batch * 5], weights = new float[values.Length];
        using var backend = new CpuBackend(new CpuOptions { Threads = 1 });
        long Once()
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            backend.Run(plan, readout, new Bindings<float>(parameters), Batch, values);
            using (var tape = backend.Forward(plan, readout, new Bindings<float>(parameters), Batch, values))
            {
                backend.Backward(tape, weights, gradients, default);
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Once();
        Once();
        Assert.InRange(Once(), 0, TapeBytes);
    }
}

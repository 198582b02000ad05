using System.Numerics;
using QDiff.Engine.Backends;
using QDiff.Engine.Circuits;
using QDiff.Engine.Cpu;
using QDiff.Engine.Gates;
using QDiff.Engine.Measurement;
using QDiff.Engine.Programs;
using QDiff.Engine.States;
using QDiff.Engine.Trajectories;

namespace QDiff.Kernels.Tests.Measurement;

public sealed class DeviceSamplingTests : IDisposable
{
    private readonly IlgpuBackend _backend = new("ilgpu-cpu");

    public void Dispose() => _backend.Dispose();

    [Theory]
    [InlineData(1, 3)]
    [InlineData(4, 17)]
    [InlineData(7, 2)]
    public void Sample_OfRandomStates_IsThatOfTheEngine(int qubits, int batch)
    {
        AssertSame<float>(qubits, batch);
        AssertSame<double>(qubits, batch);
    }

    [Fact]
    public void Sample_OfBasisStates_NeverDrawsWhatHasNoProbability()
    {
        using var states = StateVectorBatch<float>.Zero(1, 5);
        Assert.All(_backend.Sample(states, 50, 1, 2).Cast<int>(), outcome => Assert.Equal(0, outcome));
    }

    [Fact]
    public void Sample_OfWhatCannotBeMeasured_IsRefused()
    {
        using var states = StateVectorBatch<float>.Zero(2, 3);
        Assert.Contains("A state is measured 1 to", Assert.Throws<ArgumentOutOfRangeException>(() => _backend.Sample(states, 0, 1, 2)).Message);
        states.Real(1).Clear();
        Assert.StartsWith("State 1 cannot be measured", Assert.Throws<InvalidOperationException>(() => _backend.Sample(states, 1, 1, 2)).Message);
    }

    [Fact]
    public void ShotSampler_OnADevice_DrawsTheShotsOfTheCpu()
    {
        using var cpu = new CpuBackend();
        var program = new ProgramBuilder(3, 3).Gate(GateCatalog.H, [0]).Gate(GateCatalog.RY, [1], Parameter.Trainable(0)).Gate(GateCatalog.CNOT, [0, 2])
            .Measure(0, 2).Measure(1, 0).Measure(2, 1).Build();
        var bindings = new Bindings<double>([0.7]);
        Assert.Equal(ShotSampler.Sample(cpu, program, bindings, 200, 9), ShotSampler.Sample(_backend, program, bindings, 200, 9));
    }

    private void AssertSame<T>(int qubits, int batch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using var states = StateVectorBatch<T>.Random(batch, qubits, 5);
        Assert.Equal(BornSampler.Sample(states, 33, 11, 4, 100), _backend.Sample(states, 33, 11, 4, 100));
    }
}

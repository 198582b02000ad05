using QDiff.Engine.Backends;
using QDiff.Engine.Benchmarks;
using QDiff.Engine.Cpu;
using QDiff.Engine.Planning;
using QDiff.Kernels.Devices;
using QDiff.Kernels.StateVectors;

namespace QDiff.Kernels.Tests.StateVectors;

/// <summary>A plan that is too large for a group's shared memory is swept in blocks, by rule.</summary>
public class KernelLimitsTests
{
    [Theory]
    [InlineData(48 * 1024, 12, 11)]
    [InlineData(16 * 1024, 10, 9)]
    public void BlockBits_SharedMemory_DecidesHowManyQubitsAreOneLaunch(int sharedBytes, int forward, int adjoint)
    {
        using var session = AcceleratorDevice.Open(AcceleratorDevice.DebuggerName);
        session.SharedBytes = sharedBytes;
        var limits = new KernelLimits(session);
        Assert.Equal(forward, limits.BlockBits<float>(CircuitKernel<float>.SharedNumbers));
        Assert.Equal(adjoint, limits.BlockBits<float>(CircuitAdjointKernel<float>.SharedNumbers));
        Assert.Equal(forward - 1, limits.BlockBits<double>(CircuitKernel<double>.SharedNumbers));
        Assert.Equal(adjoint - 1, limits.BlockBits<double>(CircuitAdjointKernel<double>.SharedNumbers));
    }

    [Fact]
    public void Gradient_PlanTooLargeForSharedMemory_IsSweptAndEqualsTheCpus()
    {
        const int qubits = 7;
        var plan = Planner.Plan(LayeredCircuit.Build(qubits, 2));
        using var cpu = new CpuBackend();
        using var session = AcceleratorDevice.Open(AcceleratorDevice.DebuggerName);
        session.SharedBytes = 2048;
        using var device = new IlgpuBackend(session);
        Assert.True(new KernelLimits(session).BlockBits<double>(CircuitKernel<double>.SharedNumbers) < qubits);
        var (expected, expectedGradients) = Gradient(cpu);
        var (found, gradients) = Gradient(device);
        Assert.All(expected.Zip(found), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
        Assert.All(expectedGradients.Zip(gradients), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
        Assert.Contains(gradients, gradient => Math.Abs(gradient) > 0.01);

        (double[] Values, double[] Gradients) Gradient(IBackend backend)
        {
            var readout = LayeredCircuit.AllZ(qubits);
            double[] values = new double[qubits], ofParameters = new double[plan.Circuit.TrainableCount];
            double[] parameters = [.. Enumerable.Range(0, ofParameters.Length).Select(p => 0.3 * p - 1)], cotangents = [.. Enumerable.Range(1, qubits).Select(q => 0.2 * q)];
            using var tape = backend.Forward(plan, readout, new Bindings<double>(parameters, []), 1, values);
            backend.Backward(tape, cotangents, ofParameters, []);
            return (values, ofParameters);
        }
    }
}

using System.Numerics;
using QDiff.Engine.Backends;
using QDiff.Engine.Tests.Density;

namespace QDiff.Kernels.Tests.Density;

/// <summary>On the device that debugs kernels: registers and batches that its time allows.</summary>
public abstract class DebuggerDensityContract<T> : DensityContract<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Coefficients = 30_000;
    private const int LeastQubits = 3;

    protected override IDensityBackend Create(int? threads) => new IlgpuBackend("ilgpu-cpu");

    protected override (int Qubits, int Batch) Fit(int qubits, int batch, int runs)
    {
        while (batch > 2 && ((long)batch << (2 * qubits)) * runs > Coefficients)
        {
            batch--;
        }

        while (qubits > LeastQubits && ((long)batch << (2 * qubits)) * runs > Coefficients)
        {
            qubits--;
        }

        return (qubits, batch);
    }
}

public sealed class DebuggerSingleDensityTests : DebuggerDensityContract<float>;

public sealed class DebuggerDoubleDensityTests : DebuggerDensityContract<double>;

[RequiresDevice("cuda")]
public sealed class CudaSingleDensityTests : DensityContract<float>
{
    protected override IDensityBackend Create(int? threads) => SharedDevice.Backend("cuda");
}

[RequiresDevice("cuda")]
public sealed class CudaDoubleDensityTests : DensityContract<double>
{
    protected override IDensityBackend Create(int? threads) => SharedDevice.Backend("cuda");
}

[RequiresDevice("opencl")]
public sealed class OpenClSingleDensityTests : DensityContract<float>
{
    protected override IDensityBackend Create(int? threads) => SharedDevice.Backend("opencl");
}

[RequiresDevice("opencl")]
public sealed class OpenClDoubleDensityTests : DensityContract<double>
{
    protected override IDensityBackend Create(int? threads) => SharedDevice.Backend("opencl");
}

using QDiff.Engine.Backends;
using QDiff.Engine.Tests.Contracts;

namespace QDiff.Kernels.Tests.StateVectors;

// Every contract on every device and in both precisions. Devices that the machine lacks are skipped, visibly.
public sealed class DebuggerSingleCircuitTests : CircuitContract<float>
{
    protected override IBackend Create(int? threads) => new IlgpuBackend("ilgpu-cpu");
}

public sealed class DebuggerSingleReadoutTests : ReadoutContract<float>
{
    protected override IBackend Create(int? threads) => new IlgpuBackend("ilgpu-cpu");
}

public sealed class DebuggerSingleGradientTests : GradientContract<float>
{
    protected override IBackend Create(int? threads) => new IlgpuBackend("ilgpu-cpu");
}

public sealed class DebuggerSingleDeterminismTests : DeterminismContract<float>
{
    protected override IBackend Create(int? threads) => new IlgpuBackend("ilgpu-cpu");
}

public sealed class DebuggerSingleFuzzTests : FuzzContract<float>
{
    protected override IBackend Create(int? threads) => new IlgpuBackend("ilgpu-cpu");
}

public sealed class DebuggerSingleRefusalTests : RefusalContract<float>
{
    protected override IBackend Create(int? threads) => new IlgpuBackend("ilgpu-cpu");
}

public sealed class DebuggerSingleUsageTests : UsageContract<float>
{
    protected override IBackend Create(int? threads) => new IlgpuBackend("ilgpu-cpu");
}

public sealed class DebuggerDoubleCircuitTests : CircuitContract<double>
{
    protected override IBackend Create(int? threads) => new IlgpuBackend("ilgpu-cpu");
}

public sealed class DebuggerDoubleReadoutTests : ReadoutContract<double>
{
    protected override IBackend Create(int? threads) => new IlgpuBackend("ilgpu-cpu");
}

public sealed class DebuggerDoubleGradientTests : GradientContract<double>
{
    protected override IBackend Create(int? threads) => new IlgpuBackend("ilgpu-cpu");
}

public sealed class DebuggerDoubleDeterminismTests : DeterminismContract<double>
{
    protected override IBackend Create(int? threads) => new IlgpuBackend("ilgpu-cpu");
}

public sealed class DebuggerDoubleFuzzTests : FuzzContract<double>
{
    protected override IBackend Create(int? threads) => new IlgpuBackend("ilgpu-cpu");
}

public sealed class DebuggerDoubleRefusalTests : RefusalContract<double>
{
    protected override IBackend Create(int? threads) => new IlgpuBackend("ilgpu-cpu");
}

public sealed class DebuggerDoubleUsageTests : UsageContract<double>
{
    protected override IBackend Create(int? threads) => new IlgpuBackend("ilgpu-cpu");
}

[RequiresDevice("cuda")]
public sealed class CudaSingleCircuitTests : CircuitContract<float>
{
    protected override IBackend Create(int? threads) => new IlgpuBackend("cuda");
}

[RequiresDevice("cuda")]
public sealed class CudaSingleReadoutTests : ReadoutContract<float>
{
    protected override IBackend Create(int? threads) => new IlgpuBackend("cuda");
}

[RequiresDevice("cuda")]
public sealed class CudaSingleGradientTests : GradientContract<float>
{
    protected override IBackend Create(int? threads) => new IlgpuBackend("cuda");
}

[RequiresDevice("cuda")]
public sealed class CudaSingleDeterminismTests : DeterminismContract<float>
{
    protected override IBackend Create(int? threads) => new IlgpuBackend("cuda");
}

[RequiresDevice("cuda")]
public sealed class CudaSingleFuzzTests : FuzzContract<float>
{
    protected override IBackend Create(int? threads) => new IlgpuBackend("cuda");
}

[RequiresDevice("cuda")]
public sealed class CudaSingleRefusalTests : RefusalContract<float>
{
    protected override IBackend Create(int? threads) => new IlgpuBackend("cuda");
}

[RequiresDevice("cuda")]
public sealed class CudaSingleUsageTests : UsageContract<float>
{
    protected override IBackend Create(int? threads) => new IlgpuBackend("cuda");
}

[RequiresDevice("cuda")]
public sealed class CudaDoubleCircuitTests : CircuitContract<double>
{
    protected override IBackend Create(int? threads) => new IlgpuBackend("cuda");
}

[RequiresDevice("cuda")]
public sealed class CudaDoubleReadoutTests : ReadoutContract<double>
{
    protected override IBackend Create(int? threads) => new IlgpuBackend("cuda");
}

[RequiresDevice("cuda")]
public sealed class CudaDoubleGradientTests : GradientContract<double>
{
    protected override IBackend Create(int? threads) => new IlgpuBackend("cuda");
}

[RequiresDevice("cuda")]
public sealed class CudaDoubleDeterminismTests : DeterminismContract<double>
{
    protected override IBackend Create(int? threads) => new IlgpuBackend("cuda");
}

[RequiresDevice("cuda")]
public sealed class CudaDoubleFuzzTests : FuzzContract<double>
{
    protected override IBackend Create(int? threads) => new IlgpuBackend("cuda");
}

[RequiresDevice("cuda")]
public sealed class CudaDoubleRefusalTests : RefusalContract<double>
{
    protected override IBackend Create(int? threads) => new IlgpuBackend("cuda");
}

[RequiresDevice("cuda")]
public sealed class CudaDoubleUsageTests : UsageContract<double>
{
    protected override IBackend Create(int? threads) => new IlgpuBackend("cuda");
}

[RequiresDevice("opencl")]
public sealed class OpenClSingleCircuitTests : CircuitContract<float>
{
    protected override IBackend Create(int? threads) => new IlgpuBackend("opencl");
}

[RequiresDevice("opencl")]
public sealed class OpenClSingleReadoutTests : ReadoutContract<float>
{
    protected override IBackend Create(int? threads) => new IlgpuBackend("opencl");
}

[RequiresDevice("opencl")]
public sealed class OpenClSingleGradientTests : GradientContract<float>
{
    protected override IBackend Create(int? threads) => new IlgpuBackend("opencl");
}

[RequiresDevice("opencl")]
public sealed class OpenClSingleDeterminismTests : DeterminismContract<float>
{
    protected override IBackend Create(int? threads) => new IlgpuBackend("opencl");
}

[RequiresDevice("opencl")]
public sealed class OpenClSingleFuzzTests : FuzzContract<float>
{
    protected override IBackend Create(int? threads) => new IlgpuBackend("opencl");
}

[RequiresDevice("opencl")]
public sealed class OpenClSingleRefusalTests : RefusalContract<float>
{
    protected override IBackend Create(int? threads) => new IlgpuBackend("opencl");
}

[RequiresDevice("opencl")]
public sealed class OpenClSingleUsageTests : UsageContract<float>
{
    protected override IBackend Create(int? threads) => new IlgpuBackend("opencl");
}

[RequiresDevice("opencl")]
public sealed class OpenClDoubleCircuitTests : CircuitContract<double>
{
    protected override IBackend Create(int? threads) => new IlgpuBackend("opencl");
}

[RequiresDevice("opencl")]
public sealed class OpenClDoubleReadoutTests : ReadoutContract<double>
{
    protected override IBackend Create(int? threads) => new IlgpuBackend("opencl");
}

[RequiresDevice("opencl")]
public sealed class OpenClDoubleGradientTests : GradientContract<double>
{
    protected override IBackend Create(int? threads) => new IlgpuBackend("opencl");
}

[RequiresDevice("opencl")]
public sealed class OpenClDoubleDeterminismTests : DeterminismContract<double>
{
    protected override IBackend Create(int? threads) => new IlgpuBackend("opencl");
}

[RequiresDevice("opencl")]
public sealed class OpenClDoubleFuzzTests : FuzzContract<double>
{
    protected override IBackend Create(int? threads) => new IlgpuBackend("opencl");
}

[RequiresDevice("opencl")]
public sealed class OpenClDoubleRefusalTests : RefusalContract<double>
{
    protected override IBackend Create(int? threads) => new IlgpuBackend("opencl");
}

[RequiresDevice("opencl")]
public sealed class OpenClDoubleUsageTests : UsageContract<double>
{
    protected override IBackend Create(int? threads) => new IlgpuBackend("opencl");
}

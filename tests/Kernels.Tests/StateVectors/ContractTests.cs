using QDiff.Engine.Backends;
using QDiff.Engine.Tests.Contracts;
using QDiff.Kernels.Devices;

namespace QDiff.Kernels.Tests.StateVectors;

// Every contract on every device and in both precisions. Devices that the machine lacks are skipped, visibly. The debugger checks every access, so large
// cases are cut for it: 13 qubits do not fit into a group's shared memory.
internal static class Debugger
{
    public const int MostQubits = 13;

    public const int MostBatch = 3;

    public const int CaseStride = 20;

    public static IBackend Backend() => new IlgpuBackend(AcceleratorDevice.DebuggerName);

    /// <summary>States are swept in blocks of 16 amplitudes, so that most gates reach beyond a block.</summary>
    public static IBackend InBlocks() => new IlgpuBackend(AcceleratorDevice.Open(AcceleratorDevice.DebuggerName), mostBlockBits: 4);
}

public sealed class DebuggerSingleCircuitTests : CircuitContract<float>
{
    protected override int MostQubits => Debugger.MostQubits;

    protected override int MostBatch => Debugger.MostBatch;

    protected override int CaseStride => Debugger.CaseStride;

    protected override IBackend Create(int? threads) => Debugger.Backend();
}

public sealed class DebuggerSingleReadoutTests : ReadoutContract<float>
{
    protected override int MostQubits => Debugger.MostQubits;

    protected override int MostBatch => Debugger.MostBatch;

    protected override int CaseStride => Debugger.CaseStride;

    protected override IBackend Create(int? threads) => Debugger.Backend();
}

public sealed class DebuggerSingleGradientTests : GradientContract<float>
{
    protected override int MostQubits => Debugger.MostQubits;

    protected override int MostBatch => Debugger.MostBatch;

    protected override int CaseStride => Debugger.CaseStride;

    protected override IBackend Create(int? threads) => Debugger.Backend();
}

public sealed class DebuggerSingleDeterminismTests : DeterminismContract<float>
{
    protected override int MostQubits => Debugger.MostQubits;

    protected override int MostBatch => Debugger.MostBatch;

    protected override int CaseStride => Debugger.CaseStride;

    protected override IBackend Create(int? threads) => Debugger.Backend();
}

public sealed class DebuggerSingleFuzzTests : FuzzContract<float>
{
    protected override int MostQubits => Debugger.MostQubits;

    protected override int MostBatch => Debugger.MostBatch;

    protected override int CaseStride => Debugger.CaseStride;

    protected override IBackend Create(int? threads) => Debugger.Backend();
}

public sealed class DebuggerSingleRefusalTests : RefusalContract<float>
{
    protected override IBackend Create(int? threads) => Debugger.Backend();
}

public sealed class DebuggerSingleUsageTests : UsageContract<float>
{
    protected override int MostQubits => Debugger.MostQubits;

    protected override int MostBatch => Debugger.MostBatch;

    protected override int CaseStride => Debugger.CaseStride;

    protected override IBackend Create(int? threads) => Debugger.Backend();
}

public sealed class DebuggerDoubleCircuitTests : CircuitContract<double>
{
    protected override int MostQubits => Debugger.MostQubits;

    protected override int MostBatch => Debugger.MostBatch;

    protected override int CaseStride => Debugger.CaseStride;

    protected override IBackend Create(int? threads) => Debugger.Backend();
}

public sealed class DebuggerDoubleReadoutTests : ReadoutContract<double>
{
    protected override int MostQubits => Debugger.MostQubits;

    protected override int MostBatch => Debugger.MostBatch;

    protected override int CaseStride => Debugger.CaseStride;

    protected override IBackend Create(int? threads) => Debugger.Backend();
}

public sealed class DebuggerDoubleGradientTests : GradientContract<double>
{
    protected override int MostQubits => Debugger.MostQubits;

    protected override int MostBatch => Debugger.MostBatch;

    protected override int CaseStride => Debugger.CaseStride;

    protected override IBackend Create(int? threads) => Debugger.Backend();
}

public sealed class DebuggerDoubleDeterminismTests : DeterminismContract<double>
{
    protected override int MostQubits => Debugger.MostQubits;

    protected override int MostBatch => Debugger.MostBatch;

    protected override int CaseStride => Debugger.CaseStride;

    protected override IBackend Create(int? threads) => Debugger.Backend();
}

public sealed class DebuggerDoubleFuzzTests : FuzzContract<double>
{
    protected override int MostQubits => Debugger.MostQubits;

    protected override int MostBatch => Debugger.MostBatch;

    protected override int CaseStride => Debugger.CaseStride;

    protected override IBackend Create(int? threads) => Debugger.Backend();
}

public sealed class DebuggerDoubleRefusalTests : RefusalContract<double>
{
    protected override IBackend Create(int? threads) => Debugger.Backend();
}

public sealed class DebuggerDoubleUsageTests : UsageContract<double>
{
    protected override int MostQubits => Debugger.MostQubits;

    protected override int MostBatch => Debugger.MostBatch;

    protected override int CaseStride => Debugger.CaseStride;

    protected override IBackend Create(int? threads) => Debugger.Backend();
}

public sealed class DebuggerInBlocksSingleCircuitTests : CircuitContract<float>
{
    protected override int MostQubits => 10;

    protected override int MostBatch => Debugger.MostBatch;

    protected override int CaseStride => 4 * Debugger.CaseStride;

    protected override IBackend Create(int? threads) => Debugger.InBlocks();
}

public sealed class DebuggerInBlocksSingleReadoutTests : ReadoutContract<float>
{
    protected override int MostQubits => 10;

    protected override int MostBatch => Debugger.MostBatch;

    protected override int CaseStride => 4 * Debugger.CaseStride;

    protected override IBackend Create(int? threads) => Debugger.InBlocks();
}

public sealed class DebuggerInBlocksSingleGradientTests : GradientContract<float>
{
    protected override int MostQubits => 10;

    protected override int MostBatch => Debugger.MostBatch;

    protected override int CaseStride => 4 * Debugger.CaseStride;

    protected override IBackend Create(int? threads) => Debugger.InBlocks();
}

public sealed class DebuggerInBlocksSingleFuzzTests : FuzzContract<float>
{
    protected override int MostQubits => 10;

    protected override int MostBatch => Debugger.MostBatch;

    protected override int CaseStride => 4 * Debugger.CaseStride;

    protected override IBackend Create(int? threads) => Debugger.InBlocks();
}

public sealed class DebuggerInBlocksDoubleCircuitTests : CircuitContract<double>
{
    protected override int MostQubits => 10;

    protected override int MostBatch => Debugger.MostBatch;

    protected override int CaseStride => 4 * Debugger.CaseStride;

    protected override IBackend Create(int? threads) => Debugger.InBlocks();
}

public sealed class DebuggerInBlocksDoubleGradientTests : GradientContract<double>
{
    protected override int MostQubits => 10;

    protected override int MostBatch => Debugger.MostBatch;

    protected override int CaseStride => 4 * Debugger.CaseStride;

    protected override IBackend Create(int? threads) => Debugger.InBlocks();
}

[RequiresDevice("cuda")]
public sealed class CudaSingleCircuitTests : CircuitContract<float>
{
    protected override IBackend Create(int? threads) => SharedDevice.Backend("cuda");
}

[RequiresDevice("cuda")]
public sealed class CudaSingleReadoutTests : ReadoutContract<float>
{
    protected override IBackend Create(int? threads) => SharedDevice.Backend("cuda");
}

[RequiresDevice("cuda")]
public sealed class CudaSingleGradientTests : GradientContract<float>
{
    protected override IBackend Create(int? threads) => SharedDevice.Backend("cuda");
}

[RequiresDevice("cuda")]
public sealed class CudaSingleDeterminismTests : DeterminismContract<float>
{
    protected override IBackend Create(int? threads) => SharedDevice.Backend("cuda");
}

[RequiresDevice("cuda")]
public sealed class CudaSingleFuzzTests : FuzzContract<float>
{
    protected override IBackend Create(int? threads) => SharedDevice.Backend("cuda");
}

[RequiresDevice("cuda")]
public sealed class CudaSingleRefusalTests : RefusalContract<float>
{
    protected override IBackend Create(int? threads) => SharedDevice.Backend("cuda");
}

[RequiresDevice("cuda")]
public sealed class CudaSingleUsageTests : UsageContract<float>
{
    protected override IBackend Create(int? threads) => SharedDevice.Backend("cuda");
}

[RequiresDevice("cuda")]
public sealed class CudaDoubleCircuitTests : CircuitContract<double>
{
    protected override IBackend Create(int? threads) => SharedDevice.Backend("cuda");
}

[RequiresDevice("cuda")]
public sealed class CudaDoubleReadoutTests : ReadoutContract<double>
{
    protected override IBackend Create(int? threads) => SharedDevice.Backend("cuda");
}

[RequiresDevice("cuda")]
public sealed class CudaDoubleGradientTests : GradientContract<double>
{
    protected override IBackend Create(int? threads) => SharedDevice.Backend("cuda");
}

[RequiresDevice("cuda")]
public sealed class CudaDoubleDeterminismTests : DeterminismContract<double>
{
    protected override IBackend Create(int? threads) => SharedDevice.Backend("cuda");
}

[RequiresDevice("cuda")]
public sealed class CudaDoubleFuzzTests : FuzzContract<double>
{
    protected override IBackend Create(int? threads) => SharedDevice.Backend("cuda");
}

[RequiresDevice("cuda")]
public sealed class CudaDoubleRefusalTests : RefusalContract<double>
{
    protected override IBackend Create(int? threads) => SharedDevice.Backend("cuda");
}

[RequiresDevice("cuda")]
public sealed class CudaDoubleUsageTests : UsageContract<double>
{
    protected override IBackend Create(int? threads) => SharedDevice.Backend("cuda");
}

[RequiresDevice("opencl")]
public sealed class OpenClSingleCircuitTests : CircuitContract<float>
{
    protected override IBackend Create(int? threads) => SharedDevice.Backend("opencl");
}

[RequiresDevice("opencl")]
public sealed class OpenClSingleReadoutTests : ReadoutContract<float>
{
    protected override IBackend Create(int? threads) => SharedDevice.Backend("opencl");
}

[RequiresDevice("opencl")]
public sealed class OpenClSingleGradientTests : GradientContract<float>
{
    protected override IBackend Create(int? threads) => SharedDevice.Backend("opencl");
}

[RequiresDevice("opencl")]
public sealed class OpenClSingleDeterminismTests : DeterminismContract<float>
{
    protected override IBackend Create(int? threads) => SharedDevice.Backend("opencl");
}

[RequiresDevice("opencl")]
public sealed class OpenClSingleFuzzTests : FuzzContract<float>
{
    protected override IBackend Create(int? threads) => SharedDevice.Backend("opencl");
}

[RequiresDevice("opencl")]
public sealed class OpenClSingleRefusalTests : RefusalContract<float>
{
    protected override IBackend Create(int? threads) => SharedDevice.Backend("opencl");
}

[RequiresDevice("opencl")]
public sealed class OpenClSingleUsageTests : UsageContract<float>
{
    protected override IBackend Create(int? threads) => SharedDevice.Backend("opencl");
}

[RequiresDevice("opencl")]
public sealed class OpenClDoubleCircuitTests : CircuitContract<double>
{
    protected override IBackend Create(int? threads) => SharedDevice.Backend("opencl");
}

[RequiresDevice("opencl")]
public sealed class OpenClDoubleReadoutTests : ReadoutContract<double>
{
    protected override IBackend Create(int? threads) => SharedDevice.Backend("opencl");
}

[RequiresDevice("opencl")]
public sealed class OpenClDoubleGradientTests : GradientContract<double>
{
    protected override IBackend Create(int? threads) => SharedDevice.Backend("opencl");
}

[RequiresDevice("opencl")]
public sealed class OpenClDoubleDeterminismTests : DeterminismContract<double>
{
    protected override IBackend Create(int? threads) => SharedDevice.Backend("opencl");
}

[RequiresDevice("opencl")]
public sealed class OpenClDoubleFuzzTests : FuzzContract<double>
{
    protected override IBackend Create(int? threads) => SharedDevice.Backend("opencl");
}

[RequiresDevice("opencl")]
public sealed class OpenClDoubleRefusalTests : RefusalContract<double>
{
    protected override IBackend Create(int? threads) => SharedDevice.Backend("opencl");
}

[RequiresDevice("opencl")]
public sealed class OpenClDoubleUsageTests : UsageContract<double>
{
    protected override IBackend Create(int? threads) => SharedDevice.Backend("opencl");
}

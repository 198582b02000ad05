using QDiff.Engine.Backends;
using QDiff.Engine.Cpu;
using QDiff.Engine.Tests.Contracts;

namespace QDiff.Engine.Tests.Cpu;

// Every contract on every lane width and both precisions. Widths that the processor lacks are skipped, visibly.
internal static class Lanes
{
    public static IBackend Backend(LaneWidth width, int? threads) => new CpuBackend(new CpuOptions { LaneWidth = width, Threads = threads });

    /// <summary>One state at a time with the lanes along the amplitudes, from the smallest register that fills a vector.</summary>
    public static IBackend AlongAmplitudes(LaneWidth width, int? threads) =>
        new CpuBackend(new CpuOptions { LaneWidth = width, Threads = threads, AmplitudeLanesFrom = 1 });

    /// <summary>The same, swept in blocks of 16 amplitudes where the vectors allow it, so that most gates reach beyond a block.</summary>
    public static IBackend InBlocks(LaneWidth width, int? threads) =>
        new CpuBackend(new CpuOptions { LaneWidth = width, Threads = threads, AmplitudeLanesFrom = 1, BlockQubits = 4 });
}

[AttributeUsage(AttributeTargets.Class)]
internal sealed class RequiresLanesAttribute(LaneWidth width) : RequiresAttribute
{
    public override string? Missing => width <= CpuBackend.Widest ? null : $"This processor runs vectors up to {CpuBackend.Widest}.";
}

[RequiresLanes(LaneWidth.Bits512)]
public sealed class Cpu512SingleCircuitTests : CircuitContract<float>
{
    protected override IBackend Create(int? threads) => Lanes.Backend(LaneWidth.Bits512, threads);
}

[RequiresLanes(LaneWidth.Bits512)]
public sealed class Cpu512DoubleCircuitTests : CircuitContract<double>
{
    protected override IBackend Create(int? threads) => Lanes.Backend(LaneWidth.Bits512, threads);
}

[RequiresLanes(LaneWidth.Bits256)]
public sealed class Cpu256SingleCircuitTests : CircuitContract<float>
{
    protected override IBackend Create(int? threads) => Lanes.Backend(LaneWidth.Bits256, threads);
}

[RequiresLanes(LaneWidth.Bits256)]
public sealed class Cpu256DoubleCircuitTests : CircuitContract<double>
{
    protected override IBackend Create(int? threads) => Lanes.Backend(LaneWidth.Bits256, threads);
}

[RequiresLanes(LaneWidth.Bits128)]
public sealed class Cpu128SingleCircuitTests : CircuitContract<float>
{
    protected override IBackend Create(int? threads) => Lanes.Backend(LaneWidth.Bits128, threads);
}

[RequiresLanes(LaneWidth.Bits128)]
public sealed class Cpu128DoubleCircuitTests : CircuitContract<double>
{
    protected override IBackend Create(int? threads) => Lanes.Backend(LaneWidth.Bits128, threads);
}

public sealed class CpuScalarSingleCircuitTests : CircuitContract<float>
{
    protected override IBackend Create(int? threads) => Lanes.Backend(LaneWidth.Scalar, threads);
}

public sealed class CpuScalarDoubleCircuitTests : CircuitContract<double>
{
    protected override IBackend Create(int? threads) => Lanes.Backend(LaneWidth.Scalar, threads);
}

[RequiresLanes(LaneWidth.Bits512)]
public sealed class Cpu512SingleReadoutTests : ReadoutContract<float>
{
    protected override IBackend Create(int? threads) => Lanes.Backend(LaneWidth.Bits512, threads);
}

[RequiresLanes(LaneWidth.Bits512)]
public sealed class Cpu512DoubleReadoutTests : ReadoutContract<double>
{
    protected override IBackend Create(int? threads) => Lanes.Backend(LaneWidth.Bits512, threads);
}

[RequiresLanes(LaneWidth.Bits256)]
public sealed class Cpu256SingleReadoutTests : ReadoutContract<float>
{
    protected override IBackend Create(int? threads) => Lanes.Backend(LaneWidth.Bits256, threads);
}

[RequiresLanes(LaneWidth.Bits256)]
public sealed class Cpu256DoubleReadoutTests : ReadoutContract<double>
{
    protected override IBackend Create(int? threads) => Lanes.Backend(LaneWidth.Bits256, threads);
}

[RequiresLanes(LaneWidth.Bits128)]
public sealed class Cpu128SingleReadoutTests : ReadoutContract<float>
{
    protected override IBackend Create(int? threads) => Lanes.Backend(LaneWidth.Bits128, threads);
}

[RequiresLanes(LaneWidth.Bits128)]
public sealed class Cpu128DoubleReadoutTests : ReadoutContract<double>
{
    protected override IBackend Create(int? threads) => Lanes.Backend(LaneWidth.Bits128, threads);
}

public sealed class CpuScalarSingleReadoutTests : ReadoutContract<float>
{
    protected override IBackend Create(int? threads) => Lanes.Backend(LaneWidth.Scalar, threads);
}

public sealed class CpuScalarDoubleReadoutTests : ReadoutContract<double>
{
    protected override IBackend Create(int? threads) => Lanes.Backend(LaneWidth.Scalar, threads);
}

[RequiresLanes(LaneWidth.Bits512)]
public sealed class Cpu512SingleGradientTests : GradientContract<float>
{
    protected override IBackend Create(int? threads) => Lanes.Backend(LaneWidth.Bits512, threads);
}

[RequiresLanes(LaneWidth.Bits512)]
public sealed class Cpu512DoubleGradientTests : GradientContract<double>
{
    protected override IBackend Create(int? threads) => Lanes.Backend(LaneWidth.Bits512, threads);
}

[RequiresLanes(LaneWidth.Bits256)]
public sealed class Cpu256SingleGradientTests : GradientContract<float>
{
    protected override IBackend Create(int? threads) => Lanes.Backend(LaneWidth.Bits256, threads);
}

[RequiresLanes(LaneWidth.Bits256)]
public sealed class Cpu256DoubleGradientTests : GradientContract<double>
{
    protected override IBackend Create(int? threads) => Lanes.Backend(LaneWidth.Bits256, threads);
}

[RequiresLanes(LaneWidth.Bits128)]
public sealed class Cpu128SingleGradientTests : GradientContract<float>
{
    protected override IBackend Create(int? threads) => Lanes.Backend(LaneWidth.Bits128, threads);
}

[RequiresLanes(LaneWidth.Bits128)]
public sealed class Cpu128DoubleGradientTests : GradientContract<double>
{
    protected override IBackend Create(int? threads) => Lanes.Backend(LaneWidth.Bits128, threads);
}

public sealed class CpuScalarSingleGradientTests : GradientContract<float>
{
    protected override IBackend Create(int? threads) => Lanes.Backend(LaneWidth.Scalar, threads);
}

public sealed class CpuScalarDoubleGradientTests : GradientContract<double>
{
    protected override IBackend Create(int? threads) => Lanes.Backend(LaneWidth.Scalar, threads);
}

[RequiresLanes(LaneWidth.Bits512)]
public sealed class Cpu512SingleDeterminismTests : DeterminismContract<float>
{
    protected override IBackend Create(int? threads) => Lanes.Backend(LaneWidth.Bits512, threads);
}

[RequiresLanes(LaneWidth.Bits512)]
public sealed class Cpu512DoubleDeterminismTests : DeterminismContract<double>
{
    protected override IBackend Create(int? threads) => Lanes.Backend(LaneWidth.Bits512, threads);
}

[RequiresLanes(LaneWidth.Bits256)]
public sealed class Cpu256SingleDeterminismTests : DeterminismContract<float>
{
    protected override IBackend Create(int? threads) => Lanes.Backend(LaneWidth.Bits256, threads);
}

[RequiresLanes(LaneWidth.Bits256)]
public sealed class Cpu256DoubleDeterminismTests : DeterminismContract<double>
{
    protected override IBackend Create(int? threads) => Lanes.Backend(LaneWidth.Bits256, threads);
}

[RequiresLanes(LaneWidth.Bits128)]
public sealed class Cpu128SingleDeterminismTests : DeterminismContract<float>
{
    protected override IBackend Create(int? threads) => Lanes.Backend(LaneWidth.Bits128, threads);
}

[RequiresLanes(LaneWidth.Bits128)]
public sealed class Cpu128DoubleDeterminismTests : DeterminismContract<double>
{
    protected override IBackend Create(int? threads) => Lanes.Backend(LaneWidth.Bits128, threads);
}

public sealed class CpuScalarSingleDeterminismTests : DeterminismContract<float>
{
    protected override IBackend Create(int? threads) => Lanes.Backend(LaneWidth.Scalar, threads);
}

public sealed class CpuScalarDoubleDeterminismTests : DeterminismContract<double>
{
    protected override IBackend Create(int? threads) => Lanes.Backend(LaneWidth.Scalar, threads);
}

public sealed class CpuSingleRefusalTests : RefusalContract<float>
{
    protected override IBackend Create(int? threads) => new CpuBackend(new CpuOptions { Threads = threads });
}

public sealed class CpuDoubleRefusalTests : RefusalContract<double>
{
    protected override IBackend Create(int? threads) => new CpuBackend(new CpuOptions { Threads = threads });
}

[RequiresLanes(LaneWidth.Bits512)]
public sealed class Cpu512SingleUsageTests : UsageContract<float>
{
    protected override IBackend Create(int? threads) => Lanes.Backend(LaneWidth.Bits512, threads);
}

[RequiresLanes(LaneWidth.Bits512)]
public sealed class Cpu512DoubleUsageTests : UsageContract<double>
{
    protected override IBackend Create(int? threads) => Lanes.Backend(LaneWidth.Bits512, threads);
}

[RequiresLanes(LaneWidth.Bits256)]
public sealed class Cpu256SingleUsageTests : UsageContract<float>
{
    protected override IBackend Create(int? threads) => Lanes.Backend(LaneWidth.Bits256, threads);
}

[RequiresLanes(LaneWidth.Bits256)]
public sealed class Cpu256DoubleUsageTests : UsageContract<double>
{
    protected override IBackend Create(int? threads) => Lanes.Backend(LaneWidth.Bits256, threads);
}

[RequiresLanes(LaneWidth.Bits128)]
public sealed class Cpu128SingleUsageTests : UsageContract<float>
{
    protected override IBackend Create(int? threads) => Lanes.Backend(LaneWidth.Bits128, threads);
}

[RequiresLanes(LaneWidth.Bits128)]
public sealed class Cpu128DoubleUsageTests : UsageContract<double>
{
    protected override IBackend Create(int? threads) => Lanes.Backend(LaneWidth.Bits128, threads);
}

public sealed class CpuScalarSingleUsageTests : UsageContract<float>
{
    protected override IBackend Create(int? threads) => Lanes.Backend(LaneWidth.Scalar, threads);
}

public sealed class CpuScalarDoubleUsageTests : UsageContract<double>
{
    protected override IBackend Create(int? threads) => Lanes.Backend(LaneWidth.Scalar, threads);
}

// The widest lanes that the processor has: the other widths run the contracts above.
public sealed class CpuSingleFuzzTests : FuzzContract<float>
{
    protected override IBackend Create(int? threads) => new CpuBackend(new CpuOptions { Threads = threads });
}

public sealed class CpuDoubleFuzzTests : FuzzContract<double>
{
    protected override IBackend Create(int? threads) => new CpuBackend(new CpuOptions { Threads = threads });
}

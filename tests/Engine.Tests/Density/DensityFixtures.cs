using QDiff.Engine.Backends;
using QDiff.Engine.Cpu;
using QDiff.Engine.Tests.Cpu;

namespace QDiff.Engine.Tests.Density;

[RequiresLanes(LaneWidth.Bits512)]
public sealed class Cpu512SingleDensityTests : DensityContract<float>
{
    protected override IDensityBackend Create(int? threads) => new CpuBackend(new CpuOptions { LaneWidth = LaneWidth.Bits512, Threads = threads });
}

[RequiresLanes(LaneWidth.Bits512)]
public sealed class Cpu512DoubleDensityTests : DensityContract<double>
{
    protected override IDensityBackend Create(int? threads) => new CpuBackend(new CpuOptions { LaneWidth = LaneWidth.Bits512, Threads = threads });
}

[RequiresLanes(LaneWidth.Bits256)]
public sealed class Cpu256SingleDensityTests : DensityContract<float>
{
    protected override IDensityBackend Create(int? threads) => new CpuBackend(new CpuOptions { LaneWidth = LaneWidth.Bits256, Threads = threads });
}

[RequiresLanes(LaneWidth.Bits256)]
public sealed class Cpu256DoubleDensityTests : DensityContract<double>
{
    protected override IDensityBackend Create(int? threads) => new CpuBackend(new CpuOptions { LaneWidth = LaneWidth.Bits256, Threads = threads });
}

[RequiresLanes(LaneWidth.Bits128)]
public sealed class Cpu128SingleDensityTests : DensityContract<float>
{
    protected override IDensityBackend Create(int? threads) => new CpuBackend(new CpuOptions { LaneWidth = LaneWidth.Bits128, Threads = threads });
}

[RequiresLanes(LaneWidth.Bits128)]
public sealed class Cpu128DoubleDensityTests : DensityContract<double>
{
    protected override IDensityBackend Create(int? threads) => new CpuBackend(new CpuOptions { LaneWidth = LaneWidth.Bits128, Threads = threads });
}

public sealed class CpuScalarSingleDensityTests : DensityContract<float>
{
    protected override IDensityBackend Create(int? threads) => new CpuBackend(new CpuOptions { LaneWidth = LaneWidth.Scalar, Threads = threads });
}

public sealed class CpuScalarDoubleDensityTests : DensityContract<double>
{
    protected override IDensityBackend Create(int? threads) => new CpuBackend(new CpuOptions { LaneWidth = LaneWidth.Scalar, Threads = threads });
}

using QDiff.Engine.Backends;
using QDiff.Engine.Cpu;
using QDiff.Engine.Tests.Contracts;

namespace QDiff.Engine.Tests.Cpu;

// Every contract again with the lanes along the amplitudes, on registers of every size.
[RequiresLanes(LaneWidth.Bits512)]
public sealed class Amplitude512SingleCircuitTests : CircuitContract<float>
{
    protected override IBackend Create(int? threads) => Lanes.AlongAmplitudes(LaneWidth.Bits512, threads);
}

[RequiresLanes(LaneWidth.Bits512)]
public sealed class Amplitude512SingleReadoutTests : ReadoutContract<float>
{
    protected override IBackend Create(int? threads) => Lanes.AlongAmplitudes(LaneWidth.Bits512, threads);
}

[RequiresLanes(LaneWidth.Bits512)]
public sealed class Amplitude512SingleGradientTests : GradientContract<float>
{
    protected override IBackend Create(int? threads) => Lanes.AlongAmplitudes(LaneWidth.Bits512, threads);
}

[RequiresLanes(LaneWidth.Bits512)]
public sealed class Amplitude512SingleDeterminismTests : DeterminismContract<float>
{
    protected override IBackend Create(int? threads) => Lanes.AlongAmplitudes(LaneWidth.Bits512, threads);
}

[RequiresLanes(LaneWidth.Bits512)]
public sealed class Amplitude512SingleUsageTests : UsageContract<float>
{
    protected override IBackend Create(int? threads) => Lanes.AlongAmplitudes(LaneWidth.Bits512, threads);
}

[RequiresLanes(LaneWidth.Bits512)]
public sealed class Amplitude512DoubleCircuitTests : CircuitContract<double>
{
    protected override IBackend Create(int? threads) => Lanes.AlongAmplitudes(LaneWidth.Bits512, threads);
}

[RequiresLanes(LaneWidth.Bits512)]
public sealed class Amplitude512DoubleReadoutTests : ReadoutContract<double>
{
    protected override IBackend Create(int? threads) => Lanes.AlongAmplitudes(LaneWidth.Bits512, threads);
}

[RequiresLanes(LaneWidth.Bits512)]
public sealed class Amplitude512DoubleGradientTests : GradientContract<double>
{
    protected override IBackend Create(int? threads) => Lanes.AlongAmplitudes(LaneWidth.Bits512, threads);
}

[RequiresLanes(LaneWidth.Bits512)]
public sealed class Amplitude512DoubleDeterminismTests : DeterminismContract<double>
{
    protected override IBackend Create(int? threads) => Lanes.AlongAmplitudes(LaneWidth.Bits512, threads);
}

[RequiresLanes(LaneWidth.Bits512)]
public sealed class Amplitude512DoubleUsageTests : UsageContract<double>
{
    protected override IBackend Create(int? threads) => Lanes.AlongAmplitudes(LaneWidth.Bits512, threads);
}

[RequiresLanes(LaneWidth.Bits256)]
public sealed class Amplitude256SingleCircuitTests : CircuitContract<float>
{
    protected override IBackend Create(int? threads) => Lanes.AlongAmplitudes(LaneWidth.Bits256, threads);
}

[RequiresLanes(LaneWidth.Bits256)]
public sealed class Amplitude256SingleReadoutTests : ReadoutContract<float>
{
    protected override IBackend Create(int? threads) => Lanes.AlongAmplitudes(LaneWidth.Bits256, threads);
}

[RequiresLanes(LaneWidth.Bits256)]
public sealed class Amplitude256SingleGradientTests : GradientContract<float>
{
    protected override IBackend Create(int? threads) => Lanes.AlongAmplitudes(LaneWidth.Bits256, threads);
}

[RequiresLanes(LaneWidth.Bits256)]
public sealed class Amplitude256SingleDeterminismTests : DeterminismContract<float>
{
    protected override IBackend Create(int? threads) => Lanes.AlongAmplitudes(LaneWidth.Bits256, threads);
}

[RequiresLanes(LaneWidth.Bits256)]
public sealed class Amplitude256SingleUsageTests : UsageContract<float>
{
    protected override IBackend Create(int? threads) => Lanes.AlongAmplitudes(LaneWidth.Bits256, threads);
}

[RequiresLanes(LaneWidth.Bits128)]
public sealed class Amplitude128DoubleCircuitTests : CircuitContract<double>
{
    protected override IBackend Create(int? threads) => Lanes.AlongAmplitudes(LaneWidth.Bits128, threads);
}

[RequiresLanes(LaneWidth.Bits128)]
public sealed class Amplitude128DoubleReadoutTests : ReadoutContract<double>
{
    protected override IBackend Create(int? threads) => Lanes.AlongAmplitudes(LaneWidth.Bits128, threads);
}

[RequiresLanes(LaneWidth.Bits128)]
public sealed class Amplitude128DoubleGradientTests : GradientContract<double>
{
    protected override IBackend Create(int? threads) => Lanes.AlongAmplitudes(LaneWidth.Bits128, threads);
}

[RequiresLanes(LaneWidth.Bits128)]
public sealed class Amplitude128DoubleDeterminismTests : DeterminismContract<double>
{
    protected override IBackend Create(int? threads) => Lanes.AlongAmplitudes(LaneWidth.Bits128, threads);
}

[RequiresLanes(LaneWidth.Bits128)]
public sealed class Amplitude128DoubleUsageTests : UsageContract<double>
{
    protected override IBackend Create(int? threads) => Lanes.AlongAmplitudes(LaneWidth.Bits128, threads);
}

public sealed class AmplitudeScalarSingleCircuitTests : CircuitContract<float>
{
    protected override IBackend Create(int? threads) => Lanes.AlongAmplitudes(LaneWidth.Scalar, threads);
}

public sealed class AmplitudeScalarSingleReadoutTests : ReadoutContract<float>
{
    protected override IBackend Create(int? threads) => Lanes.AlongAmplitudes(LaneWidth.Scalar, threads);
}

public sealed class AmplitudeScalarSingleGradientTests : GradientContract<float>
{
    protected override IBackend Create(int? threads) => Lanes.AlongAmplitudes(LaneWidth.Scalar, threads);
}

public sealed class AmplitudeScalarSingleDeterminismTests : DeterminismContract<float>
{
    protected override IBackend Create(int? threads) => Lanes.AlongAmplitudes(LaneWidth.Scalar, threads);
}

public sealed class AmplitudeScalarSingleUsageTests : UsageContract<float>
{
    protected override IBackend Create(int? threads) => Lanes.AlongAmplitudes(LaneWidth.Scalar, threads);
}

public sealed class AmplitudeBlocksSingleCircuitTests : CircuitContract<float>
{
    protected override IBackend Create(int? threads) => Lanes.InBlocks(LaneWidth.Scalar, threads);
}

public sealed class AmplitudeBlocksSingleGradientTests : GradientContract<float>
{
    protected override IBackend Create(int? threads) => Lanes.InBlocks(LaneWidth.Scalar, threads);
}

public sealed class AmplitudeBlocksSingleDeterminismTests : DeterminismContract<float>
{
    protected override IBackend Create(int? threads) => Lanes.InBlocks(LaneWidth.Scalar, threads);
}

[RequiresLanes(LaneWidth.Bits128)]
public sealed class AmplitudeBlocksDoubleGradientTests : GradientContract<double>
{
    protected override IBackend Create(int? threads) => Lanes.InBlocks(LaneWidth.Bits128, threads);
}

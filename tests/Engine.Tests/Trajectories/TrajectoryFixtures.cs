using QDiff.Engine.Backends;
using QDiff.Engine.Cpu;

namespace QDiff.Engine.Tests.Trajectories;

public sealed class CpuSingleTrajectoryAgreementTests : TrajectoryAgreementContract<float>
{
    protected override ITrajectoryBackend Create() => new CpuBackend();
}

public sealed class CpuDoubleTrajectoryAgreementTests : TrajectoryAgreementContract<double>
{
    protected override ITrajectoryBackend Create() => new CpuBackend();
}

public sealed class CpuSingleTrajectoryGradientTests : TrajectoryGradientContract<float>
{
    protected override ITrajectoryBackend Create() => new CpuBackend();
}

public sealed class CpuDoubleTrajectoryGradientTests : TrajectoryGradientContract<double>
{
    protected override ITrajectoryBackend Create() => new CpuBackend();
}

public sealed class CpuSingleTrajectoryIdentityTests : TrajectoryIdentityContract<float>
{
    protected override ITrajectoryBackend Create() => new CpuBackend(new CpuOptions { LaneWidth = LaneWidth.Scalar });
}

using System.Numerics;
using QDiff.Engine.Backends;
using QDiff.Engine.Tests.Trajectories;

namespace QDiff.Kernels.Tests.Trajectories;

/// <summary>On the device that debugs kernels: as many programs as its time allows.</summary>
public abstract class DebuggerTrajectoryAgreementContract<T> : TrajectoryAgreementContract<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    protected override ITrajectoryBackend Create() => new IlgpuBackend("ilgpu-cpu");

    protected override int Programs(int count) => count / 5;
}

/// <inheritdoc cref="DebuggerTrajectoryAgreementContract{T}"/>
public abstract class DebuggerTrajectoryGradientContract<T> : TrajectoryGradientContract<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    protected override ITrajectoryBackend Create() => new IlgpuBackend("ilgpu-cpu");

    protected override int Programs(int count) => count / 3;
}

public sealed class DebuggerSingleTrajectoryAgreementTests : DebuggerTrajectoryAgreementContract<float>;

public sealed class DebuggerSingleTrajectoryGradientTests : DebuggerTrajectoryGradientContract<float>;

public sealed class DebuggerSingleTrajectoryIdentityTests : TrajectoryIdentityContract<float>
{
    protected override ITrajectoryBackend Create() => new IlgpuBackend("ilgpu-cpu");
}

public sealed class DebuggerDoubleTrajectoryAgreementTests : DebuggerTrajectoryAgreementContract<double>;

public sealed class DebuggerDoubleTrajectoryGradientTests : DebuggerTrajectoryGradientContract<double>;

public sealed class DebuggerDoubleTrajectoryIdentityTests : TrajectoryIdentityContract<double>
{
    protected override ITrajectoryBackend Create() => new IlgpuBackend("ilgpu-cpu");
}

[RequiresDevice("cuda")]
public sealed class CudaSingleTrajectoryAgreementTests : TrajectoryAgreementContract<float>
{
    protected override ITrajectoryBackend Create() => SharedDevice.Backend("cuda");
}

[RequiresDevice("cuda")]
public sealed class CudaSingleTrajectoryGradientTests : TrajectoryGradientContract<float>
{
    protected override ITrajectoryBackend Create() => SharedDevice.Backend("cuda");
}

[RequiresDevice("cuda")]
public sealed class CudaSingleTrajectoryIdentityTests : TrajectoryIdentityContract<float>
{
    protected override ITrajectoryBackend Create() => SharedDevice.Backend("cuda");
}

[RequiresDevice("cuda")]
public sealed class CudaDoubleTrajectoryAgreementTests : TrajectoryAgreementContract<double>
{
    protected override ITrajectoryBackend Create() => SharedDevice.Backend("cuda");
}

[RequiresDevice("cuda")]
public sealed class CudaDoubleTrajectoryGradientTests : TrajectoryGradientContract<double>
{
    protected override ITrajectoryBackend Create() => SharedDevice.Backend("cuda");
}

[RequiresDevice("cuda")]
public sealed class CudaDoubleTrajectoryIdentityTests : TrajectoryIdentityContract<double>
{
    protected override ITrajectoryBackend Create() => SharedDevice.Backend("cuda");
}

[RequiresDevice("opencl")]
public sealed class OpenClSingleTrajectoryAgreementTests : TrajectoryAgreementContract<float>
{
    protected override ITrajectoryBackend Create() => SharedDevice.Backend("opencl");
}

[RequiresDevice("opencl")]
public sealed class OpenClSingleTrajectoryGradientTests : TrajectoryGradientContract<float>
{
    protected override ITrajectoryBackend Create() => SharedDevice.Backend("opencl");
}

[RequiresDevice("opencl")]
public sealed class OpenClSingleTrajectoryIdentityTests : TrajectoryIdentityContract<float>
{
    protected override ITrajectoryBackend Create() => SharedDevice.Backend("opencl");
}

[RequiresDevice("opencl")]
public sealed class OpenClDoubleTrajectoryAgreementTests : TrajectoryAgreementContract<double>
{
    protected override ITrajectoryBackend Create() => SharedDevice.Backend("opencl");
}

[RequiresDevice("opencl")]
public sealed class OpenClDoubleTrajectoryGradientTests : TrajectoryGradientContract<double>
{
    protected override ITrajectoryBackend Create() => SharedDevice.Backend("opencl");
}

[RequiresDevice("opencl")]
public sealed class OpenClDoubleTrajectoryIdentityTests : TrajectoryIdentityContract<double>
{
    protected override ITrajectoryBackend Create() => SharedDevice.Backend("opencl");
}

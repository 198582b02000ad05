using QDiff.Kernels.Devices;

namespace QDiff.Kernels.Trajectories;

/// <summary>A trajectory program in a device's memory; it stays there for as long as its plan is in use.</summary>
internal sealed class LoadedTrajectories(DeviceSession session, TrajectoryProgram program)
{
    public TrajectoryProgram Program { get; } = program;

    public DeviceBuffer<int> Passes { get; } = session.Upload<int>(program.Passes);

    public DeviceBuffer<int> Tables { get; } = session.Upload<int>(program.Tables);

    public DeviceBuffer<int> Code { get; } = session.Upload<int>(program.Code);

    public DeviceBuffer<double> Numbers { get; } = session.Upload<double>(program.Numbers);
}

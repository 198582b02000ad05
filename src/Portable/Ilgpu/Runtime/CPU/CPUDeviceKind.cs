namespace ILGPU.Runtime.CPU;

/// <summary>Whose warp and group sizes a CPU device takes over.</summary>
public enum CPUDeviceKind
{
    Default,
    Nvidia,
    AMD,
    LegacyAMD,
    Intel,
}

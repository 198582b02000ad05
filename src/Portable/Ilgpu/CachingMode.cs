namespace ILGPU;

/// <summary>What ILGPU keeps of kernels that were compiled.</summary>
public enum CachingMode
{
    Default,
    NoKernelCaching,
    NoLaunchCaching,
    Disabled,
}

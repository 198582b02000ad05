namespace TorchSharp;

/// <summary>The kinds of device that TorchSharp knows. This build runs on <see cref="CPU"/> only.</summary>
public enum DeviceType
{
    CPU = 0,
    CUDA = 1,
    MPS = 13,
    META = 14,
}

using System.Runtime.Intrinsics;

namespace TorchSharp;

/// <summary>The register width that the numeric kernels run on; wider ones are used only where the machine has them.</summary>
internal enum SimdWidth
{
    /// <summary>No vector registers.</summary>
    Scalar = 0,

    /// <summary>128 bits: SSE, NEON.</summary>
    Bits128 = 128,

    /// <summary>256 bits: AVX2 with FMA.</summary>
    Bits256 = 256,

    /// <summary>512 bits: AVX-512.</summary>
    Bits512 = 512,
}

/// <summary>What this machine offers.</summary>
internal static class SimdWidths
{
    /// <summary>The widest registers of this machine.</summary>
    public static SimdWidth Best { get; } =
        Vector512.IsHardwareAccelerated ? SimdWidth.Bits512
        : Vector256.IsHardwareAccelerated ? SimdWidth.Bits256
        : Vector128.IsHardwareAccelerated ? SimdWidth.Bits128
        : SimdWidth.Scalar;
}

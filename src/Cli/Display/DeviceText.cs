using static QDiff.Cli.Display.Sentence;

namespace QDiff.Cli.Display;

/// <summary>Names the device of a measurement: threads and vectors of a processor, the model of an accelerator.</summary>
internal static class DeviceText
{
    /// <summary>For example <c>cpu, 2 threads, 512-bit lanes</c> or <c>cuda (NVIDIA H200, SM_90, CUDA driver 13.0)</c>.</summary>
    /// <param name="device">The name that users type.</param>
    /// <param name="model">What it is.</param>
    /// <param name="threads">Threads; 0 for an accelerator.</param>
    /// <param name="laneBits">Width of a vector; 0 for scalar code.</param>
    public static string Of(string device, string model, int threads, int laneBits) => threads == 0
        ? $"{device} ({model})"
        : Invariant($"{device}, {threads} threads, {(laneBits > 0 ? Invariant($"{laneBits}-bit lanes") : "scalar code")}");
}

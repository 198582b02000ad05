using System.Numerics;
using QDiff.Engine;
using QDiff.Engine.Backends;
using QDiff.Engine.States;
using QDiff.Kernels.Measurement;
using QDiff.Kernels.StateVectors;

namespace QDiff.Kernels;

// Outcomes of measurements.
public sealed partial class IlgpuBackend : ISamplingBackend
{
    private DeviceBornSampler<float, SinglePrecision>? _samplerSingle;
    private DeviceBornSampler<double, DoublePrecision>? _samplerDouble;

    /// <inheritdoc/>
    public int[,] Sample<T>(StateVectorBatch<T> states, int shots, ulong seed, ulong operation, long firstSample = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.BornSampling(states, shots, firstSample);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return states is StateVectorBatch<float> single
                ? (_samplerSingle ??= new DeviceBornSampler<float, SinglePrecision>(_device, Notify)).Sample(single, shots, seed, operation, firstSample)
                : (_samplerDouble ??= new DeviceBornSampler<double, DoublePrecision>(_device, Notify))
                    .Sample((StateVectorBatch<double>)(object)states, shots, seed, operation, firstSample);
        }
    }
}

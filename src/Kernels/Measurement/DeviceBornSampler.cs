using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using QDiff.Engine.States;
using QDiff.Kernels.Devices;
using QDiff.Kernels.StateVectors;

namespace QDiff.Kernels.Measurement;

/// <summary>Draws outcomes of states on a device, a part of the batch at a time.</summary>
internal sealed class DeviceBornSampler<T, TPrecision>(DeviceSession session, Action<string> notify)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TPrecision : IPrecision<T>
{
    private readonly RunningSumKernel<T, TPrecision> _sums = new(session);
    private readonly BornSampleKernel _draw = new(session);

    /// <summary>[batch, shots] basis states.</summary>
    public int[,] Sample(StateVectorBatch<T> states, int shots, ulong seed, ulong operation, long firstSample)
    {
        int size = (int)states.Dimension;
        var outcomes = new int[states.Batch, shots];
        int part = BatchParts.Size(session, states.Batch, (2L * Unsafe.SizeOf<T>() + sizeof(double)) * size + (long)shots * sizeof(int), notify);
        for (int start = 0; start < states.Batch; start += part)
        {
            int count = Math.Min(part, states.Batch - start);
            using var re = session.Rent<T>((long)count * size);
            using var im = session.Rent<T>((long)count * size);
            using var sums = session.Rent<double>((long)count * size);
            using var drawn = session.Rent<int>((long)count * shots);
            for (int s = 0; s < count; s++)
            {
                re.CopyFrom((long)s * size, states.Real(start + s));
                im.CopyFrom((long)s * size, states.Imaginary(start + s));
            }

            _sums.Launch(count, re.View, im.View, sums.View, size);
            _draw.Launch(count, sums.View, drawn.View, size, shots, seed, operation, (ulong)(firstSample + start));
            for (int s = 0; s < count; s++)
            {
                drawn.CopyTo((long)s * shots, MemoryMarshal.CreateSpan(ref outcomes[start + s, 0], shots));
            }
        }

        return outcomes;
    }
}

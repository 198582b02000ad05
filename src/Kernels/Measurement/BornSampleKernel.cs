using ILGPU;
using ILGPU.Runtime;
using QDiff.Engine.Randomness;
using QDiff.Kernels.Devices;

namespace QDiff.Kernels.Measurement;

/// <summary>
/// Outcomes of measuring all qubits: the first basis state whose running sum of probabilities is above u·S, u being number i of the stream (seed, sample, operation) for
/// shot i, and S the whole. One thread owns one shot of one state. Bytes: n sums for each shot.
/// </summary>
internal sealed class BornSampleKernel(DeviceSession session)
{
    private readonly Lazy<Action<AcceleratorStream, KernelConfig, ArrayView<double>, ArrayView<int>, int, int, ulong, ulong, ulong, long>> _launch =
        session.Compile("Born samples", accelerator => accelerator.LoadKernel<ArrayView<double>, ArrayView<int>, int, int, ulong, ulong, ulong, long>(Run));

    /// <summary>The kernel.</summary>
    /// <param name="sums">[batch, size] running sums.</param>
    /// <param name="outcomes">[batch, shots], overwritten.</param>
    /// <param name="size">2^n.</param>
    /// <param name="shots">Shots of each state.</param>
    /// <param name="seed">Seed of the run.</param>
    /// <param name="operation">Which use of randomness this is.</param>
    /// <param name="firstSample">Number of the first state within the run.</param>
    /// <param name="items">batch × shots.</param>
    public static void Run(
        ArrayView<double> sums, ArrayView<int> outcomes, int size, int shots, ulong seed, ulong operation, ulong firstSample, long items)
    {
        long item = (long)Grid.IdxX * Group.DimX + Group.IdxX;
        if (item >= items)
        {
            return;
        }

        long sample = item / shots, first = sample * size;
        int shot = (int)(item - sample * shots);
        var words = Philox.Block(CounterRandom.Counter(firstSample + (ulong)sample, operation, shot >> 1), seed);
        double uniform = (shot & 1) == 0 ? CounterRandom.ToDouble(words.Word0, words.Word1) : CounterRandom.ToDouble(words.Word2, words.Word3);
        double whole = sums[first + size - 1], limit = uniform * whole;
        int low = 0, high = size - 1;
        while (low < high)
        {
            // Where rounding takes the limit up to the whole, the first sum that is the whole.
            int middle = (low + high) >> 1;
            double sum = sums[first + middle];
            bool isAbove = sum > limit || sum >= whole;
            high = isAbove ? middle : high;
            low = isAbove ? low : middle + 1;
        }

        outcomes[item] = low;
    }

    /// <summary>Launches one thread for each shot of each state.</summary>
    public void Launch(int batch, ArrayView<double> sums, ArrayView<int> outcomes, int size, int shots, ulong seed, ulong operation, ulong firstSample)
    {
        long items = (long)batch * shots;
        _launch.Value(session.Stream, session.PerItem(items), sums, outcomes, size, shots, seed, operation, firstSample, items);
    }
}

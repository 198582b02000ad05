using QDiff.Engine.Noise;
using QDiff.Engine.Randomness;

namespace QDiff.Engine;

internal static partial class Guard
{
    public static void Trajectories(int trajectories, long first)
    {
        if (trajectories < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(trajectories), $"Every sample needs at least 1 trajectory; got {trajectories}.");
        }

        if (first is < 0 or >= CounterRandom.SampleLimit)
        {
            throw new ArgumentOutOfRangeException(nameof(first), $"Trajectories are numbered from 0 to {CounterRandom.SampleLimit - 1}; got {first}.");
        }
    }

    public static void TrajectoryCount(int batch, int trajectories, long first)
    {
        long count = (long)batch * trajectories;
        if (count > int.MaxValue || first + count > CounterRandom.SampleLimit)
        {
            throw new ArgumentOutOfRangeException(
                nameof(trajectories),
                $"One run has up to {int.MaxValue} trajectories, numbered below {CounterRandom.SampleLimit}; got {count} from {first}, so split it.");
        }
    }

    public static void ClassicalBits(int bits)
    {
        if (bits == 0)
        {
            throw new ArgumentException("The program has no classical bits, so there is nothing to sample; measure qubits into bits.");
        }
    }

    public static void ReadoutWidth(ReadoutNoise? readout, int bits)
    {
        if (readout is not null && readout.Width != bits)
        {
            throw new ArgumentException($"The readout errors are for {readout.Width} bit(s) and the program has {bits}; both must be the same.", nameof(readout));
        }
    }
}

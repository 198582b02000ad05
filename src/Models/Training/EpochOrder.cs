namespace QDiff.Models.Training;

/// <summary>Which samples a training step sees: epochs visit all of them in a shuffled order, whole batches only.</summary>
/// <param name="count">Samples.</param>
/// <param name="batch">Samples per step.</param>
/// <param name="seed">Seed of the run.</param>
/// <param name="purpose">Names the order.</param>
internal sealed class EpochOrder(int count, int batch, ulong seed, string purpose)
{
    private long _epoch = -1;
    private int[] _order = [];

    /// <summary>Steps of one pass.</summary>
    public int StepsPerEpoch { get; } = Math.Max(1, count / batch);

    /// <summary>The samples of a step, a function of the seed and the step alone.</summary>
    public int[] Rows(long step)
    {
        if (step / StepsPerEpoch != _epoch)
        {
            _epoch = step / StepsPerEpoch;
            _order = [.. Enumerable.Range(0, count)];
            new Random((int)(SeedSequence.Derive(seed, purpose, _epoch) & int.MaxValue)).Shuffle(_order);
        }

        return [.. _order.Skip((int)(step % StepsPerEpoch) * batch).Take(batch)];
    }
}

using QDiff.Engine.Randomness;

namespace QDiff.Models.Data;

/// <summary>Reads the numbers of one <see cref="CounterRandom"/> stream one after the other.</summary>
/// <param name="seed">The seed of the whole.</param>
/// <param name="sample">Which sample the numbers belong to.</param>
/// <param name="purpose">What they are used for.</param>
internal struct RandomSequence(ulong seed, long sample, ulong purpose)
{
    private readonly CounterRandom _stream = new(seed, sample, purpose);
    private int _block;
    private float _spare;
    private bool _hasSpare;

    /// <summary>Uniform on (low, high).</summary>
    public float Uniform(float low = 0, float high = 1) => low + ((high - low) * CounterRandom.ToSingle(_stream.Block(_block++).Word0));

    /// <summary>Normal with mean 0 and the given standard deviation.</summary>
    public float Normal(float deviation)
    {
        if (_hasSpare)
        {
            _hasSpare = false;
            return deviation * _spare;
        }
        (double first, double second) = _stream.NormalPair(_block++);
        _spare = (float)second;
        _hasSpare = true;
        return deviation * (float)first;
    }

    /// <summary>Uniform on 0 … count − 1.</summary>
    public int Below(int count) => (int)(((ulong)_stream.Block(_block++).Word0 * (uint)count) >> 32);
}

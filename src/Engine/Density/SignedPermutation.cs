namespace QDiff.Engine.Density;

/// <summary>A move of Pauli coefficients with signs: new[i] = ±old[Source[i]].</summary>
internal sealed class SignedPermutation
{
    // Made when a run first asks: planning composes many moves of which few are run.
    private float[]? _single;
    private double[]? _double;

    public SignedPermutation(int[] source, bool[] negative)
    {
        Source = source;
        Negative = negative;
        HasSigns = negative.Contains(true);
    }

    /// <summary>Where each coefficient comes from.</summary>
    public int[] Source { get; }

    /// <summary>Which coefficients change sign.</summary>
    public bool[] Negative { get; }

    /// <summary>Whether any sign changes.</summary>
    public bool HasSigns { get; }

    /// <summary>±1 for each coefficient.</summary>
    public T[] Signs<T>() => typeof(T) == typeof(float)
        ? (T[])(object)(_single ??= Array.ConvertAll(Negative, n => n ? -1f : 1f))
        : (T[])(object)(_double ??= Array.ConvertAll(Negative, n => n ? -1.0 : 1.0));

    /// <summary>This move followed by <paramref name="next"/>.</summary>
    public SignedPermutation Then(SignedPermutation next)
    {
        var source = new int[Source.Length];
        var negative = new bool[Source.Length];
        for (int i = 0; i < source.Length; i++)
        {
            source[i] = Source[next.Source[i]];
            negative[i] = next.Negative[i] ^ Negative[next.Source[i]];
        }

        return new SignedPermutation(source, negative);
    }

    /// <summary>The same move on some digits of a longer base-4 index, which has <paramref name="digits"/> of them.</summary>
    /// <param name="places">Where this move's digits lie.</param>
    /// <param name="digits">Digits of the longer index.</param>
    public SignedPermutation Spread(ReadOnlySpan<int> places, int digits)
    {
        var source = new int[1 << (2 * digits)];
        var negative = new bool[source.Length];
        for (int i = 0; i < source.Length; i++)
        {
            int own = 0;
            for (int b = 0; b < places.Length; b++)
            {
                own |= ((i >> (2 * places[b])) & 3) << (2 * b);
            }

            int from = i;
            for (int b = 0; b < places.Length; b++)
            {
                from = (from & ~(3 << (2 * places[b]))) | (((Source[own] >> (2 * b)) & 3) << (2 * places[b]));
            }

            source[i] = from;
            negative[i] = Negative[own];
        }

        return new SignedPermutation(source, negative);
    }
}

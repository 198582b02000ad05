using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace QDiff.Engine.Randomness;

/// <summary>
/// The random numbers that belong to one sample at one operation of a run. Number i is a pure function of
/// (seed, sample, operation, i), so results do not depend on batch size, order of evaluation, thread count or device.
/// </summary>
/// <remarks>
/// The Philox key is the seed. The 128-bit counter holds, from the low bits: block number (24 bits), sample (40 bits), operation (64 bits);
/// no two (sample, operation, block) share a counter. The methods are different readings of the *same* words:
/// use one kind of draw per operation, or disjoint indices (<see cref="Single"/>(i) reads word i; <see cref="Double"/>(i) words 2i, 2i+1;
/// <see cref="Normal"/>(i) words 4(i/2) to 4(i/2)+3).
/// </remarks>
public readonly struct CounterRandom
{
    /// <summary>One more than the greatest sample number: 2^40.</summary>
    public const long SampleLimit = 1L << 40;

    /// <summary>One more than the greatest block number: 2^24 blocks of four words for each sample and operation.</summary>
    public const int BlockLimit = 1 << 24;

    private readonly ulong _seed;
    private readonly ulong _sample;
    private readonly ulong _operation;

    /// <summary>Names a stream; computes nothing.</summary>
    /// <param name="seed">Any value.</param>
    /// <param name="sample">0 to 2^40 − 1, numbered over the whole run and not within a batch.</param>
    /// <param name="operation">Any value: which use of randomness this is.</param>
    /// <exception cref="ArgumentOutOfRangeException">The sample number is out of its range.</exception>
    public CounterRandom(ulong seed, long sample, ulong operation)
    {
        if ((ulong)sample >= (ulong)SampleLimit)
        {
            throw new ArgumentOutOfRangeException(
                nameof(sample), $"Sample number {sample} is outside 0 to {SampleLimit - 1}; number the samples of a run from 0.");
        }

        _seed = seed;
        _sample = (ulong)sample;
        _operation = operation;
    }

    /// <summary>Four independent 32-bit words.</summary>
    /// <param name="index">0 to 2^24 − 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The stream is used up.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public PhiloxBlock Block(int index)
    {
        if ((uint)index >= BlockLimit)
        {
            ThrowBlock(index);
        }

        return Philox.Block(Counter(_sample, _operation, index), _seed);
    }

    /// <summary>Word <paramref name="index"/> of the stream, uniform over all 32-bit values.</summary>
    public uint Word(int index)
    {
        var block = Block(index >> 2);
        return (index & 3) switch { 0 => block.Word0, 1 => block.Word1, 2 => block.Word2, _ => block.Word3 };
    }

    /// <summary>Uniform on the open interval (0, 1), 2^23 equally spaced values. Reads word <paramref name="index"/>.</summary>
    public float Single(int index) => ToSingle(Word(index));

    /// <summary>Uniform on the open interval (0, 1), 2^52 equally spaced values. Reads words 2·index and 2·index + 1.</summary>
    public double Double(int index)
    {
        var (first, second) = DoublePair(index >> 1);
        return (index & 1) == 0 ? first : second;
    }

    /// <summary>Numbers 2·index and 2·index + 1 of <see cref="Double"/>, which block <paramref name="index"/> holds.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public (double First, double Second) DoublePair(int index)
    {
        var block = Block(index);
        return (ToDouble(block.Word0, block.Word1), ToDouble(block.Word2, block.Word3));
    }

    /// <summary>Standard normal. Numbers 2j and 2j + 1 are the two of one Box-Muller pair; they read block j.</summary>
    public double Normal(int index)
    {
        var (first, second) = NormalPair(index >> 1);
        return (index & 1) == 0 ? first : second;
    }

    /// <summary>Two independent standard normals from block <paramref name="index"/>: √(−2 ln u)·(cos 2πv, sin 2πv).</summary>
    public (double First, double Second) NormalPair(int index)
    {
        var (u, v) = DoublePair(index);
        var radius = Math.Sqrt(-2 * Math.Log(u));
        var (sin, cos) = Math.SinCos(2 * Math.PI * v);
        return (radius * cos, radius * sin);
    }

    /// <summary>The centre of the word's cell among 2^23 cells of (0, 1): never 0, never 1, exact in <see langword="float"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float ToSingle(uint word) => ((word >> 9) + 0.5f) * (1f / (1 << 23));

    /// <summary>The centre of the cell among 2^52 cells of (0, 1) that the upper bits of (high, low) name: never 0, never 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double ToDouble(uint low, uint high) => (((((ulong)high << 32) | low) >> 12) + 0.5) * (1.0 / (1L << 52));

    /// <summary>Numbers 2·block and 2·block + 1 (<see cref="Double"/>) of neighbouring samples under one seed and operation.</summary>
    /// <param name="seed">Any value.</param>
    /// <param name="firstSample">Sample of the first entry.</param>
    /// <param name="operation">Any value.</param>
    /// <param name="block">0 to 2^24 − 1.</param>
    /// <param name="even">Number 2·block of every sample; a multiple of four entries, those for samples from 2^40 on being undefined.</param>
    /// <param name="odd">Number 2·block + 1 of every sample, of the same length.</param>
    internal static void DoublePairs(ulong seed, long firstSample, ulong operation, int block, Span<double> even, Span<double> odd)
    {
        if (!Avx2.IsSupported)
        {
            for (var s = 0; s < even.Length; s++)
            {
                (even[s], odd[s]) = new CounterRandom(seed, Math.Min(firstSample + s, SampleLimit - 1), operation).DoublePair(block);
            }

            return;
        }

        if ((uint)block >= BlockLimit)
        {
            ThrowBlock(block);
        }

        Vector256<ulong> c2 = Vector256.Create(operation), c3 = Vector256.Create(operation >> 32);
        for (var s = 0; s < even.Length; s += 4)
        {
            var sample = Vector256.Create((ulong)(firstSample + s)) + Vector256.Create(0ul, 1, 2, 3);
            var (w0, w1, w2, w3) = Philox.Blocks((sample << 24) | Vector256.Create((ulong)block), sample >>> 8, c2, c3, seed);
            ToDouble(w0, w1).CopyTo(even[s..]);
            ToDouble(w2, w3).CopyTo(odd[s..]);
        }
    }

    // As the scalar one: 1 + k/2^52 by its bits, and then exact differences.
    private static Vector256<double> ToDouble(Vector256<ulong> low, Vector256<ulong> high)
    {
        var bits = ((high << 32) | (low & Vector256.Create(0xFFFFFFFFul))) >>> 12;
        return (bits | Vector256.Create(0x3FF0000000000000ul)).AsDouble() - Vector256.Create(1.0) + Vector256.Create(1.0 / (1L << 53));
    }

    /// <summary>The counter of a block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static PhiloxBlock Counter(ulong sample, ulong operation, int block) =>
        new((uint)block | (uint)(sample << 24), (uint)(sample >> 8), (uint)operation, (uint)(operation >> 32));

    private static void ThrowBlock(int index) => throw new ArgumentOutOfRangeException(
        nameof(index), $"Block {index} is outside 0 to {BlockLimit - 1}; draw the rest under another operation number.");
}

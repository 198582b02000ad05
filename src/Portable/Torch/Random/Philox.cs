namespace TorchSharp;

/// <summary>
/// Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011): four 32-bit words from a 64-bit key and a
/// counter. Any block can be computed without those before it, so results do not depend on how work is spread.
/// </summary>
internal static class Philox
{
    private const uint M0 = 0xD2511F53;
    private const uint M1 = 0xCD9E8D57;
    private const uint W0 = 0x9E3779B9;
    private const uint W1 = 0xBB67AE85;

    /// <summary>The words of block <paramref name="counter"/> under the seed.</summary>
    public static (uint X0, uint X1, uint X2, uint X3) Block(ulong seed, ulong counter)
    {
        uint k0 = (uint)seed, k1 = (uint)(seed >> 32);
        uint c0 = (uint)counter, c1 = (uint)(counter >> 32), c2 = 0, c3 = 0;
        for (var round = 0; round < 10; round++)
        {
            var p0 = (ulong)M0 * c0;
            var p1 = (ulong)M1 * c2;
            (c0, c1, c2, c3) = ((uint)(p1 >> 32) ^ c1 ^ k0, (uint)p1, (uint)(p0 >> 32) ^ c3 ^ k1, (uint)p0);
            k0 += W0;
            k1 += W1;
        }

        return (c0, c1, c2, c3);
    }

    /// <summary>Fills with uniform numbers k·2⁻²⁴ in [0, 1), four per block from the given counter on.</summary>
    public static void Uniform(ulong seed, ulong counter, Span<float> target)
    {
        const float Scale = 1f / (1 << 24);
        for (var i = 0; i < target.Length; i += 4)
        {
            var (a, b, c, d) = Block(seed, counter++);
            target[i] = (a >> 8) * Scale;
            if (i + 1 < target.Length) target[i + 1] = (b >> 8) * Scale;
            if (i + 2 < target.Length) target[i + 2] = (c >> 8) * Scale;
            if (i + 3 < target.Length) target[i + 3] = (d >> 8) * Scale;
        }
    }

    /// <summary>Fills with uniform numbers k·2⁻⁵³ in [0, 1), two per block from the given counter on.</summary>
    public static void Uniform(ulong seed, ulong counter, Span<double> target)
    {
        for (var i = 0; i < target.Length; i += 2)
        {
            var (a, b, c, d) = Block(seed, counter++);
            target[i] = Double(a, b);
            if (i + 1 < target.Length) target[i + 1] = Double(c, d);
        }
    }

    /// <summary>Two words as a number in [0, 1).</summary>
    public static double Double(uint low, uint high) => ((((ulong)high << 32) | low) >> 11) * (1.0 / (1L << 53));
}

using System.Runtime.CompilerServices;

namespace QDiff.Engine.Randomness;

/// <summary>
/// Philox4x32-10: a bijection of 128-bit counters, keyed by 64 bits, whose outputs pass every known statistical test battery.
/// There is no state to carry: the n-th number of a stream is computed from n alone, in any order, on any thread or device.
/// </summary>
/// <remarks>
/// One round maps (c0, c1, c2, c3) with key (k0, k1) to (hi(M1·c2) ^ c1 ^ k0, lo(M1·c2), hi(M0·c0) ^ c3 ^ k1, lo(M0·c0));
/// the key grows by the Weyl constants between the ten rounds.
/// Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC11 (docs/references.md: Salmon2011).
/// Cost: 20 wide multiplications, about 15 ns for four words.
/// </remarks>
public static partial class Philox
{
    private const uint Multiplier0 = 0xD2511F53;
    private const uint Multiplier1 = 0xCD9E8D57;
    private const uint Weyl0 = 0x9E3779B9;
    private const uint Weyl1 = 0xBB67AE85;
    private const int Rounds = 10;

    /// <summary>The four words at <paramref name="counter"/> in the stream of <paramref name="key"/>.</summary>
    /// <param name="counter">128-bit counter.</param>
    /// <param name="key">64-bit key: the low half is Random123's first key word.</param>
    /// <returns>Four independent uniform 32-bit words.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PhiloxBlock Block(PhiloxBlock counter, ulong key)
    {
        var (c0, c1, c2, c3) = (counter.Word0, counter.Word1, counter.Word2, counter.Word3);
        var (k0, k1) = ((uint)key, (uint)(key >> 32));
        for (var round = 0; round < Rounds; round++)
        {
            var product0 = (ulong)Multiplier0 * c0;
            var product1 = (ulong)Multiplier1 * c2;
            (c0, c1, c2, c3) = ((uint)(product1 >> 32) ^ c1 ^ k0, (uint)product1, (uint)(product0 >> 32) ^ c3 ^ k1, (uint)product0);
            k0 += Weyl0;
            k1 += Weyl1;
        }

        return new PhiloxBlock(c0, c1, c2, c3);
    }
}

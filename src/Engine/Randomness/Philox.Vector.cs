using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace QDiff.Engine.Randomness;

// Four counters at once.
public static partial class Philox
{
    /// <summary>
    /// The words of four counters: every element holds a word in its lower half; the upper half is ignored on the way in and undefined on the way out.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static (Vector256<ulong> Word0, Vector256<ulong> Word1, Vector256<ulong> Word2, Vector256<ulong> Word3) Blocks(
        Vector256<ulong> c0, Vector256<ulong> c1, Vector256<ulong> c2, Vector256<ulong> c3, ulong key)
    {
        Vector256<uint> multiplier0 = Vector256.Create((ulong)Multiplier0).AsUInt32(), multiplier1 = Vector256.Create((ulong)Multiplier1).AsUInt32();
        var (k0, k1) = ((uint)key, (uint)(key >> 32));
        for (var round = 0; round < Rounds; round++)
        {
            Vector256<ulong> product0 = Avx2.Multiply(multiplier0, c0.AsUInt32()), product1 = Avx2.Multiply(multiplier1, c2.AsUInt32());
            c0 = (product1 >>> 32) ^ c1 ^ Vector256.Create((ulong)k0);
            c1 = product1;
            c2 = (product0 >>> 32) ^ c3 ^ Vector256.Create((ulong)k1);
            c3 = product0;
            k0 += Weyl0;
            k1 += Weyl1;
        }

        return (c0, c1, c2, c3);
    }
}

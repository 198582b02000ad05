using System.Numerics;
using ILGPU;

namespace QDiff.Kernels.StateVectors;

/// <summary>
/// RY(θ_j) on each of three local bits, then the phase e^{±iα_j} on each: 48 + 32 multiplications on eight amplitudes that a thread reads from
/// shared memory and writes back once.
/// </summary>
internal static class RotationPass
{
    public static void Forward<T>(
        ArrayView<T> re, ArrayView<T> im, ArrayView<int> passes, ArrayView<int> tables, ArrayView<T> coefficients, int code, int turn, long c, int groups)
        where T : unmanaged, INumber<T>
    {
        int flip0 = passes[code + PassCode.Flip], flip1 = passes[code + PassCode.Flip + 1], flip2 = passes[code + PassCode.Flip + 2];
        int table = passes[code + PassCode.Table];

        // A view of its own, so that the addresses are one base and constants.
        var k = coefficients.SubView(c, PassCode.RotationCoefficients);
        for (int g = Group.IdxX; g < groups; g += Group.DimX)
        {
            int at = BlockPasses.Start(tables, table, g) ^ turn;
            var o = Octet<T>.Load(re, im, at, flip0, flip1, flip2);
            o = Octet<T>.Rotate(o, k[0], k[1]);
            o = Octet<T>.Rotate(o, k[2], k[3]);
            o = Octet<T>.Rotate(o, k[4], k[5]);
            o = Octet<T>.Turn(
                o, k[6], k[7], k[8], k[9], k[10], k[11],
                k[12], k[13]);
            Octet<T>.Store(o, re, im, at, flip0, flip1, flip2);
        }
    }

    /// <summary>
    /// Undoes the pass on state ψ and co-state λ. With the gradients ∂L/∂θ_j = Re⟨λ|−iY_j|ψ⟩ and ∂L/∂α_j = −2 Im⟨λ|Z_j|ψ⟩, of which every
    /// thread leaves its part in scratch.
    /// </summary>
    public static void Backward<T>(
        ArrayView<T> re, ArrayView<T> im, ArrayView<T> coRe, ArrayView<T> coIm, ArrayView<T> scratch, ArrayView<int> passes, ArrayView<int> tables,
        ArrayView<T> coefficients, int code, int turn, long c, int groups, bool wanted)
        where T : unmanaged, INumber<T>
    {
        int flip0 = passes[code + PassCode.Flip], flip1 = passes[code + PassCode.Flip + 1], flip2 = passes[code + PassCode.Flip + 2];
        int table = passes[code + PassCode.Table];

        // A view of its own, so that the addresses are one base and constants.
        var k = coefficients.SubView(c, PassCode.RotationCoefficients);
        T rotation0 = T.Zero, rotation1 = T.Zero, rotation2 = T.Zero, phase0 = T.Zero, phase1 = T.Zero, phase2 = T.Zero;
        for (int g = Group.IdxX; g < groups; g += Group.DimX)
        {
            int at = BlockPasses.Start(tables, table, g) ^ turn;
            var p = Octet<T>.Load(re, im, at, flip0, flip1, flip2);
            var l = Octet<T>.Load(coRe, coIm, at, flip0, flip1, flip2);
            T w0 = l.I0 * p.R0 - l.R0 * p.I0, w1 = l.I1 * p.R1 - l.R1 * p.I1, w2 = l.I2 * p.R2 - l.R2 * p.I2, w3 = l.I3 * p.R3 - l.R3 * p.I3;
            T w4 = l.I4 * p.R4 - l.R4 * p.I4, w5 = l.I5 * p.R5 - l.R5 * p.I5, w6 = l.I6 * p.R6 - l.R6 * p.I6, w7 = l.I7 * p.R7 - l.R7 * p.I7;
            phase0 += w0 - w1 + (w2 - w3) + (w4 - w5 + (w6 - w7));
            phase1 += w0 - w2 + (w1 - w3) + (w4 - w6 + (w5 - w7));
            phase2 += w0 - w4 + (w1 - w5) + (w2 - w6 + (w3 - w7));

            T c0 = k[6], s0 = -k[7], c1 = k[8], s1 = -k[9];
            T c2 = k[10], s2 = -k[11], c3 = k[12], s3 = -k[13];
            p = Octet<T>.Turn(p, c0, s0, c1, s1, c2, s2, c3, s3);
            l = Octet<T>.Turn(l, c0, s0, c1, s1, c2, s2, c3, s3);

            rotation0 += Octet<T>.RotationGradient(l, p);
            p = Octet<T>.Rotate(p, k[0], -k[1]);
            l = Octet<T>.Rotate(l, k[0], -k[1]);
            rotation1 += Octet<T>.RotationGradient(l, p);
            p = Octet<T>.Rotate(p, k[2], -k[3]);
            l = Octet<T>.Rotate(l, k[2], -k[3]);
            rotation2 += Octet<T>.RotationGradient(l, p);
            p = Octet<T>.Rotate(p, k[4], -k[5]);
            l = Octet<T>.Rotate(l, k[4], -k[5]);
            Octet<T>.Store(p, re, im, at, flip0, flip1, flip2);
            Octet<T>.Store(l, coRe, coIm, at, flip0, flip1, flip2);
        }

        if (wanted)
        {
            int threads = Group.DimX, thread = Group.IdxX;
            scratch[thread] = rotation0;
            scratch[threads + thread] = rotation1;
            scratch[2 * threads + thread] = rotation2;
            scratch[3 * threads + thread] = phase0 + phase0;
            scratch[4 * threads + thread] = phase1 + phase1;
            scratch[5 * threads + thread] = phase2 + phase2;
        }
    }
}

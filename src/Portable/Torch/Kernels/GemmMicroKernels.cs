using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace TorchSharp;

/// <summary>
/// The register-blocked inner products of the matrix product: C[rows, vecs·lane] (+)= Aᵀ·B over <c>depth</c> terms.
/// </summary>
/// <remarks>
/// <c>a</c> is a packed panel [depth, rows]; row p of B starts at <c>b + p·ldb</c>; C is row-major with leading dimension <c>ldc</c>.
/// Every element is one chain of multiply-adds in the order of p, so its value does not depend on the kernel that computed it.
/// The shapes fill the registers: 24 of 32 with sums at 512 bits, 12 of 16 at 256 and 128 bits; the rest hold B and one broadcast.
/// Each body is written out because the JIT keeps named locals, not array elements, in registers.
/// </remarks>
internal static class GemmMicroKernels
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Fma<T>(Vector512<T> x, Vector512<T> y, Vector512<T> z) => typeof(T) == typeof(float)
        ? Vector512.MultiplyAddEstimate(x.AsSingle(), y.AsSingle(), z.AsSingle()).As<float, T>()
        : Vector512.MultiplyAddEstimate(x.AsDouble(), y.AsDouble(), z.AsDouble()).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<T> Fma<T>(Vector256<T> x, Vector256<T> y, Vector256<T> z) => typeof(T) == typeof(float)
        ? Vector256.MultiplyAddEstimate(x.AsSingle(), y.AsSingle(), z.AsSingle()).As<float, T>()
        : Vector256.MultiplyAddEstimate(x.AsDouble(), y.AsDouble(), z.AsDouble()).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<T> Fma<T>(Vector128<T> x, Vector128<T> y, Vector128<T> z) => typeof(T) == typeof(float)
        ? Vector128.MultiplyAddEstimate(x.AsSingle(), y.AsSingle(), z.AsSingle()).As<float, T>()
        : Vector128.MultiplyAddEstimate(x.AsDouble(), y.AsDouble(), z.AsDouble()).As<double, T>();

    /// <summary>12 × 2 vectors of 512 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static unsafe void Wide12x2<T>(int depth, T* a, T* b, nint ldb, T* c, nint ldc, bool accumulate)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int lane = Vector512<T>.Count;
        Vector512<T> c0_0 = default, c0_1 = default;
        Vector512<T> c1_0 = default, c1_1 = default;
        Vector512<T> c2_0 = default, c2_1 = default;
        Vector512<T> c3_0 = default, c3_1 = default;
        Vector512<T> c4_0 = default, c4_1 = default;
        Vector512<T> c5_0 = default, c5_1 = default;
        Vector512<T> c6_0 = default, c6_1 = default;
        Vector512<T> c7_0 = default, c7_1 = default;
        Vector512<T> c8_0 = default, c8_1 = default;
        Vector512<T> c9_0 = default, c9_1 = default;
        Vector512<T> c10_0 = default, c10_1 = default;
        Vector512<T> c11_0 = default, c11_1 = default;
        for (int p = 0; p < depth; p++)
        {
            var b0 = Vector512.Load(b);
            var b1 = Vector512.Load(b + lane);
            var x = Vector512.Create(a[0]);
            c0_0 = Fma(x, b0, c0_0); c0_1 = Fma(x, b1, c0_1);
            x = Vector512.Create(a[1]);
            c1_0 = Fma(x, b0, c1_0); c1_1 = Fma(x, b1, c1_1);
            x = Vector512.Create(a[2]);
            c2_0 = Fma(x, b0, c2_0); c2_1 = Fma(x, b1, c2_1);
            x = Vector512.Create(a[3]);
            c3_0 = Fma(x, b0, c3_0); c3_1 = Fma(x, b1, c3_1);
            x = Vector512.Create(a[4]);
            c4_0 = Fma(x, b0, c4_0); c4_1 = Fma(x, b1, c4_1);
            x = Vector512.Create(a[5]);
            c5_0 = Fma(x, b0, c5_0); c5_1 = Fma(x, b1, c5_1);
            x = Vector512.Create(a[6]);
            c6_0 = Fma(x, b0, c6_0); c6_1 = Fma(x, b1, c6_1);
            x = Vector512.Create(a[7]);
            c7_0 = Fma(x, b0, c7_0); c7_1 = Fma(x, b1, c7_1);
            x = Vector512.Create(a[8]);
            c8_0 = Fma(x, b0, c8_0); c8_1 = Fma(x, b1, c8_1);
            x = Vector512.Create(a[9]);
            c9_0 = Fma(x, b0, c9_0); c9_1 = Fma(x, b1, c9_1);
            x = Vector512.Create(a[10]);
            c10_0 = Fma(x, b0, c10_0); c10_1 = Fma(x, b1, c10_1);
            x = Vector512.Create(a[11]);
            c11_0 = Fma(x, b0, c11_0); c11_1 = Fma(x, b1, c11_1);
            a += 12;
            b += ldb;
        }
        if (accumulate)
        {
            T* s = c;
            c0_0 += Vector512.Load(s); c0_1 += Vector512.Load(s + lane); s += ldc;
            c1_0 += Vector512.Load(s); c1_1 += Vector512.Load(s + lane); s += ldc;
            c2_0 += Vector512.Load(s); c2_1 += Vector512.Load(s + lane); s += ldc;
            c3_0 += Vector512.Load(s); c3_1 += Vector512.Load(s + lane); s += ldc;
            c4_0 += Vector512.Load(s); c4_1 += Vector512.Load(s + lane); s += ldc;
            c5_0 += Vector512.Load(s); c5_1 += Vector512.Load(s + lane); s += ldc;
            c6_0 += Vector512.Load(s); c6_1 += Vector512.Load(s + lane); s += ldc;
            c7_0 += Vector512.Load(s); c7_1 += Vector512.Load(s + lane); s += ldc;
            c8_0 += Vector512.Load(s); c8_1 += Vector512.Load(s + lane); s += ldc;
            c9_0 += Vector512.Load(s); c9_1 += Vector512.Load(s + lane); s += ldc;
            c10_0 += Vector512.Load(s); c10_1 += Vector512.Load(s + lane); s += ldc;
            c11_0 += Vector512.Load(s); c11_1 += Vector512.Load(s + lane);
        }
        c0_0.Store(c); c0_1.Store(c + lane); c += ldc;
        c1_0.Store(c); c1_1.Store(c + lane); c += ldc;
        c2_0.Store(c); c2_1.Store(c + lane); c += ldc;
        c3_0.Store(c); c3_1.Store(c + lane); c += ldc;
        c4_0.Store(c); c4_1.Store(c + lane); c += ldc;
        c5_0.Store(c); c5_1.Store(c + lane); c += ldc;
        c6_0.Store(c); c6_1.Store(c + lane); c += ldc;
        c7_0.Store(c); c7_1.Store(c + lane); c += ldc;
        c8_0.Store(c); c8_1.Store(c + lane); c += ldc;
        c9_0.Store(c); c9_1.Store(c + lane); c += ldc;
        c10_0.Store(c); c10_1.Store(c + lane); c += ldc;
        c11_0.Store(c); c11_1.Store(c + lane);
    }

    /// <summary>8 × 3 vectors of 512 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static unsafe void Wide8x3<T>(int depth, T* a, T* b, nint ldb, T* c, nint ldc, bool accumulate)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int lane = Vector512<T>.Count;
        Vector512<T> c0_0 = default, c0_1 = default, c0_2 = default;
        Vector512<T> c1_0 = default, c1_1 = default, c1_2 = default;
        Vector512<T> c2_0 = default, c2_1 = default, c2_2 = default;
        Vector512<T> c3_0 = default, c3_1 = default, c3_2 = default;
        Vector512<T> c4_0 = default, c4_1 = default, c4_2 = default;
        Vector512<T> c5_0 = default, c5_1 = default, c5_2 = default;
        Vector512<T> c6_0 = default, c6_1 = default, c6_2 = default;
        Vector512<T> c7_0 = default, c7_1 = default, c7_2 = default;
        for (int p = 0; p < depth; p++)
        {
            var b0 = Vector512.Load(b);
            var b1 = Vector512.Load(b + lane);
            var b2 = Vector512.Load(b + (2 * lane));
            var x = Vector512.Create(a[0]);
            c0_0 = Fma(x, b0, c0_0); c0_1 = Fma(x, b1, c0_1); c0_2 = Fma(x, b2, c0_2);
            x = Vector512.Create(a[1]);
            c1_0 = Fma(x, b0, c1_0); c1_1 = Fma(x, b1, c1_1); c1_2 = Fma(x, b2, c1_2);
            x = Vector512.Create(a[2]);
            c2_0 = Fma(x, b0, c2_0); c2_1 = Fma(x, b1, c2_1); c2_2 = Fma(x, b2, c2_2);
            x = Vector512.Create(a[3]);
            c3_0 = Fma(x, b0, c3_0); c3_1 = Fma(x, b1, c3_1); c3_2 = Fma(x, b2, c3_2);
            x = Vector512.Create(a[4]);
            c4_0 = Fma(x, b0, c4_0); c4_1 = Fma(x, b1, c4_1); c4_2 = Fma(x, b2, c4_2);
            x = Vector512.Create(a[5]);
            c5_0 = Fma(x, b0, c5_0); c5_1 = Fma(x, b1, c5_1); c5_2 = Fma(x, b2, c5_2);
            x = Vector512.Create(a[6]);
            c6_0 = Fma(x, b0, c6_0); c6_1 = Fma(x, b1, c6_1); c6_2 = Fma(x, b2, c6_2);
            x = Vector512.Create(a[7]);
            c7_0 = Fma(x, b0, c7_0); c7_1 = Fma(x, b1, c7_1); c7_2 = Fma(x, b2, c7_2);
            a += 8;
            b += ldb;
        }
        if (accumulate)
        {
            T* s = c;
            c0_0 += Vector512.Load(s); c0_1 += Vector512.Load(s + lane); c0_2 += Vector512.Load(s + (2 * lane)); s += ldc;
            c1_0 += Vector512.Load(s); c1_1 += Vector512.Load(s + lane); c1_2 += Vector512.Load(s + (2 * lane)); s += ldc;
            c2_0 += Vector512.Load(s); c2_1 += Vector512.Load(s + lane); c2_2 += Vector512.Load(s + (2 * lane)); s += ldc;
            c3_0 += Vector512.Load(s); c3_1 += Vector512.Load(s + lane); c3_2 += Vector512.Load(s + (2 * lane)); s += ldc;
            c4_0 += Vector512.Load(s); c4_1 += Vector512.Load(s + lane); c4_2 += Vector512.Load(s + (2 * lane)); s += ldc;
            c5_0 += Vector512.Load(s); c5_1 += Vector512.Load(s + lane); c5_2 += Vector512.Load(s + (2 * lane)); s += ldc;
            c6_0 += Vector512.Load(s); c6_1 += Vector512.Load(s + lane); c6_2 += Vector512.Load(s + (2 * lane)); s += ldc;
            c7_0 += Vector512.Load(s); c7_1 += Vector512.Load(s + lane); c7_2 += Vector512.Load(s + (2 * lane));
        }
        c0_0.Store(c); c0_1.Store(c + lane); c0_2.Store(c + (2 * lane)); c += ldc;
        c1_0.Store(c); c1_1.Store(c + lane); c1_2.Store(c + (2 * lane)); c += ldc;
        c2_0.Store(c); c2_1.Store(c + lane); c2_2.Store(c + (2 * lane)); c += ldc;
        c3_0.Store(c); c3_1.Store(c + lane); c3_2.Store(c + (2 * lane)); c += ldc;
        c4_0.Store(c); c4_1.Store(c + lane); c4_2.Store(c + (2 * lane)); c += ldc;
        c5_0.Store(c); c5_1.Store(c + lane); c5_2.Store(c + (2 * lane)); c += ldc;
        c6_0.Store(c); c6_1.Store(c + lane); c6_2.Store(c + (2 * lane)); c += ldc;
        c7_0.Store(c); c7_1.Store(c + lane); c7_2.Store(c + (2 * lane));
    }

    /// <summary>4 × 6 vectors of 512 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static unsafe void Wide4x6<T>(int depth, T* a, T* b, nint ldb, T* c, nint ldc, bool accumulate)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int lane = Vector512<T>.Count;
        Vector512<T> c0_0 = default, c0_1 = default, c0_2 = default, c0_3 = default, c0_4 = default, c0_5 = default;
        Vector512<T> c1_0 = default, c1_1 = default, c1_2 = default, c1_3 = default, c1_4 = default, c1_5 = default;
        Vector512<T> c2_0 = default, c2_1 = default, c2_2 = default, c2_3 = default, c2_4 = default, c2_5 = default;
        Vector512<T> c3_0 = default, c3_1 = default, c3_2 = default, c3_3 = default, c3_4 = default, c3_5 = default;
        for (int p = 0; p < depth; p++)
        {
            var b0 = Vector512.Load(b);
            var b1 = Vector512.Load(b + lane);
            var b2 = Vector512.Load(b + (2 * lane));
            var b3 = Vector512.Load(b + (3 * lane));
            var b4 = Vector512.Load(b + (4 * lane));
            var b5 = Vector512.Load(b + (5 * lane));
            var x = Vector512.Create(a[0]);
            c0_0 = Fma(x, b0, c0_0); c0_1 = Fma(x, b1, c0_1); c0_2 = Fma(x, b2, c0_2); c0_3 = Fma(x, b3, c0_3); c0_4 = Fma(x, b4, c0_4); c0_5 = Fma(x, b5, c0_5);
            x = Vector512.Create(a[1]);
            c1_0 = Fma(x, b0, c1_0); c1_1 = Fma(x, b1, c1_1); c1_2 = Fma(x, b2, c1_2); c1_3 = Fma(x, b3, c1_3); c1_4 = Fma(x, b4, c1_4); c1_5 = Fma(x, b5, c1_5);
            x = Vector512.Create(a[2]);
            c2_0 = Fma(x, b0, c2_0); c2_1 = Fma(x, b1, c2_1); c2_2 = Fma(x, b2, c2_2); c2_3 = Fma(x, b3, c2_3); c2_4 = Fma(x, b4, c2_4); c2_5 = Fma(x, b5, c2_5);
            x = Vector512.Create(a[3]);
            c3_0 = Fma(x, b0, c3_0); c3_1 = Fma(x, b1, c3_1); c3_2 = Fma(x, b2, c3_2); c3_3 = Fma(x, b3, c3_3); c3_4 = Fma(x, b4, c3_4); c3_5 = Fma(x, b5, c3_5);
            a += 4;
            b += ldb;
        }
        if (accumulate)
        {
            T* s = c;
            c0_0 += Vector512.Load(s); c0_1 += Vector512.Load(s + lane); c0_2 += Vector512.Load(s + (2 * lane)); c0_3 += Vector512.Load(s + (3 * lane)); c0_4 += Vector512.Load(s + (4 * lane)); c0_5 += Vector512.Load(s + (5 * lane)); s += ldc;
            c1_0 += Vector512.Load(s); c1_1 += Vector512.Load(s + lane); c1_2 += Vector512.Load(s + (2 * lane)); c1_3 += Vector512.Load(s + (3 * lane)); c1_4 += Vector512.Load(s + (4 * lane)); c1_5 += Vector512.Load(s + (5 * lane)); s += ldc;
            c2_0 += Vector512.Load(s); c2_1 += Vector512.Load(s + lane); c2_2 += Vector512.Load(s + (2 * lane)); c2_3 += Vector512.Load(s + (3 * lane)); c2_4 += Vector512.Load(s + (4 * lane)); c2_5 += Vector512.Load(s + (5 * lane)); s += ldc;
            c3_0 += Vector512.Load(s); c3_1 += Vector512.Load(s + lane); c3_2 += Vector512.Load(s + (2 * lane)); c3_3 += Vector512.Load(s + (3 * lane)); c3_4 += Vector512.Load(s + (4 * lane)); c3_5 += Vector512.Load(s + (5 * lane));
        }
        c0_0.Store(c); c0_1.Store(c + lane); c0_2.Store(c + (2 * lane)); c0_3.Store(c + (3 * lane)); c0_4.Store(c + (4 * lane)); c0_5.Store(c + (5 * lane)); c += ldc;
        c1_0.Store(c); c1_1.Store(c + lane); c1_2.Store(c + (2 * lane)); c1_3.Store(c + (3 * lane)); c1_4.Store(c + (4 * lane)); c1_5.Store(c + (5 * lane)); c += ldc;
        c2_0.Store(c); c2_1.Store(c + lane); c2_2.Store(c + (2 * lane)); c2_3.Store(c + (3 * lane)); c2_4.Store(c + (4 * lane)); c2_5.Store(c + (5 * lane)); c += ldc;
        c3_0.Store(c); c3_1.Store(c + lane); c3_2.Store(c + (2 * lane)); c3_3.Store(c + (3 * lane)); c3_4.Store(c + (4 * lane)); c3_5.Store(c + (5 * lane));
    }

    /// <summary>12 × 1 vectors of 512 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static unsafe void Wide12x1<T>(int depth, T* a, T* b, nint ldb, T* c, nint ldc, bool accumulate)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int lane = Vector512<T>.Count;
        Vector512<T> c0_0 = default;
        Vector512<T> c1_0 = default;
        Vector512<T> c2_0 = default;
        Vector512<T> c3_0 = default;
        Vector512<T> c4_0 = default;
        Vector512<T> c5_0 = default;
        Vector512<T> c6_0 = default;
        Vector512<T> c7_0 = default;
        Vector512<T> c8_0 = default;
        Vector512<T> c9_0 = default;
        Vector512<T> c10_0 = default;
        Vector512<T> c11_0 = default;
        for (int p = 0; p < depth; p++)
        {
            var b0 = Vector512.Load(b);
            var x = Vector512.Create(a[0]);
            c0_0 = Fma(x, b0, c0_0);
            x = Vector512.Create(a[1]);
            c1_0 = Fma(x, b0, c1_0);
            x = Vector512.Create(a[2]);
            c2_0 = Fma(x, b0, c2_0);
            x = Vector512.Create(a[3]);
            c3_0 = Fma(x, b0, c3_0);
            x = Vector512.Create(a[4]);
            c4_0 = Fma(x, b0, c4_0);
            x = Vector512.Create(a[5]);
            c5_0 = Fma(x, b0, c5_0);
            x = Vector512.Create(a[6]);
            c6_0 = Fma(x, b0, c6_0);
            x = Vector512.Create(a[7]);
            c7_0 = Fma(x, b0, c7_0);
            x = Vector512.Create(a[8]);
            c8_0 = Fma(x, b0, c8_0);
            x = Vector512.Create(a[9]);
            c9_0 = Fma(x, b0, c9_0);
            x = Vector512.Create(a[10]);
            c10_0 = Fma(x, b0, c10_0);
            x = Vector512.Create(a[11]);
            c11_0 = Fma(x, b0, c11_0);
            a += 12;
            b += ldb;
        }
        if (accumulate)
        {
            T* s = c;
            c0_0 += Vector512.Load(s); s += ldc;
            c1_0 += Vector512.Load(s); s += ldc;
            c2_0 += Vector512.Load(s); s += ldc;
            c3_0 += Vector512.Load(s); s += ldc;
            c4_0 += Vector512.Load(s); s += ldc;
            c5_0 += Vector512.Load(s); s += ldc;
            c6_0 += Vector512.Load(s); s += ldc;
            c7_0 += Vector512.Load(s); s += ldc;
            c8_0 += Vector512.Load(s); s += ldc;
            c9_0 += Vector512.Load(s); s += ldc;
            c10_0 += Vector512.Load(s); s += ldc;
            c11_0 += Vector512.Load(s);
        }
        c0_0.Store(c); c += ldc;
        c1_0.Store(c); c += ldc;
        c2_0.Store(c); c += ldc;
        c3_0.Store(c); c += ldc;
        c4_0.Store(c); c += ldc;
        c5_0.Store(c); c += ldc;
        c6_0.Store(c); c += ldc;
        c7_0.Store(c); c += ldc;
        c8_0.Store(c); c += ldc;
        c9_0.Store(c); c += ldc;
        c10_0.Store(c); c += ldc;
        c11_0.Store(c);
    }

    /// <summary>6 × 2 vectors of 256 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static unsafe void Half6x2<T>(int depth, T* a, T* b, nint ldb, T* c, nint ldc, bool accumulate)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int lane = Vector256<T>.Count;
        Vector256<T> c0_0 = default, c0_1 = default;
        Vector256<T> c1_0 = default, c1_1 = default;
        Vector256<T> c2_0 = default, c2_1 = default;
        Vector256<T> c3_0 = default, c3_1 = default;
        Vector256<T> c4_0 = default, c4_1 = default;
        Vector256<T> c5_0 = default, c5_1 = default;
        for (int p = 0; p < depth; p++)
        {
            var b0 = Vector256.Load(b);
            var b1 = Vector256.Load(b + lane);
            var x = Vector256.Create(a[0]);
            c0_0 = Fma(x, b0, c0_0); c0_1 = Fma(x, b1, c0_1);
            x = Vector256.Create(a[1]);
            c1_0 = Fma(x, b0, c1_0); c1_1 = Fma(x, b1, c1_1);
            x = Vector256.Create(a[2]);
            c2_0 = Fma(x, b0, c2_0); c2_1 = Fma(x, b1, c2_1);
            x = Vector256.Create(a[3]);
            c3_0 = Fma(x, b0, c3_0); c3_1 = Fma(x, b1, c3_1);
            x = Vector256.Create(a[4]);
            c4_0 = Fma(x, b0, c4_0); c4_1 = Fma(x, b1, c4_1);
            x = Vector256.Create(a[5]);
            c5_0 = Fma(x, b0, c5_0); c5_1 = Fma(x, b1, c5_1);
            a += 6;
            b += ldb;
        }
        if (accumulate)
        {
            T* s = c;
            c0_0 += Vector256.Load(s); c0_1 += Vector256.Load(s + lane); s += ldc;
            c1_0 += Vector256.Load(s); c1_1 += Vector256.Load(s + lane); s += ldc;
            c2_0 += Vector256.Load(s); c2_1 += Vector256.Load(s + lane); s += ldc;
            c3_0 += Vector256.Load(s); c3_1 += Vector256.Load(s + lane); s += ldc;
            c4_0 += Vector256.Load(s); c4_1 += Vector256.Load(s + lane); s += ldc;
            c5_0 += Vector256.Load(s); c5_1 += Vector256.Load(s + lane);
        }
        c0_0.Store(c); c0_1.Store(c + lane); c += ldc;
        c1_0.Store(c); c1_1.Store(c + lane); c += ldc;
        c2_0.Store(c); c2_1.Store(c + lane); c += ldc;
        c3_0.Store(c); c3_1.Store(c + lane); c += ldc;
        c4_0.Store(c); c4_1.Store(c + lane); c += ldc;
        c5_0.Store(c); c5_1.Store(c + lane);
    }

    /// <summary>4 × 3 vectors of 256 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static unsafe void Half4x3<T>(int depth, T* a, T* b, nint ldb, T* c, nint ldc, bool accumulate)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int lane = Vector256<T>.Count;
        Vector256<T> c0_0 = default, c0_1 = default, c0_2 = default;
        Vector256<T> c1_0 = default, c1_1 = default, c1_2 = default;
        Vector256<T> c2_0 = default, c2_1 = default, c2_2 = default;
        Vector256<T> c3_0 = default, c3_1 = default, c3_2 = default;
        for (int p = 0; p < depth; p++)
        {
            var b0 = Vector256.Load(b);
            var b1 = Vector256.Load(b + lane);
            var b2 = Vector256.Load(b + (2 * lane));
            var x = Vector256.Create(a[0]);
            c0_0 = Fma(x, b0, c0_0); c0_1 = Fma(x, b1, c0_1); c0_2 = Fma(x, b2, c0_2);
            x = Vector256.Create(a[1]);
            c1_0 = Fma(x, b0, c1_0); c1_1 = Fma(x, b1, c1_1); c1_2 = Fma(x, b2, c1_2);
            x = Vector256.Create(a[2]);
            c2_0 = Fma(x, b0, c2_0); c2_1 = Fma(x, b1, c2_1); c2_2 = Fma(x, b2, c2_2);
            x = Vector256.Create(a[3]);
            c3_0 = Fma(x, b0, c3_0); c3_1 = Fma(x, b1, c3_1); c3_2 = Fma(x, b2, c3_2);
            a += 4;
            b += ldb;
        }
        if (accumulate)
        {
            T* s = c;
            c0_0 += Vector256.Load(s); c0_1 += Vector256.Load(s + lane); c0_2 += Vector256.Load(s + (2 * lane)); s += ldc;
            c1_0 += Vector256.Load(s); c1_1 += Vector256.Load(s + lane); c1_2 += Vector256.Load(s + (2 * lane)); s += ldc;
            c2_0 += Vector256.Load(s); c2_1 += Vector256.Load(s + lane); c2_2 += Vector256.Load(s + (2 * lane)); s += ldc;
            c3_0 += Vector256.Load(s); c3_1 += Vector256.Load(s + lane); c3_2 += Vector256.Load(s + (2 * lane));
        }
        c0_0.Store(c); c0_1.Store(c + lane); c0_2.Store(c + (2 * lane)); c += ldc;
        c1_0.Store(c); c1_1.Store(c + lane); c1_2.Store(c + (2 * lane)); c += ldc;
        c2_0.Store(c); c2_1.Store(c + lane); c2_2.Store(c + (2 * lane)); c += ldc;
        c3_0.Store(c); c3_1.Store(c + lane); c3_2.Store(c + (2 * lane));
    }

    /// <summary>6 × 2 vectors of 128 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static unsafe void Quarter6x2<T>(int depth, T* a, T* b, nint ldb, T* c, nint ldc, bool accumulate)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int lane = Vector128<T>.Count;
        Vector128<T> c0_0 = default, c0_1 = default;
        Vector128<T> c1_0 = default, c1_1 = default;
        Vector128<T> c2_0 = default, c2_1 = default;
        Vector128<T> c3_0 = default, c3_1 = default;
        Vector128<T> c4_0 = default, c4_1 = default;
        Vector128<T> c5_0 = default, c5_1 = default;
        for (int p = 0; p < depth; p++)
        {
            var b0 = Vector128.Load(b);
            var b1 = Vector128.Load(b + lane);
            var x = Vector128.Create(a[0]);
            c0_0 = Fma(x, b0, c0_0); c0_1 = Fma(x, b1, c0_1);
            x = Vector128.Create(a[1]);
            c1_0 = Fma(x, b0, c1_0); c1_1 = Fma(x, b1, c1_1);
            x = Vector128.Create(a[2]);
            c2_0 = Fma(x, b0, c2_0); c2_1 = Fma(x, b1, c2_1);
            x = Vector128.Create(a[3]);
            c3_0 = Fma(x, b0, c3_0); c3_1 = Fma(x, b1, c3_1);
            x = Vector128.Create(a[4]);
            c4_0 = Fma(x, b0, c4_0); c4_1 = Fma(x, b1, c4_1);
            x = Vector128.Create(a[5]);
            c5_0 = Fma(x, b0, c5_0); c5_1 = Fma(x, b1, c5_1);
            a += 6;
            b += ldb;
        }
        if (accumulate)
        {
            T* s = c;
            c0_0 += Vector128.Load(s); c0_1 += Vector128.Load(s + lane); s += ldc;
            c1_0 += Vector128.Load(s); c1_1 += Vector128.Load(s + lane); s += ldc;
            c2_0 += Vector128.Load(s); c2_1 += Vector128.Load(s + lane); s += ldc;
            c3_0 += Vector128.Load(s); c3_1 += Vector128.Load(s + lane); s += ldc;
            c4_0 += Vector128.Load(s); c4_1 += Vector128.Load(s + lane); s += ldc;
            c5_0 += Vector128.Load(s); c5_1 += Vector128.Load(s + lane);
        }
        c0_0.Store(c); c0_1.Store(c + lane); c += ldc;
        c1_0.Store(c); c1_1.Store(c + lane); c += ldc;
        c2_0.Store(c); c2_1.Store(c + lane); c += ldc;
        c3_0.Store(c); c3_1.Store(c + lane); c += ldc;
        c4_0.Store(c); c4_1.Store(c + lane); c += ldc;
        c5_0.Store(c); c5_1.Store(c + lane);
    }

    /// <summary>4 × 4 scalars, for machines without vector registers.</summary>
    internal static unsafe void Scalar4x4<T>(int depth, T* a, T* b, nint ldb, T* c, nint ldc, bool accumulate)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T* sums = stackalloc T[16];
        new Span<T>(sums, 16).Clear();
        for (int p = 0; p < depth; p++, a += 4, b += ldb)
        {
            for (int row = 0; row < 4; row++)
            {
                for (int column = 0; column < 4; column++)
                {
                    sums[(4 * row) + column] += a[row] * b[column];
                }
            }
        }
        for (int row = 0; row < 4; row++)
        {
            for (int column = 0; column < 4; column++)
            {
                T* target = c + (row * ldc) + column;
                *target = accumulate ? *target + sums[(4 * row) + column] : sums[(4 * row) + column];
            }
        }
    }
}

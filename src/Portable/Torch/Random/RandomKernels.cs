using static TorchSharp.torch;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace TorchSharp;

/// <summary>Fills contiguous tensors with random numbers. Which block of the generator an element uses depends on its place alone.</summary>
internal static class RandomKernels
{
    // Elements per piece: a multiple of the numbers per block, and even for pairs of normals.
    private const int Piece = 2048;

    /// <summary>Uniform in [low, high).</summary>
    public static void Uniform(Tensor target, double low, double high, Generator? generator)
    {
        Fill(target, generator, (seed, first, span) =>
        {
            Philox.Uniform(seed, first, span);
            if (low == 0 && high == 1) return;
            TensorPrimitives.Multiply(span, (float)(high - low), span);
            TensorPrimitives.Add(span, (float)low, span);
        }, (seed, first, span) =>
        {
            Philox.Uniform(seed, first, span);
            if (low == 0 && high == 1) return;
            TensorPrimitives.Multiply(span, high - low, span);
            TensorPrimitives.Add(span, low, span);
        });
    }

    /// <summary>Normal, by Box and Muller: √(−2 ln u)·cos 2πv and √(−2 ln u)·sin 2πv.</summary>
    public static void Normal(Tensor target, double mean, double deviation, Generator? generator)
    {
        Fill(target, generator, (seed, first, span) =>
        {
            Span<float> uniform = stackalloc float[Piece];
            var half = (span.Length + 1) / 2;
            uniform = uniform[..(2 * half)];
            Philox.Uniform(seed, first, uniform);
            var radius = uniform[..half];
            var angle = uniform[half..];
            Span<float> turned = stackalloc float[Piece / 2];
            turned = turned[..half];

            // 1 − u lies in (0, 1]: no logarithm of zero.
            TensorPrimitives.Subtract(1f, radius, radius);
            TensorPrimitives.Log(radius, radius);
            TensorPrimitives.Multiply(radius, -2f, radius);
            TensorPrimitives.Sqrt(radius, radius);
            TensorPrimitives.Multiply(angle, MathF.Tau, angle);
            TensorPrimitives.Cos(angle, turned);
            TensorPrimitives.Multiply(turned, radius, span[..half]);
            TensorPrimitives.Sin(angle, turned);
            TensorPrimitives.Multiply(turned, radius, turned);
            turned[..(span.Length - half)].CopyTo(span[half..]);
            if (deviation != 1) TensorPrimitives.Multiply(span, (float)deviation, span);
            if (mean != 0) TensorPrimitives.Add(span, (float)mean, span);
        }, (seed, first, span) =>
        {
            for (var i = 0; i < span.Length; i += 2)
            {
                var (a, b, c, d) = Philox.Block(seed, first + (ulong)(i / 2));
                var radius = Math.Sqrt(-2 * Math.Log(1 - Philox.Double(a, b))) * deviation;
                var (sin, cos) = Math.SinCos(Math.Tau * Philox.Double(c, d));
                span[i] = (radius * cos) + mean;
                if (i + 1 < span.Length) span[i + 1] = (radius * sin) + mean;
            }
        });
    }

    /// <summary>Integers low … high − 1, of any element type; one block each.</summary>
    public static void Integers(Tensor target, long low, long high, Generator? generator)
    {
        var range = unchecked((ulong)(high - low));
        var (seed, first) = (generator ?? Generator.Default).Take(target.ElementCount);
        using var values = target.Type == ScalarType.Int64 ? null : Tensor.Allocate(target.Sizes, ScalarType.Int64, register: false);
        var integers = (values ?? target).Span<long>();
        for (var i = 0; i < integers.Length; i++)
        {
            integers[i] = low + (long)Below(seed, first + (ulong)i, range);
        }

        if (values is not null) Conversion.Copy(values, target);
        GC.KeepAlive(target);
    }

    /// <summary>A random order of 0 … n − 1 (Fisher and Yates).</summary>
    public static void Permutation(Span<long> target, Generator? generator)
    {
        for (var i = 0; i < target.Length; i++)
        {
            target[i] = i;
        }

        var (seed, first) = (generator ?? Generator.Default).Take(target.Length);
        for (var i = target.Length - 1; i > 0; i--)
        {
            var j = (int)Below(seed, first + (ulong)i, (ulong)i + 1);
            (target[i], target[j]) = (target[j], target[i]);
        }
    }

    /// <summary>One number in [0, 1).</summary>
    public static double Next(Generator? generator)
    {
        var (seed, first) = (generator ?? Generator.Default).Take(1);
        var (a, b, _, _) = Philox.Block(seed, first);
        return Philox.Double(a, b);
    }

    // The high word of 64 random bits times the range: a bias below range·2⁻⁶⁴.
    private static ulong Below(ulong seed, ulong counter, ulong range)
    {
        var (a, b, _, _) = Philox.Block(seed, counter);
        return Math.BigMul(((ulong)b << 32) | a, range, out _);
    }

    private delegate void Filler<T>(ulong seed, ulong first, Span<T> span);

    private static unsafe void Fill(Tensor target, Generator? generator, Filler<float> single, Filler<double> twice)
    {
        var count = target.ElementCount;
        var perBlock = target.Type == ScalarType.Float32 ? 4 : target.Type == ScalarType.Float64 ? 1 : throw DTypes.Error(
            $"Random real numbers need a floating-point tensor; this one holds {target.Type}.");
        var pieces = checked((int)((count + Piece - 1) / Piece));
        var (seed, first) = (generator ?? Generator.Default).Take((count + perBlock - 1) / perBlock + pieces);
        var data = target.Data;
        void Run(int piece)
        {
            var start = (long)piece * Piece;
            var length = (int)Math.Min(Piece, count - start);

            // One block more per piece than its numbers need: a piece of odd length draws a whole pair.
            var block = first + (ulong)(start / perBlock) + (ulong)piece;
            if (perBlock == 4)
            {
                single(seed, block, new Span<float>((float*)data + start, length));
            }
            else
            {
                twice(seed, block, new Span<double>((double*)data + start, length));
            }
        }

        if (pieces <= 4)
        {
            for (var piece = 0; piece < pieces; piece++)
            {
                Run(piece);
            }
        }
        else
        {
            WorkSplit.Run(pieces, Run);
        }

        GC.KeepAlive(target);
    }
}

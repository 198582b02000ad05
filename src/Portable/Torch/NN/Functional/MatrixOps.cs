using System.Numerics;
using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>Matrix products of tensors with their gradients: for C = A·B, dA = dC·Bᵀ and dB = Aᵀ·dC.</summary>
internal static unsafe class MatrixOps
{
    /// <summary>[m, k] · [k, n].</summary>
    public static Tensor Multiply(Tensor a, Tensor b)
    {
        if (a.Rank != 2 || b.Rank != 2 || a.Sizes[1] != b.Sizes[0])
        {
            throw DTypes.Error($"mm needs matrices [m, k] and [k, n]; got {Shapes.Text(a.Sizes)} and {Shapes.Text(b.Sizes)}.");
        }
        RequireFloats("mm", a, b);
        var output = Product(a, b, false, false);
        return Autograd.Record(output, "Mm", [a, b], [a, b], static (node, g) =>
        [
            node.Needs(0) ? Product(g, node.Saved(1), false, true) : null,
            node.Needs(1) ? Product(node.Saved(0), g, true, false) : null,
        ]);
    }

    /// <summary>[batch, m, k] · [batch, k, n].</summary>
    public static Tensor MultiplyBatched(Tensor a, Tensor b)
    {
        if (a.Rank != 3 || b.Rank != 3 || a.Sizes[0] != b.Sizes[0] || a.Sizes[2] != b.Sizes[1])
        {
            throw DTypes.Error($"bmm needs [batch, m, k] and [batch, k, n]; got {Shapes.Text(a.Sizes)} and {Shapes.Text(b.Sizes)}.");
        }
        RequireFloats("bmm", a, b);
        var output = ProductBatched(a, b, false, false);
        return Autograd.Record(output, "Bmm", [a, b], [a, b], static (node, g) =>
        [
            node.Needs(0) ? ProductBatched(g, node.Saved(1), false, true) : null,
            node.Needs(1) ? ProductBatched(node.Saved(0), g, true, false) : null,
        ]);
    }

    /// <summary>The product of vectors, matrices and stacks of them, with broadcasting of the leading dimensions.</summary>
    public static Tensor Matmul(Tensor a, Tensor b)
    {
        if (a.Rank == 0 || b.Rank == 0)
        {
            throw DTypes.Error($"matmul needs tensors of at least one dimension; got {Shapes.Text(a.Sizes)} and {Shapes.Text(b.Sizes)}.");
        }
        if (a.Rank == 2 && b.Rank == 2)
        {
            return Multiply(a, b);
        }
        if (a.Rank == 3 && b.Rank == 3 && a.Sizes[0] == b.Sizes[0])
        {
            return MultiplyBatched(a, b);
        }
        var k = a.Sizes[^1];
        if (k != b.Sizes[b.Rank == 1 ? 0 : ^2])
        {
            throw DTypes.Error($"matmul of {Shapes.Text(a.Sizes)} and {Shapes.Text(b.Sizes)}: the inner sizes must be equal.");
        }
        if (a.Rank == 1 && b.Rank == 1)
        {
            using var left = a.unsqueeze(0);
            using var right = b.unsqueeze(1);
            using var product = Multiply(left, right);
            return product.reshape([]);
        }
        if (a.Rank == 1)
        {
            using var left = a.unsqueeze(0);
            using var product = Matmul(left, b);
            return product.squeeze(-2);
        }
        if (b.Rank == 1)
        {
            using var right = b.unsqueeze(1);
            using var product = Matmul(a, right);
            return product.squeeze(-1);
        }
        if (b.Rank == 2)
        {
            using var flat = a.reshape([-1, k]);
            using var product = Multiply(flat, b);
            return product.reshape([.. a.Sizes[..^1], b.Sizes[1]]);
        }
        var batch = Shapes.Broadcast(a.Sizes[..^2], b.Sizes[..^2]);
        using var wideA = a.expand([.. batch, .. a.Sizes[^2..]]);
        using var wideB = b.expand([.. batch, .. b.Sizes[^2..]]);
        using var flatA = wideA.reshape([-1, a.Sizes[^2], k]);
        using var flatB = wideB.reshape([-1, k, b.Sizes[^1]]);
        using var flatC = MultiplyBatched(flatA, flatB);
        return flatC.reshape([.. batch, a.Sizes[^2], b.Sizes[^1]]);
    }

    /// <summary>y[…, n] = x[…, k] · w[n, k]ᵀ + b[n].</summary>
    public static Tensor Linear(Tensor x, Tensor w, Tensor? b)
    {
        if (x.Rank == 0 || w.Rank != 2 || x.Sizes[^1] != w.Sizes[1] || (b is not null && (b.Rank != 1 || b.Sizes[0] != w.Sizes[0])))
        {
            throw DTypes.Error(
                $"linear needs input [..., k], weights [n, k] and bias [n]; got {Shapes.Text(x.Sizes)}, {Shapes.Text(w.Sizes)} and {(b is null ? "no bias" : Shapes.Text(b.Sizes))}.");
        }
        RequireFloats("linear", x, w, b);
        var output = x.Type == ScalarType.Float32 ? Linear<float>(x, w, b) : Linear<double>(x, w, b);
        return Autograd.Record(output, "Linear", [x, w, b], [x, w], static (node, g) =>
        {
            var input = node.Saved(0);
            var weights = node.Saved(1);
            var flatGradient = Flat(g);
            return
            [
                node.Needs(0) ? Product(flatGradient, weights, false, false).view(input.Sizes) : null,
                node.Needs(1) ? Product(flatGradient, Flat(input), true, false) : null,
                node.Needs(2) ? ColumnSums(flatGradient) : null,
            ];
        });
    }

    /// <summary>Σ over rows of a contiguous matrix.</summary>
    public static Tensor ColumnSums(Tensor matrix)
    {
        var output = Tensor.Allocate([matrix.Sizes[1]], matrix.Type);
        if (matrix.Type == ScalarType.Float32)
        {
            ColumnSums<float>(matrix, output);
        }
        else
        {
            ColumnSums<double>(matrix, output);
        }
        return output;
    }

    internal static void RequireFloats(string operation, Tensor a, Tensor? b, Tensor? c = null)
    {
        if (!DTypes.IsFloat(a.Type) || (b is not null && b.Type != a.Type) || (c is not null && c.Type != a.Type))
        {
            throw DTypes.Error($"{operation} needs tensors of one floating-point type; got {a.Type}{(b is null ? "" : $", {b.Type}")}{(c is null ? "" : $", {c.Type}")}.");
        }
    }

    private static Tensor Linear<T>(Tensor x, Tensor w, Tensor? b)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var flat = Flat(x);
        var n = w.Sizes[0];
        var output = Tensor.Allocate([.. x.Sizes[..^1], n], x.Type);
        var rows = output.Span<T>();
        if (b is not null)
        {
            using var dense = b.contiguous();
            ReadOnlySpan<T> bias = dense.Span<T>();
            for (var start = 0; start < rows.Length; start += (int)n)
            {
                bias.CopyTo(rows[start..]);
            }
            GC.KeepAlive(dense);
        }
        Product<T>(flat, w, false, true, rows, b is null ? T.Zero : T.One);
        GC.KeepAlive(output);
        if (!ReferenceEquals(flat, x))
        {
            flat.Dispose();
        }
        return output;
    }

    // x as [rows, last size], in rows of contiguous elements.
    private static Tensor Flat(Tensor x) => x.Rank == 2 ? x : x.reshape([x.Rank == 1 ? 1 : -1, x.Sizes[^1]]);

    private static void ColumnSums<T>(Tensor matrix, Tensor output)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using var dense = matrix.contiguous();
        var sums = output.Span<T>();
        ReadOnlySpan<T> rows = dense.Span<T>();
        sums.Clear();
        for (var start = 0; start < rows.Length; start += sums.Length)
        {
            System.Numerics.Tensors.TensorPrimitives.Add(sums, rows.Slice(start, sums.Length), sums);
        }
        GC.KeepAlive(dense);
        GC.KeepAlive(output);
    }

    private static Tensor Product(Tensor a, Tensor b, bool transA, bool transB)
    {
        var output = Tensor.Allocate([a.Sizes[transA ? 1 : 0], b.Sizes[transB ? 0 : 1]], a.Type);
        if (a.Type == ScalarType.Float32)
        {
            Product(a, b, transA, transB, output.Span<float>(), 0f);
        }
        else
        {
            Product(a, b, transA, transB, output.Span<double>(), 0.0);
        }
        GC.KeepAlive(output);
        return output;
    }

    /// <summary>c = op(a)·op(b) + beta·c. A matrix is taken as it lies where its rows or its columns are contiguous, else copied.</summary>
    private static void Product<T>(Tensor a, Tensor b, bool transA, bool transB, Span<T> c, T beta)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var m = (int)a.Sizes[transA ? 1 : 0];
        var k = (int)a.Sizes[transA ? 0 : 1];
        var n = (int)b.Sizes[transB ? 0 : 1];
        var left = Dense(a, 0, out var turnedA, out var lda);
        var right = Dense(b, 0, out var turnedB, out var ldb);
        Gemm.Run(
            transA ^ turnedA, transB ^ turnedB, m, n, k, T.One, Extent<T>(left, 0, turnedA, lda), lda, Extent<T>(right, 0, turnedB, ldb), ldb, beta, c, n);
        Free(left, a);
        Free(right, b);
    }

    private static Tensor ProductBatched(Tensor a, Tensor b, bool transA, bool transB)
    {
        var output = Tensor.Allocate([a.Sizes[0], a.Sizes[transA ? 2 : 1], b.Sizes[transB ? 1 : 2]], a.Type);
        if (a.Type == ScalarType.Float32)
        {
            ProductBatched<float>(a, b, transA, transB, output);
        }
        else
        {
            ProductBatched<double>(a, b, transA, transB, output);
        }
        return output;
    }

    private static void ProductBatched<T>(Tensor a, Tensor b, bool transA, bool transB, Tensor output)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var batch = (int)a.Sizes[0];
        var m = (int)a.Sizes[transA ? 2 : 1];
        var k = (int)a.Sizes[transA ? 1 : 2];
        var n = (int)b.Sizes[transB ? 1 : 2];
        if (output.ElementCount == 0)
        {
            return;
        }
        var left = Dense(a, 1, out var turnedA, out var lda);
        var right = Dense(b, 1, out var turnedB, out var ldb);
        Gemm.RunBatched(
            batch, transA ^ turnedA, transB ^ turnedB, m, n, k, T.One, Extent<T>(left, batch - 1, turnedA, lda), lda, left.Strides[0],
            Extent<T>(right, batch - 1, turnedB, ldb), ldb, right.Strides[0], T.Zero, output.Span<T>(), n, (long)m * n);
        Free(left, a);
        Free(right, b);
        GC.KeepAlive(output);
    }

    /// <summary>The tensor itself when its last two dimensions are a matrix stored by rows, or by columns (turned); else a copy by rows.</summary>
    private static Tensor Dense(Tensor matrix, int first, out bool turned, out int stride)
    {
        var (rows, columns) = (matrix.Sizes[first], matrix.Sizes[first + 1]);
        var (down, across) = (matrix.Strides[first], matrix.Strides[first + 1]);
        var canStack = first == 0 || matrix.Strides[0] >= 0;
        if (canStack && (across == 1 || columns == 1) && (down >= columns || rows == 1))
        {
            turned = false;
            stride = (int)Math.Max(rows == 1 ? columns : down, 1);
            return matrix;
        }
        if (canStack && (down == 1 || rows == 1) && (across >= rows || columns == 1))
        {
            turned = true;
            stride = (int)Math.Max(columns == 1 ? rows : across, 1);
            return matrix;
        }
        turned = false;
        stride = (int)Math.Max(columns, 1);
        return matrix.contiguous();
    }

    private static ReadOnlySpan<T> Extent<T>(Tensor matrix, int lastBatch, bool turned, int stride)
        where T : unmanaged
    {
        if (matrix.ElementCount == 0)
        {
            return [];
        }
        var (rows, columns) = turned ? (matrix.Sizes[^1], matrix.Sizes[^2]) : (matrix.Sizes[^2], matrix.Sizes[^1]);
        var length = ((rows - 1) * stride) + columns + (matrix.Rank == 3 ? lastBatch * matrix.Strides[0] : 0);
        return new ReadOnlySpan<T>(matrix.Data, checked((int)length));
    }

    private static void Free(Tensor used, Tensor original)
    {
        GC.KeepAlive(used);
        if (!ReferenceEquals(used, original))
        {
            used.Dispose();
        }
    }
}

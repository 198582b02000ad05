using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>Decompositions of batches of small dense matrices, in double precision; results have the input's element type.</summary>
internal static class DenseMatrices
{
    public static (Tensor Values, Tensor? Vectors) Eigen(Tensor x, char triangle, bool withVectors)
    {
        var n = RequireSquare(x, "eigh");
        if (char.ToUpperInvariant(triangle) is not ('L' or 'U')) throw DTypes.Error($"eigh: UPLO must be 'L' or 'U'; got '{triangle}'.");
        using var oriented = char.ToUpperInvariant(triangle) == 'L' ? x.detach() : x.detach().mT;
        using var matrices = oriented.ConvertedTo(ScalarType.Float64);
        using var values = Tensor.Allocate(x.Sizes[..^1], ScalarType.Float64, register: false);
        using var vectors = Tensor.Allocate(x.Sizes, ScalarType.Float64, register: false);
        var batch = n == 0 ? 0 : (int)(x.ElementCount / (n * n));
        for (var i = 0; i < batch; i++)
        {
            try
            {
                SymmetricEigen.Decompose(
                    n, matrices.Span<double>().Slice(i * n * n, n * n), values.Span<double>().Slice(i * n, n),
                    withVectors ? vectors.Span<double>().Slice(i * n * n, n * n) : []);
            }
            catch (Exception error) when (error is ArgumentException or InvalidOperationException)
            {
                throw DTypes.Error($"eigh: {error.Message}");
            }
        }

        return (values.to_type(x.Type, copy: true), withVectors ? vectors.to_type(x.Type, copy: true) : null);
    }

    /// <summary>A⁻¹·B by Gaussian elimination with row pivoting.</summary>
    public static Tensor Solve(Tensor a, Tensor b)
    {
        var n = RequireSquare(a, "solve");
        if (!DTypes.IsFloat(b.dtype)) throw DTypes.Error($"solve needs floating-point right-hand sides; got {b.Type}.");
        if (b.Rank < 2 || b.Sizes[^2] != n)
        {
            throw DTypes.Error($"solve: right-hand sides of shape {Shapes.Text(b.Sizes)} do not fit matrices of shape {Shapes.Text(a.Sizes)}.");
        }

        var m = (int)b.Sizes[^1];
        var lead = Shapes.Broadcast(a.Sizes[..^2], b.Sizes[..^2]);
        using var wideA = a.detach().expand([.. lead, n, n]);
        using var wideB = b.detach().expand([.. lead, n, m]);
        using var left = wideA.ConvertedTo(ScalarType.Float64);
        using var right = wideB.ConvertedTo(ScalarType.Float64);
        var batch = (int)Shapes.Count(lead);
        for (var i = 0; i < batch; i++)
        {
            Eliminate(n, m, left.Span<double>().Slice(i * n * n, n * n), right.Span<double>().Slice(i * n * m, n * m));
        }

        return right.to_type(DTypes.Promote(a.Type, b.Type), copy: true);
    }

    private static void Eliminate(int n, int m, Span<double> a, Span<double> b)
    {
        for (var k = 0; k < n; k++)
        {
            var pivot = k;
            for (var row = k + 1; row < n; row++)
            {
                if (Math.Abs(a[(row * n) + k]) > Math.Abs(a[(pivot * n) + k])) pivot = row;
            }

            if (a[(pivot * n) + k] == 0 || !double.IsFinite(a[(pivot * n) + k]))
            {
                throw DTypes.Error($"solve: the matrix is singular (pivot {k + 1} of {n} is {a[(pivot * n) + k]}).");
            }

            Swap(a, n, k, pivot);
            Swap(b, m, k, pivot);
            for (var row = k + 1; row < n; row++)
            {
                var factor = a[(row * n) + k] / a[(k * n) + k];
                if (factor == 0) continue;
                Subtract(a, n, row, k, factor);
                Subtract(b, m, row, k, factor);
            }
        }

        for (var k = n - 1; k >= 0; k--)
        {
            for (var column = 0; column < m; column++)
            {
                b[(k * m) + column] /= a[(k * n) + k];
            }

            for (var row = 0; row < k; row++)
            {
                Subtract(b, m, row, k, a[(row * n) + k]);
            }
        }
    }

    private static void Swap(Span<double> matrix, int width, int first, int second)
    {
        if (first == second) return;
        for (var i = 0; i < width; i++)
        {
            (matrix[(first * width) + i], matrix[(second * width) + i]) = (matrix[(second * width) + i], matrix[(first * width) + i]);
        }
    }

    // Row −= factor·pivot row.
    private static void Subtract(Span<double> matrix, int width, int row, int pivot, double factor)
    {
        for (var i = 0; i < width; i++)
        {
            matrix[(row * width) + i] -= factor * matrix[(pivot * width) + i];
        }
    }

    private static int RequireSquare(Tensor x, string name)
    {
        if (x.dim() < 2 || x.Sizes[^1] != x.Sizes[^2]) throw DTypes.Error($"{name} needs square matrices; got shape {Shapes.Text(x.Sizes)}.");
        if (!DTypes.IsFloat(x.Type)) throw DTypes.Error($"{name} needs floating-point matrices; got {x.Type}.");
        return checked((int)x.Sizes[^1]);
    }
}

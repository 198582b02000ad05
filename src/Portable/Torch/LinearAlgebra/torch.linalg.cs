namespace TorchSharp;

public static partial class torch
{
    /// <summary>Norms, eigenvalues and linear systems.</summary>
    public static class linalg
    {
        /// <summary>Eigenvalues in increasing order and eigenvectors (columns) of symmetric matrices, the last two dimensions. Computed in double precision.</summary>
        /// <param name="input">[…, n, n].</param>
        /// <param name="UPLO">Which triangle is read: 'L' or 'U'.</param>
        /// <exception cref="System.Runtime.InteropServices.ExternalException">The matrices are not square, or hold numbers that are not finite.</exception>
        public static (Tensor, Tensor) eigh(Tensor input, char UPLO = 'L')
        {
            var (values, vectors) = DenseMatrices.Eigen(input, UPLO, withVectors: true);
            Autograd.RecordMany([values, vectors!], "Eigh", [input], [values, vectors], static (node, g) =>
            {
                // V·(diag(gλ) + (Vᵀ·gV)∘F)·Vᵀ with F_ij = 1/(λ_j − λ_i) off the diagonal (Giles 2008, section 3.1).
                var (l, v) = (node.Saved(0), node.Saved(1));
                Tensor? inner = null;
                if (g[1] is { } gv)
                {
                    var gaps = l.unsqueeze(-2).sub(l.unsqueeze(-1));
                    var equal = gaps.eq(0);
                    inner = v.mT.matmul(gv).div(gaps.masked_fill(equal, 1)).masked_fill(equal, 0);
                }

                if (g[0] is { } gl)
                {
                    var diagonal = gl.diag_embed();
                    inner = inner is null ? diagonal : inner.add(diagonal);
                }

                return [inner is null ? null : v.matmul(inner).matmul(v.mT)];
            });
            return (values, vectors!);
        }

        /// <summary>Eigenvalues of symmetric matrices in increasing order.</summary>
        /// <inheritdoc cref="eigh"/>
        public static Tensor eigvalsh(Tensor input, char UPLO = 'L')
        {
            if (!Autograd.Records(input)) return DenseMatrices.Eigen(input, UPLO, withVectors: false).Values;
            var (values, vectors) = eigh(input, UPLO);
            vectors.Dispose();
            return values;
        }

        /// <summary>The inverses of square matrices, by elimination with pivoting in double precision.</summary>
        /// <exception cref="System.Runtime.InteropServices.ExternalException">A matrix is singular or not square.</exception>
        public static Tensor inv(Tensor input)
        {
            using var unit = eye(input.shape[^1], dtype: input.dtype);
            return solve(input, unit);
        }

        /// <summary>X with A·X = B (left) or X·A = B, by elimination with pivoting in double precision. A vector B is one right-hand side.</summary>
        /// <exception cref="System.Runtime.InteropServices.ExternalException">A matrix is singular or not square, or the shapes do not fit.</exception>
        public static Tensor solve(Tensor A, Tensor B, bool left = true)
        {
            if (!left)
            {
                using var at = A.mT;
                using var bt = B.mT;
                using var xt = solve(at, bt);
                return xt.transpose(-1, -2);
            }

            if (B.dim() == 1 && A.dim() == 2)
            {
                using var column = B.unsqueeze(1);
                using var solved = solve(A, column);
                return solved.squeeze(1);
            }

            var result = DenseMatrices.Solve(A, B);
            if (!Autograd.Records(A, B)) return result;
            return Autograd.Record(result, "Solve", [A, B], [A, result], static (node, g) =>
            {
                var gb = solve(node.Saved(0).mT, g);
                return [node.Needs(0) ? gb.matmul(node.Saved(1).mT).neg_() : null, gb];
            });
        }

        /// <summary>The 2-norm of all elements or over the dimensions.</summary>
        public static Tensor norm(Tensor input, long[]? dims = null, bool keepdim = false) => input.NormOver(dims ?? [], keepdim, 2);

        /// <summary>The vector norm of the given order (one dimension, or all of a vector).</summary>
        /// <exception cref="NotSupportedException">A matrix norm other than the 2-norm of all elements is asked for.</exception>
        public static Tensor norm(Tensor input, double ord, long[]? dims = null, bool keepdim = false)
        {
            if ((dims?.Length ?? input.dim()) > 1)
            {
                throw new NotSupportedException("Matrix norms of a numbered order are not in this build; use vector_norm, or norm without an order.");
            }

            return input.NormOver(dims ?? [], keepdim, ord);
        }

        public static Tensor norm(Tensor input, int ord, long[]? dims = null, bool keepdim = false) => norm(input, (double)ord, dims, keepdim);

        /// <summary>(Σ|x|^ord)^(1/ord) of all elements or over the dimensions.</summary>
        public static Tensor vector_norm(Tensor input, double ord = 2d, long[]? dims = null, bool keepdim = false) =>
            input.NormOver(dims ?? [], keepdim, ord);

        public static Tensor diagonal(Tensor input, int offset = 0, int dim1 = -2, int dim2 = -1) => input.diagonal(offset, dim1, dim2);

        /// <summary>Σ x·y over a dimension.</summary>
        public static Tensor vecdot(Tensor x, Tensor y, long dim = -1, Tensor? @out = null)
        {
            if (@out is not null) throw new NotSupportedException("vecdot: the argument 'out' is not in this build; use the result.");
            using var product = x.mul(y);
            return product.sum(dim);
        }
    }

    /// <summary>The distances between the rows of two matrices (or of batches of them).</summary>
    /// <param name="x1">[…, n, k].</param>
    /// <param name="x2">[…, m, k].</param>
    /// <param name="p">2, the order of the norm that this build has.</param>
    /// <param name="compute_mode">Whether squares are expanded into a matrix product: by default for more than 25 rows. Products lose small distances to cancellation.</param>
    /// <returns>[…, n, m].</returns>
    /// <exception cref="NotSupportedException">p is not 2.</exception>
    public static Tensor cdist(
        Tensor x1, Tensor x2, double p = 2.0, compute_mode compute_mode = compute_mode.use_mm_for_euclid_dist_if_necessary)
    {
        if (p < 0) throw new ArgumentException("p must be non-negative");
        if (p != 2) throw new NotSupportedException($"cdist is for p = 2 in this build; got {p}.");
        if (x1.dim() < 2 || x2.dim() < 2 || x1.Sizes[^1] != x2.Sizes[^1])
        {
            throw DTypes.Error($"cdist needs rows of equal length; got shapes {Shapes.Text(x1.Sizes)} and {Shapes.Text(x2.Sizes)}.");
        }

        Tensor result;
        using (no_grad())
        {
            var product = compute_mode == compute_mode.use_mm_for_euclid_dist ||
                (compute_mode == compute_mode.use_mm_for_euclid_dist_if_necessary && (x1.Sizes[^2] > 25 || x2.Sizes[^2] > 25));
            using var scope = NewDisposeScope();
            if (product)
            {
                var squares = x1.square().sum(-1, keepdim: true).add(x2.square().sum(-1).unsqueeze(-2));
                result = squares.add_(x1.matmul(x2.mT).mul_(-2)).clamp_(min: 0);
            }
            else
            {
                result = x1.unsqueeze(-2).sub(x2.unsqueeze(-3)).square().sum(-1);
            }

            result.sqrt_().MoveToOuterDisposeScope();
        }

        return Autograd.Record(result, "CDist", [x1, x2], [x1, x2, result], static (node, g) =>
        {
            // Pairs at distance 0 have no direction and get no gradient.
            var (a, b, distance) = (node.Saved(0), node.Saved(1), node.Saved(2));
            var w = g.div(distance).masked_fill_(distance.eq(0), 0);
            return
            [
                node.Needs(0) ? a.mul(w.sum(-1, keepdim: true)).sub_(w.matmul(b)) : null,
                node.Needs(1) ? b.mul(w.sum(-2).unsqueeze(-1)).sub_(w.mT.matmul(a)) : null,
            ];
        });
    }
}

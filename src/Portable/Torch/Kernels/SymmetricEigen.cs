using System.Numerics;
using System.Numerics.Tensors;

namespace TorchSharp;

/// <summary>The eigenvalues and eigenvectors of a real symmetric matrix, in double precision.</summary>
/// <remarks>
/// Householder reduction to tridiagonal form, then implicit QL with Wilkinson's shift (Golub and Van Loan, Matrix Computations, §8.3).
/// Vectors are kept as rows so that every inner loop runs along memory. Cost about 6 n³ multiply-adds.
/// </remarks>
internal static class SymmetricEigen
{
    /// <summary>2⁻⁵², the spacing of doubles at 1: smaller off-diagonal entries, relative to their neighbours, are zero.</summary>
    private const double Epsilon = 2.220446049250313e-16;

    /// <summary>QL sweeps allowed per eigenvalue; two are usual.</summary>
    private const int MostSweeps = 60;

    /// <summary>Factors A = V·diag(w)·Vᵀ.</summary>
    /// <param name="n">The order of the matrix.</param>
    /// <param name="matrix">A [n, n]; only the lower triangle is read.</param>
    /// <param name="values">w [n], ascending.</param>
    /// <param name="vectors">V [n, n], row-major: eigenvector j is <b>column</b> j. May be empty when only the values are wanted.</param>
    /// <exception cref="ArgumentException">A length does not fit, or the matrix has an entry that is not finite.</exception>
    /// <exception cref="InvalidOperationException">The iteration did not converge.</exception>
    public static void Decompose(int n, ReadOnlySpan<double> matrix, Span<double> values, Span<double> vectors)
    {
        if (matrix.Length != n * n || values.Length != n || (!vectors.IsEmpty && vectors.Length != n * n))
        {
            throw new ArgumentException(
                $"An eigen-decomposition of order {n} needs {n * n} matrix elements, {n} values and {n * n} or no vector elements; "
                + $"got {matrix.Length}, {values.Length} and {vectors.Length}.");
        }
        if (n == 0)
        {
            return;
        }
        double[] a = new double[n * n];
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                double value = matrix[(i * n) + j];
                if (!double.IsFinite(value))
                {
                    throw new ArgumentException($"An eigen-decomposition needs finite entries; entry [{i}, {j}] is {value}.");
                }
                a[(i * n) + j] = a[(j * n) + i] = value;
            }
        }
        double[] diagonal = new double[n];
        double[] off = new double[n];
        double[] factors = new double[n];
        Tridiagonalise(n, a, diagonal, off, factors);
        double[] rows = vectors.IsEmpty ? [] : Accumulate(n, a, factors);
        ImplicitQl(n, diagonal, off, rows);
        int[] order = [.. Enumerable.Range(0, n).OrderBy(i => diagonal[i])];
        for (int j = 0; j < n; j++)
        {
            values[j] = diagonal[order[j]];
            for (int i = 0; i < n && !vectors.IsEmpty; i++)
            {
                vectors[(i * n) + j] = rows[(order[j] * n) + i];
            }
        }
    }

    /// <summary>
    /// Turns A into T = Qᵀ·A·Q. Step k uses H = I − β·v·vᵀ with v in entries k+1 … n−1; v stays in row k of <paramref name="a"/>, β in
    /// <paramref name="factors"/>.
    /// </summary>
    private static void Tridiagonalise(int n, double[] a, double[] diagonal, double[] off, double[] factors)
    {
        double[] product = new double[n];
        for (int k = 0; k < n - 1; k++)
        {
            diagonal[k] = a[(k * n) + k];
            Span<double> v = a.AsSpan((k * n) + k + 1, n - k - 1);
            double tail = n - k - 2 > 0 ? TensorPrimitives.Norm<double>(v[1..]) : 0;
            if (tail == 0)
            {
                off[k] = v[0];
                factors[k] = 0;
                continue;
            }
            double norm = double.Hypot(v[0], tail);
            double head = v[0] > 0 ? -norm : norm;
            off[k] = head;
            // v is scaled to v[0] = 1, so β = (head − x₀)/head lies in [1, 2] and nothing overflows.
            double pivot = v[0] - head;
            double beta = -pivot / head;
            TensorPrimitives.Divide(v, pivot, v);
            v[0] = 1;
            factors[k] = beta;
            Span<double> w = product.AsSpan(0, v.Length);
            for (int i = 0; i < w.Length; i++)
            {
                w[i] = beta * TensorPrimitives.Dot<double>(a.AsSpan(((k + 1 + i) * n) + k + 1, v.Length), v);
            }
            TensorPrimitives.MultiplyAdd(v, -0.5 * beta * TensorPrimitives.Dot<double>(w, v), w, w);
            for (int i = 0; i < w.Length; i++)
            {
                Span<double> row = a.AsSpan(((k + 1 + i) * n) + k + 1, v.Length);
                TensorPrimitives.MultiplyAdd(w, -v[i], row, row);
                TensorPrimitives.MultiplyAdd(v, -w[i], row, row);
            }
        }
        diagonal[n - 1] = a[(n * n) - 1];
    }

    /// <summary>Qᵀ = H_{n−2} ⋯ H₁·H₀ as rows, built from the last factor backwards so that each touches only its trailing block.</summary>
    private static double[] Accumulate(int n, double[] a, double[] factors)
    {
        double[] rows = new double[n * n];
        for (int i = 0; i < n; i++)
        {
            rows[(i * n) + i] = 1;
        }
        for (int k = n - 2; k >= 0; k--)
        {
            ReadOnlySpan<double> v = a.AsSpan((k * n) + k + 1, n - k - 1);
            if (factors[k] == 0)
            {
                continue;
            }
            for (int i = k + 1; i < n; i++)
            {
                Span<double> row = rows.AsSpan((i * n) + k + 1, v.Length);
                TensorPrimitives.MultiplyAdd(v, -factors[k] * TensorPrimitives.Dot<double>(row, v), row, row);
            }
        }
        return rows;
    }

    /// <summary>Diagonalises T by rotations from below; each rotation of neighbouring eigenvectors turns two rows.</summary>
    private static void ImplicitQl(int n, double[] diagonal, double[] off, double[] rows)
    {
        off[n - 1] = 0;
        for (int l = 0; l < n; l++)
        {
            for (int sweep = 0; ; sweep++)
            {
                int m = l;
                while (m < n - 1 && Math.Abs(off[m]) > Epsilon * (Math.Abs(diagonal[m]) + Math.Abs(diagonal[m + 1])))
                {
                    m++;
                }
                if (m == l)
                {
                    break;
                }
                if (sweep == MostSweeps)
                {
                    throw new InvalidOperationException($"The eigen-decomposition did not converge within {MostSweeps} sweeps for value {l} of {n}.");
                }
                double g = (diagonal[l + 1] - diagonal[l]) / (2 * off[l]);
                double r = double.Hypot(g, 1);
                g = diagonal[m] - diagonal[l] + (off[l] / (g + Math.CopySign(r, g)));
                double sine = 1, cosine = 1, p = 0;
                int i = m - 1;
                for (; i >= l; i--)
                {
                    double f = sine * off[i];
                    double b = cosine * off[i];
                    r = double.Hypot(f, g);
                    off[i + 1] = r;
                    if (r == 0)
                    {
                        diagonal[i + 1] -= p;
                        off[m] = 0;
                        break;
                    }
                    sine = f / r;
                    cosine = g / r;
                    g = diagonal[i + 1] - p;
                    r = ((diagonal[i] - g) * sine) + (2 * cosine * b);
                    p = sine * r;
                    diagonal[i + 1] = g + p;
                    g = (cosine * r) - b;
                    if (rows.Length != 0)
                    {
                        Rotate(rows.AsSpan(i * n, n), rows.AsSpan((i + 1) * n, n), cosine, sine);
                    }
                }
                if (r == 0 && i >= l)
                {
                    continue;
                }
                diagonal[l] -= p;
                off[l] = g;
                off[m] = 0;
            }
        }
    }

    private static void Rotate(Span<double> lower, Span<double> upper, double cosine, double sine)
    {
        int i = 0;
        if (Vector.IsHardwareAccelerated)
        {
            var c = new Vector<double>(cosine);
            var s = new Vector<double>(sine);
            for (; i + Vector<double>.Count <= lower.Length; i += Vector<double>.Count)
            {
                var x = new Vector<double>(lower[i..]);
                var y = new Vector<double>(upper[i..]);
                ((s * x) + (c * y)).CopyTo(upper[i..]);
                ((c * x) - (s * y)).CopyTo(lower[i..]);
            }
        }
        for (; i < lower.Length; i++)
        {
            (lower[i], upper[i]) = ((cosine * lower[i]) - (sine * upper[i]), (sine * lower[i]) + (cosine * upper[i]));
        }
    }
}

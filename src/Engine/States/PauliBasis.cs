using System.Numerics;

namespace QDiff.Engine.States;

/// <summary>Between a matrix ρ and its coefficients c_P = tr(Pρ), P index Σ_q digit_q·4^q with digits 0-3 for I, X, Y, Z.</summary>
internal static class PauliBasis
{
    /// <summary>The coefficients of a Hermitian matrix.</summary>
    /// <remarks>
    /// Entry (r, c) goes to index Σ_q (r_q + 2 c_q) 4^q; then, qubit by qubit, I = ρ00 + ρ11, X = ρ01 + ρ10, Y = i(ρ01 − ρ10), Z = ρ00 − ρ11.
    /// n·4^n complex additions.
    /// </remarks>
    public static void FromMatrix(Complex[,] matrix, Span<double> coefficients)
    {
        int size = matrix.GetLength(0);
        var work = new Complex[coefficients.Length];
        for (int r = 0; r < size; r++)
        {
            for (int c = 0; c < size; c++)
            {
                work[Interleave(r, c)] = matrix[r, c];
            }
        }

        for (int step = 1; step < work.Length; step *= 4)
        {
            for (int high = 0; high < work.Length; high += 4 * step)
            {
                for (int i = high; i < high + step; i++)
                {
                    Complex m00 = work[i], m10 = work[i + step], m01 = work[i + 2 * step], m11 = work[i + 3 * step];
                    work[i] = m00 + m11;
                    work[i + step] = m01 + m10;
                    work[i + 2 * step] = Complex.ImaginaryOne * (m01 - m10);
                    work[i + 3 * step] = m00 - m11;
                }
            }
        }

        for (int i = 0; i < work.Length; i++)
        {
            coefficients[i] = work[i].Real;
        }
    }

    /// <summary>The matrix Σ_P c_P P / 2^n.</summary>
    public static Complex[,] ToMatrix(ReadOnlySpan<double> coefficients)
    {
        var work = new Complex[coefficients.Length];
        int size = 1;
        for (int i = 0; i < work.Length; i++)
        {
            work[i] = coefficients[i];
        }

        for (int step = 1; step < work.Length; step *= 4, size *= 2)
        {
            for (int high = 0; high < work.Length; high += 4 * step)
            {
                for (int i = high; i < high + step; i++)
                {
                    Complex identity = work[i], x = work[i + step], y = Complex.ImaginaryOne * work[i + 2 * step], z = work[i + 3 * step];
                    work[i] = 0.5 * (identity + z);
                    work[i + step] = 0.5 * (x + y);
                    work[i + 2 * step] = 0.5 * (x - y);
                    work[i + 3 * step] = 0.5 * (identity - z);
                }
            }
        }

        var matrix = new Complex[size, size];
        for (int r = 0; r < size; r++)
        {
            for (int c = 0; c < size; c++)
            {
                matrix[r, c] = work[Interleave(r, c)];
            }
        }

        return matrix;
    }

    private static int Interleave(int row, int column)
    {
        int index = 0;
        for (int q = 0; row >> q != 0 || column >> q != 0; q++)
        {
            index |= (((row >> q) & 1) | ((column >> q) & 1) << 1) << (2 * q);
        }

        return index;
    }
}

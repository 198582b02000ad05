using System.Numerics;

namespace QDiff.Engine.Gates;

/// <summary>Small complex matrices from which the gate catalog is made.</summary>
internal static class Matrices
{
    public static readonly Complex[,] PauliX = { { 0, 1 }, { 1, 0 } };
    public static readonly Complex[,] PauliY = { { 0, -Complex.ImaginaryOne }, { Complex.ImaginaryOne, 0 } };
    public static readonly Complex[,] PauliZ = { { 1, 0 }, { 0, -1 } };

    public static Complex Phase(double angle) => new(Math.Cos(angle), Math.Sin(angle));

    public static Complex[,] Identity(int size)
    {
        var result = new Complex[size, size];
        for (int i = 0; i < size; i++)
        {
            result[i, i] = 1;
        }

        return result;
    }

    public static Complex[,] Diagonal(params ReadOnlySpan<Complex> entries)
    {
        var result = new Complex[entries.Length, entries.Length];
        for (int i = 0; i < entries.Length; i++)
        {
            result[i, i] = entries[i];
        }

        return result;
    }

    /// <summary>The matrix that sends basis state j to basis state image[j].</summary>
    public static Complex[,] Permutation(params ReadOnlySpan<int> image)
    {
        var result = new Complex[image.Length, image.Length];
        for (int j = 0; j < image.Length; j++)
        {
            result[image[j], j] = 1;
        }

        return result;
    }

    public static Complex[,] Adjoint(Complex[,] matrix)
    {
        int size = matrix.GetLength(0);
        var result = new Complex[size, size];
        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j < size; j++)
            {
                result[j, i] = Complex.Conjugate(matrix[i, j]);
            }
        }

        return result;
    }

    public static Complex[,] Conjugate(Complex[,] matrix)
    {
        int size = matrix.GetLength(0);
        var result = new Complex[size, size];
        for (int i = 0; i < size * size; i++)
        {
            result[i / size, i % size] = Complex.Conjugate(matrix[i / size, i % size]);
        }

        return result;
    }

    public static Complex[,] Multiply(Complex[,] a, Complex[,] b)
    {
        int size = a.GetLength(0);
        var result = new Complex[size, size];
        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j < size; j++)
            {
                Complex sum = 0;
                for (int k = 0; k < size; k++)
                {
                    sum += a[i, k] * b[k, j];
                }

                result[i, j] = sum;
            }
        }

        return result;
    }

    public static Complex[,] Scale(Complex factor, Complex[,] matrix)
    {
        int size = matrix.GetLength(0);
        var result = new Complex[size, size];
        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j < size; j++)
            {
                result[i, j] = factor * matrix[i, j];
            }
        }

        return result;
    }

    /// <summary>high ⊗ low: <paramref name="low"/> acts on the less significant bits.</summary>
    public static Complex[,] Kronecker(Complex[,] high, Complex[,] low)
    {
        int a = high.GetLength(0), b = low.GetLength(0);
        var result = new Complex[a * b, a * b];
        for (int i = 0; i < a * b; i++)
        {
            for (int j = 0; j < a * b; j++)
            {
                result[i, j] = high[i / b, j / b] * low[i % b, j % b];
            }
        }

        return result;
    }

    /// <summary>exp(-iθG/2) = cos(θ/2) − i sin(θ/2) G for a G with G² = 1.</summary>
    public static Complex[,] Rotation(Complex[,] generator, double angle)
    {
        int size = generator.GetLength(0);
        var result = new Complex[size, size];
        double c = Math.Cos(angle / 2), s = Math.Sin(angle / 2);
        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j < size; j++)
            {
                result[i, j] = (i == j ? c : 0) - new Complex(0, s) * generator[i, j];
            }
        }

        return result;
    }

    /// <summary><paramref name="target"/> on the second qubit where the first, least significant, is 1; elsewhere <paramref name="idle"/>·1.</summary>
    public static Complex[,] Controlled(Complex[,] target, Complex idle)
    {
        var result = new Complex[4, 4];
        result[0, 0] = result[2, 2] = idle;
        for (int i = 0; i < 2; i++)
        {
            for (int j = 0; j < 2; j++)
            {
                result[2 * i + 1, 2 * j + 1] = target[i, j];
            }
        }

        return result;
    }
}

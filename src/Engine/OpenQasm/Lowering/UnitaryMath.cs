using System.Numerics;
using QDiff.Engine.Gates;

namespace QDiff.Engine.OpenQasm.Lowering;

/// <summary>Small unitary matrices: Euler angles, powers, products on a few qubits.</summary>
internal static class UnitaryMath
{
    private const double SameEigenvalue = 1e-13;
    private const double Rounding = 1e-17;
    private const int MaximumSweeps = 30;

    /// <summary>A 2 × 2 unitary as e^{iα} U3(θ, φ, λ).</summary>
    public static (double Alpha, double Theta, double Phi, double Lambda) Euler(Complex[,] u)
    {
        double cos = u[0, 0].Magnitude, sin = u[1, 0].Magnitude;
        double theta = 2 * Math.Atan2(sin, cos);
        if (cos >= sin)
        {
            // e^{iα} = phase of u00; the sum φ + λ is that of u11.
            double alpha = u[0, 0].Phase;
            double phi = sin > 1e-16 ? u[1, 0].Phase - alpha : 0;
            return (alpha, theta, phi, u[1, 1].Phase - alpha - phi);
        }
        else
        {
            double lambda = cos > 1e-16 ? (-u[0, 1]).Phase - u[0, 0].Phase : 0;
            double alpha = (-u[0, 1]).Phase - lambda;
            return (alpha, theta, u[1, 0].Phase - alpha, lambda);
        }
    }

    /// <summary>The product of the steps on the given qubits, of which the first is the least significant bit.</summary>
    public static Complex[,] Product(IEnumerable<GateStep> steps, IReadOnlyList<int> qubits)
    {
        Complex[,] product = Matrices.Identity(1 << qubits.Count);
        foreach (GateStep step in steps)
        {
            int[] locals = [.. step.Qubits.Select(q => IndexOf(qubits, q))];
            product = Matrices.Multiply(Embed(step.Matrix(), locals, qubits.Count), product);
        }

        return product;
    }

    /// <summary>u where all of the upper qubits are 1 and the identity elsewhere; u acts on the lower ones.</summary>
    public static Complex[,] Controlled(Complex[,] u, int controls)
    {
        int size = u.GetLength(0);
        Complex[,] result = Matrices.Identity(size << controls);
        int first = result.GetLength(0) - size;
        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j < size; j++)
            {
                result[first + i, first + j] = u[i, j];
            }
        }

        return result;
    }

    /// <summary>U^x for any real x, with the principal arguments of U's eigenvalues, in (−π, π].</summary>
    public static Complex[,] Power(Complex[,] u, double exponent)
    {
        int size = u.GetLength(0);
        Complex[,] vectors = Eigenvectors(u);
        Complex[,] diagonal = Matrices.Multiply(Matrices.Adjoint(vectors), Matrices.Multiply(u, vectors));
        var powers = new Complex[size, size];
        for (int k = 0; k < size; k++)
        {
            powers[k, k] = Power(diagonal[k, k].Phase, exponent);
        }

        return Matrices.Multiply(vectors, Matrices.Multiply(powers, Matrices.Adjoint(vectors)));
    }

    /// <summary>e^{i·argument·exponent}; an argument within rounding of a multiple of π/4 is that multiple, so that powers of Clifford gates are exact.</summary>
    private static Complex Power(double argument, double exponent)
    {
        double eighths = argument / (Math.PI / 4);
        double whole = Math.Round(eighths);
        if (Math.Abs(eighths - whole) > SameEigenvalue)
        {
            return Matrices.Phase(exponent * argument);
        }

        // −1 has the principal argument π.
        return Matrices.Phase(Math.IEEERemainder(exponent * (whole == -4 ? 4 : whole), 8) * (Math.PI / 4));
    }

    private static Complex[,] Embed(Complex[,] matrix, int[] locals, int qubits)
    {
        int size = 1 << qubits;
        int mask = locals.Sum(q => 1 << q);
        var result = new Complex[size, size];
        for (int column = 0; column < size; column++)
        {
            int local = 0;
            for (int b = 0; b < locals.Length; b++)
            {
                local |= ((column >> locals[b]) & 1) << b;
            }

            for (int row = 0; row < matrix.GetLength(0); row++)
            {
                int target = column & ~mask;
                for (int b = 0; b < locals.Length; b++)
                {
                    target |= ((row >> b) & 1) << locals[b];
                }

                result[target, column] = matrix[row, local];
            }
        }

        return result;
    }

    private static int IndexOf(IReadOnlyList<int> list, int value)
    {
        int index = 0;
        while (list[index] != value)
        {
            index++;
        }

        return index;
    }

    /// <summary>
    /// Orthonormal eigenvectors: those of the hermitian A cos t + B sin t, where U = A + iB. Eigenvalues that this t makes equal
    /// by chance leave U undiagonal; then another t is tried.
    /// </summary>
    private static Complex[,] Eigenvectors(Complex[,] u)
    {
        int size = u.GetLength(0);
        Complex[,] best = Matrices.Identity(size);
        double least = double.PositiveInfinity;
        for (int attempt = 0; attempt < 8 && least > 1e-14; attempt++)
        {
            Complex turn = Matrices.Phase(-0.7 - attempt);
            var hermitian = new Complex[size, size];
            for (int i = 0; i < size; i++)
            {
                for (int j = 0; j < size; j++)
                {
                    hermitian[i, j] = ((turn * u[i, j]) + Complex.Conjugate(turn * u[j, i])) / 2;
                }
            }

            Complex[,] vectors = Jacobi(hermitian);
            double rest = OffDiagonal(Matrices.Multiply(Matrices.Adjoint(vectors), Matrices.Multiply(u, vectors)));
            (best, least) = rest < least ? (vectors, rest) : (best, least);
        }

        return best;
    }

    private static double OffDiagonal(Complex[,] matrix)
    {
        double sum = 0;
        for (int i = 0; i < matrix.GetLength(0); i++)
        {
            for (int j = 0; j < matrix.GetLength(0); j++)
            {
                sum += i == j ? 0 : matrix[i, j].Magnitude;
            }
        }

        return sum;
    }

    /// <summary>Eigenvectors of a hermitian matrix by Jacobi's rotations.</summary>
    private static Complex[,] Jacobi(Complex[,] h)
    {
        int size = h.GetLength(0);
        Complex[,] vectors = Matrices.Identity(size);
        for (int sweep = 0; sweep < MaximumSweeps && OffDiagonal(h) > size * size * Rounding; sweep++)
        {
            for (int p = 0; p < size; p++)
            {
                for (int q = p + 1; q < size; q++)
                {
                    double magnitude = h[p, q].Magnitude;
                    if (magnitude < Rounding)
                    {
                        continue;
                    }

                    // The rotation that zeroes h_pq, after a phase that makes it real.
                    double tau = (h[q, q].Real - h[p, p].Real) / (2 * magnitude);
                    double t = (tau >= 0 ? 1 : -1) / (Math.Abs(tau) + Math.Sqrt((tau * tau) + 1));
                    double c = 1 / Math.Sqrt((t * t) + 1);
                    Complex s = t * c * (h[p, q] / magnitude);
                    Complex[,] rotation = Matrices.Identity(size);
                    rotation[p, p] = rotation[q, q] = c;
                    rotation[p, q] = s;
                    rotation[q, p] = -Complex.Conjugate(s);
                    h = Matrices.Multiply(Matrices.Adjoint(rotation), Matrices.Multiply(h, rotation));
                    vectors = Matrices.Multiply(vectors, rotation);
                }
            }
        }

        return vectors;
    }
}

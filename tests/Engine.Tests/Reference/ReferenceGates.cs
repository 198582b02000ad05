using System.Numerics;
using static System.Numerics.Complex;

namespace QDiff.Engine.Tests.Reference;

/// <summary>
/// Gate matrices as the textbooks print them: the *first* listed qubit is the most significant bit of the matrix index, |q_first … q_last⟩.
/// Written independently of the engine (Nielsen and Chuang, section 4; OpenQASM 2, qelib1.inc); nothing here calls it.
/// </summary>
internal static class ReferenceGates
{
    private static readonly Complex I1 = ImaginaryOne;

    public static readonly Complex[,] Identity = { { 1, 0 }, { 0, 1 } };
    public static readonly Complex[,] X = { { 0, 1 }, { 1, 0 } };
    public static readonly Complex[,] Y = { { 0, -I1 }, { I1, 0 } };
    public static readonly Complex[,] Z = { { 1, 0 }, { 0, -1 } };

    /// <summary>The matrix of the gate that OpenQASM or Qiskit calls <paramref name="name"/>, in lower case.</summary>
    public static Complex[,] Matrix(string name, params double[] p) => name switch
    {
        "id" => Identity,
        "x" => X,
        "y" => Y,
        "z" => Z,
        "h" => Scale(1 / Math.Sqrt(2), new Complex[,] { { 1, 1 }, { 1, -1 } }),
        "s" => Diagonal(1, I1),
        "sdg" => Diagonal(1, -I1),
        "t" => Diagonal(1, Phase(Math.PI / 4)),
        "tdg" => Diagonal(1, Phase(-Math.PI / 4)),
        "sx" => Scale(0.5, new Complex[,] { { 1 + I1, 1 - I1 }, { 1 - I1, 1 + I1 } }),
        "sxdg" => Scale(0.5, new Complex[,] { { 1 - I1, 1 + I1 }, { 1 + I1, 1 - I1 } }),
        "rx" => ExpPauli(p[0], X),
        "ry" => ExpPauli(p[0], Y),
        "rz" => ExpPauli(p[0], Z),
        "p" => Diagonal(1, Phase(p[0])),
        "u3" => new[,]
        {
            { Math.Cos(p[0] / 2), -Phase(p[2]) * Math.Sin(p[0] / 2) },
            { Phase(p[1]) * Math.Sin(p[0] / 2), Phase(p[1] + p[2]) * Math.Cos(p[0] / 2) },
        },
        "cx" => Controlled(X),
        "cy" => Controlled(Y),
        "cz" => Controlled(Z),
        "ch" => Controlled(Matrix("h")),
        "swap" => new Complex[,] { { 1, 0, 0, 0 }, { 0, 0, 1, 0 }, { 0, 1, 0, 0 }, { 0, 0, 0, 1 } },
        "iswap" => new[,] { { 1, 0, 0, 0 }, { 0, 0, I1, 0 }, { 0, I1, 0, 0 }, { 0, 0, 0, 1 } },
        "iswapdg" => new[,] { { 1, 0, 0, 0 }, { 0, 0, -I1, 0 }, { 0, -I1, 0, 0 }, { 0, 0, 0, 1 } },
        "crx" => Controlled(Matrix("rx", p)),
        "cry" => Controlled(Matrix("ry", p)),
        "crz" => Controlled(Matrix("rz", p)),
        "cp" => Controlled(Matrix("p", p)),
        "rxx" => ExpPauli(p[0], Kronecker(X, X)),
        "ryy" => ExpPauli(p[0], Kronecker(Y, Y)),
        "rzz" => ExpPauli(p[0], Kronecker(Z, Z)),
        "ccx" => Controlled(Controlled(X)),
        "cswap" => Controlled(Matrix("swap")),
        _ => throw new ArgumentException($"The reference does not know the gate '{name}': write its textbook matrix here."),
    };

    /// <summary>A ⊗ B: B holds the less significant bits.</summary>
    public static Complex[,] Kronecker(Complex[,] a, Complex[,] b)
    {
        var (rows, columns) = (b.GetLength(0), b.GetLength(1));
        var product = new Complex[a.GetLength(0) * rows, a.GetLength(1) * columns];
        for (var i = 0; i < product.GetLength(0); i++)
        {
            for (var j = 0; j < product.GetLength(1); j++)
            {
                product[i, j] = a[i / rows, j / columns] * b[i % rows, j % columns];
            }
        }

        return product;
    }

    /// <summary>The same operator with the order of its qubits reversed: row and column indices with their bits reversed.</summary>
    public static Complex[,] ReverseQubits(Complex[,] matrix)
    {
        var size = matrix.GetLength(0);
        var bits = BitOperations.Log2((uint)size);
        int Reverse(int index) => Enumerable.Range(0, bits).Sum(bit => ((index >> bit) & 1) << (bits - 1 - bit));
        var reversed = new Complex[size, size];
        for (var i = 0; i < size; i++)
        {
            for (var j = 0; j < size; j++)
            {
                reversed[Reverse(i), Reverse(j)] = matrix[i, j];
            }
        }

        return reversed;
    }

    private static Complex Phase(double angle) => FromPolarCoordinates(1, angle);

    private static Complex[,] Diagonal(Complex a, Complex b) => new[,] { { a, 0 }, { 0, b } };

    private static Complex[,] Scale(double factor, Complex[,] matrix) => Map(matrix, (_, _, value) => factor * value);

    // exp(−iθP/2) = cos(θ/2)·1 − i sin(θ/2)·P for P² = 1.
    private static Complex[,] ExpPauli(double angle, Complex[,] pauli) =>
        Map(pauli, (i, j, value) => (i == j ? Math.Cos(angle / 2) : 0) - I1 * Math.Sin(angle / 2) * value);

    /// <summary>|0⟩⟨0| ⊗ 1 + |1⟩⟨1| ⊗ U: the control comes first.</summary>
    public static Complex[,] Controlled(Complex[,] target)
    {
        var size = target.GetLength(0);
        return Map(
            new Complex[2 * size, 2 * size],
            (i, j, _) => i >= size && j >= size ? target[i - size, j - size] : i == j ? 1 : 0);
    }

    private static Complex[,] Map(Complex[,] matrix, Func<int, int, Complex, Complex> function)
    {
        var result = new Complex[matrix.GetLength(0), matrix.GetLength(1)];
        for (var i = 0; i < matrix.GetLength(0); i++)
        {
            for (var j = 0; j < matrix.GetLength(1); j++)
            {
                result[i, j] = function(i, j, matrix[i, j]);
            }
        }

        return result;
    }
}

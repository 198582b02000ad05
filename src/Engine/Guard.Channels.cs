using System.Collections.Immutable;
using System.Numerics;
using QDiff.Engine.Gates;
using QDiff.Engine.Noise;

namespace QDiff.Engine;

internal static partial class Guard
{
    public static int KrausArity(string name, ImmutableArray<Complex[,]> operators)
    {
        if (operators.IsEmpty)
        {
            throw new ArgumentException($"'{name}' needs at least one Kraus operator; got none.", nameof(operators));
        }

        int size = operators[0].GetLength(0);
        foreach (Complex[,] k in operators)
        {
            if (k.GetLength(0) != size || k.GetLength(1) != size || size is not (2 or 4 or 8))
            {
                throw new ArgumentException(
                    $"The Kraus operators of '{name}' must all be 2×2, 4×4 or 8×8 (1-3 qubits); got {k.GetLength(0)}×{k.GetLength(1)} beside {size}×{size}.", nameof(operators));
            }
        }

        double deviation = 0;
        var sum = new Complex[size, size];
        foreach (Complex[,] k in operators)
        {
            Complex[,] square = Matrices.Multiply(Matrices.Adjoint(k), k);
            for (int i = 0; i < size * size; i++)
            {
                sum[i / size, i % size] += square[i / size, i % size];
            }
        }

        for (int i = 0; i < size * size; i++)
        {
            double difference = Complex.Abs(sum[i / size, i % size] - (i / size == i % size ? 1 : 0));
            deviation = double.IsNaN(difference) ? double.NaN : Math.Max(deviation, difference);
            if (!double.IsFinite(deviation))
            {
                throw new ArgumentException($"The Kraus operators of '{name}' must be finite; one has a NaN or infinite entry.", nameof(operators));
            }
        }

        if (deviation > Channel.Tolerance)
        {
            throw new ArgumentException(
                $"'{name}' does not preserve the trace: the largest entry of |Σ K†K − 1| is {deviation:G3}, allowed is {Channel.Tolerance:G1}; scale or complete the operators.", nameof(operators));
        }

        return BitOperations.Log2((uint)size);
    }
}

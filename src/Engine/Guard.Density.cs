using System.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace QDiff.Engine;

internal static partial class Guard
{
    public const int MaximumDensityQubits = 12;
    private const double DensityTolerance = 1e-6;

    public static void DensityQubits(int qubits)
    {
        if (qubits is < 1 or > MaximumDensityQubits)
        {
            throw new ArgumentOutOfRangeException(
                nameof(qubits),
                $"A density matrix has 1-{MaximumDensityQubits} qubits (4^n numbers); got {qubits}: run larger registers as trajectories of state vectors.");
        }
    }

    public static ArgumentException DensityCondition() => new(
        "The program has a condition on classical bits, which a density matrix does not keep; run it as trajectories of state vectors, or leave conditions out.",
        "program");

    public static int DensityMatrices(IReadOnlyList<Complex[,]> matrices)
    {
        if (matrices.Count == 0)
        {
            throw new ArgumentException("A batch has at least 1 density matrix; got none.", nameof(matrices));
        }

        int size = matrices[0].GetLength(0);
        if (size < 2 || size > 1 << MaximumDensityQubits || !BitOperations.IsPow2(size))
        {
            throw new ArgumentException($"A density matrix is 2^n × 2^n with n in 1-{MaximumDensityQubits}; got {size} rows.", nameof(matrices));
        }

        for (int sample = 0; sample < matrices.Count; sample++)
        {
            DensityMatrix(matrices[sample], sample, size);
        }

        return BitOperations.Log2((uint)size);
    }

    public static void KeptQubits(ReadOnlySpan<int> kept, int register) => SomeQubits("A partial trace keeps", kept, register);

    private static void SomeQubits(string subject, ReadOnlySpan<int> qubits, int register)
    {
        if (qubits.IsEmpty)
        {
            throw new ArgumentException($"{subject} at least 1 qubit; got none.", nameof(qubits));
        }

        for (int i = 0; i < qubits.Length; i++)
        {
            Qubit(qubits[i], register);
            if (qubits[..i].Contains(qubits[i]))
            {
                throw new ArgumentException($"{subject} different qubits; got qubit {qubits[i]} twice.", nameof(qubits));
            }
        }
    }

    public static void TwoQubitState(string measure, int qubits)
    {
        if (qubits != 2)
        {
            throw new ArgumentException($"The {measure} is of two-qubit states; got {qubits} qubit(s), so take the partial trace onto a pair first.", nameof(qubits));
        }
    }

    public static void LogarithmBase(double value)
    {
        if (!(value > 1) || !double.IsFinite(value))
        {
            throw new ArgumentOutOfRangeException(nameof(value), $"The base of a logarithm is above 1 (2 for bits, e for nats); got {value}.");
        }
    }

    public static void ProperPart(ReadOnlySpan<int> part, int register)
    {
        SomeQubits("The part of a negativity has", part, register);
        if (part.Length == register)
        {
            throw new ArgumentException($"The negativity is between a part of the register and its rest; got all {register} qubit(s) as the part.", nameof(part));
        }
    }

    public static void DensityPartners(int firstBatch, int firstQubits, int secondBatch, int secondQubits)
    {
        if (firstQubits != secondQubits)
        {
            throw new ArgumentException($"States of {firstQubits} and {secondQubits} qubits cannot be compared; both registers must be the same.");
        }

        if (secondBatch != 1 && secondBatch != firstBatch)
        {
            throw new ArgumentException($"{firstBatch} state(s) are compared with as many or with one; got {secondBatch}.");
        }
    }

    public static void MeasurableTrace(double trace, int sample)
    {
        if (!double.IsFinite(trace) || trace <= 0)
        {
            throw new InvalidOperationException($"State {sample} cannot be measured: its trace is {trace}, and a finite one above 0 is needed.");
        }
    }

    private static void DensityMatrix(Complex[,] matrix, int sample, int size)
    {
        if (matrix.GetLength(0) != size || matrix.GetLength(1) != size)
        {
            throw new ArgumentException(
                $"All density matrices must be {size}×{size} like the first; matrix {sample} is {matrix.GetLength(0)}×{matrix.GetLength(1)}.", nameof(matrix));
        }

        Complex trace = 0;
        double deviation = 0;
        for (int r = 0; r < size; r++)
        {
            trace += matrix[r, r];
            for (int c = 0; c < size; c++)
            {
                if (!Complex.IsFinite(matrix[r, c]))
                {
                    throw new ArgumentException($"Entry [{r}, {c}] of density matrix {sample} must be finite; got {matrix[r, c]}.", nameof(matrix));
                }

                deviation = Math.Max(deviation, Complex.Abs(matrix[r, c] - Complex.Conjugate(matrix[c, r])));
            }
        }

        if (deviation > DensityTolerance)
        {
            throw new ArgumentException(
                $"Density matrix {sample} is not Hermitian: the largest entry of |ρ − ρ†| is {deviation:G3}, allowed is {DensityTolerance:G1}.", nameof(matrix));
        }

        if (Complex.Abs(trace - 1) > DensityTolerance)
        {
            throw new ArgumentException(
                $"Density matrix {sample} has trace {trace.Real:G6}; it must be 1 to {DensityTolerance:G1}, so divide by the trace.", nameof(matrix));
        }

        double least = CreateMatrix.DenseOfArray(matrix).Evd(Symmetricity.Hermitian).EigenValues.Enumerate().Min(value => value.Real);
        if (least < -DensityTolerance)
        {
            throw new ArgumentException(
                $"Density matrix {sample} has the negative eigenvalue {least:G3}; all must be at least −{DensityTolerance:G1}.", nameof(matrix));
        }
    }
}

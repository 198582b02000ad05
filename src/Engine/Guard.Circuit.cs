using System.Numerics;
using QDiff.Engine.Circuits;
using QDiff.Engine.Gates;
using QDiff.Engine.Observables;

namespace QDiff.Engine;

/// <summary>Checks at the public edge. Each refusal says what was got, what is allowed and what to do, in one sentence.</summary>
internal static partial class Guard
{
    public const int MaximumQubits = 30;
    private const double UnitaryTolerance = 1e-6;

    public static void QubitCount(int qubits)
    {
        if (qubits is < 1 or > MaximumQubits)
        {
            throw new ArgumentOutOfRangeException(nameof(qubits), $"A register has 1-{MaximumQubits} qubits; got {qubits}.");
        }
    }

    public static void SameQubitCount(int first, int second)
    {
        if (first != second)
        {
            throw new ArgumentException($"A circuit of {second} qubits cannot follow one of {first}; build both on the same register.");
        }
    }

    public static void GateQubits(GateDefinition gate, ReadOnlySpan<int> qubits, int register)
    {
        if (qubits.Length != gate.Arity)
        {
            throw new ArgumentException($"'{gate.Name}' acts on {gate.Arity} qubit(s); got {qubits.Length}.", nameof(qubits));
        }

        for (int i = 0; i < qubits.Length; i++)
        {
            Qubit(qubits[i], register);
            if (qubits[..i].Contains(qubits[i]))
            {
                throw new ArgumentException($"'{gate.Name}' needs different qubits; got qubit {qubits[i]} twice.", nameof(qubits));
            }
        }
    }

    public static void Qubit(int qubit, int register)
    {
        if (qubit < 0 || qubit >= register)
        {
            throw new ArgumentOutOfRangeException(nameof(qubit), $"Qubit {qubit} is outside this {register}-qubit register (valid: 0-{register - 1}).");
        }
    }

    public static void GateParameters(GateDefinition gate, ReadOnlySpan<Parameter> parameters)
    {
        if (parameters.Length != gate.ParameterCount)
        {
            throw new ArgumentException($"'{gate.Name}' has {gate.ParameterCount} parameter(s); got {parameters.Length}.", nameof(parameters));
        }

        for (int i = 0; i < parameters.Length; i++)
        {
            if (!double.IsFinite(parameters[i].Scale) || !double.IsFinite(parameters[i].Offset))
            {
                throw new ArgumentException(
                    $"Parameter {i} of '{gate.Name}' must be finite; got scale {parameters[i].Scale} and offset {parameters[i].Offset}.", nameof(parameters));
            }

            if (parameters[i].Index < 0)
            {
                throw new ArgumentOutOfRangeException(nameof(parameters), $"Parameter {i} of '{gate.Name}' has index {parameters[i].Index}; indices start at 0.");
            }
        }
    }

    public static int UnitaryArity(Complex[,] matrix)
    {
        int rows = matrix.GetLength(0), columns = matrix.GetLength(1);
        if (rows != columns || rows is not (2 or 4 or 8))
        {
            throw new ArgumentException($"A user's unitary is 2×2, 4×4 or 8×8 (1-3 qubits); got {rows}×{columns}.", nameof(matrix));
        }

        double deviation = 0;
        var product = Matrices.Multiply(Matrices.Adjoint(matrix), matrix);
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < rows; j++)
            {
                double difference = Complex.Abs(product[i, j] - (i == j ? 1 : 0));
                deviation = double.IsNaN(difference) ? double.NaN : Math.Max(deviation, difference);
                if (double.IsNaN(deviation))
                {
                    throw new ArgumentException("A user's unitary must be finite; the matrix has a NaN or infinite entry.", nameof(matrix));
                }
            }
        }

        if (!(deviation <= UnitaryTolerance))
        {
            throw new ArgumentException(
                $"The matrix is not unitary: the largest entry of |U†U − 1| is {deviation:G3}, allowed is {UnitaryTolerance:G1}; orthonormalise its columns.", nameof(matrix));
        }

        return BitOperations.Log2((uint)rows);
    }

    public static void PauliFactor(int qubit, Pauli pauli, int seen)
    {
        if (qubit is < 0 or >= MaximumQubits)
        {
            throw new ArgumentOutOfRangeException(nameof(qubit), $"A Pauli factor's qubit is in 0-{MaximumQubits - 1}; got {qubit}.");
        }

        if (!Enum.IsDefined(pauli))
        {
            throw new ArgumentOutOfRangeException(nameof(pauli), $"A Pauli factor is I, X, Y or Z; got {(int)pauli}.");
        }

        if (((seen >> qubit) & 1) != 0)
        {
            throw new ArgumentException($"A Pauli string has one factor for each qubit; got qubit {qubit} twice.", nameof(qubit));
        }
    }

    public static void NotEmpty(IReadOnlyList<PauliString> strings)
    {
        if (strings.Count == 0)
        {
            throw new ArgumentException("A readout needs at least one Pauli string; got none.", nameof(strings));
        }
    }
}

using System.Collections.Immutable;
using System.Numerics;
using QDiff.Engine.Noise;

namespace QDiff.Engine;

internal static partial class Guard
{
    private const double ProbabilitySumTolerance = 1e-6;

    public static void ChannelRow(ChannelDefinition row, int qubits, bool matrices)
    {
        if (row.TakesMatrices != matrices)
        {
            throw new ArgumentException(
                matrices ? $"'{row.Name}' takes numbers and no matrices; call Create or CreateOn." : $"'{row.Name}' is made of matrices; call CreateOf.", nameof(row));
        }

        if (qubits < row.MinimumQubits || qubits > row.MaximumQubits)
        {
            throw new ArgumentOutOfRangeException(
                nameof(qubits), $"'{row.Name}' acts on {Range(row.MinimumQubits, row.MaximumQubits)} qubit(s); got {qubits}.");
        }
    }

    public static void ChannelParameters(ChannelDefinition row, ReadOnlySpan<double> values)
    {
        if (values.Length != row.Parameters.Length)
        {
            string names = string.Join(", ", row.Parameters.Select(parameter => parameter.Symbol));
            throw new ArgumentException($"'{row.Name}' has {row.Parameters.Length} parameter(s) ({names}); got {values.Length}.", nameof(values));
        }

        for (int i = 0; i < values.Length; i++)
        {
            ChannelParameter parameter = row.Parameters[i];
            if (!(values[i] >= parameter.Minimum && values[i] <= parameter.Maximum) || double.IsNegativeInfinity(parameter.Minimum) && double.IsInfinity(values[i]))
            {
                throw new ArgumentOutOfRangeException(
                    nameof(values), $"'{row.Name}' needs {parameter.Symbol} {Interval(parameter)}; got {values[i]}.");
            }
        }
    }

    /// <summary>What a general Pauli channel leaves to the identity.</summary>
    public static double RestOfPauli(ReadOnlySpan<double> p) => Rest("'Pauli' needs p_x + p_y + p_z", p);

    /// <summary>The probability that a reset does nothing.</summary>
    public static double RestOfReset(ReadOnlySpan<double> p) => Rest("'Reset' needs p₀ + p₁", p);

    public static void RelaxationTimes(double t1, double t2, double time)
    {
        if (!(t1 > 0 && t2 > 0))
        {
            throw new ArgumentOutOfRangeException(nameof(t1), $"'ThermalRelaxation' needs T1 and T2 above 0; got T1 = {t1}, T2 = {t2}.");
        }

        if (t2 > 2 * t1)
        {
            throw new ArgumentException(
                $"'ThermalRelaxation' needs T2 ≤ 2·T1 = {2 * t1}; got T2 = {t2}: coherence cannot outlive the populations by more than that.", nameof(t2));
        }

        if (double.IsInfinity(time))
        {
            throw new ArgumentOutOfRangeException(nameof(time), "'ThermalRelaxation' needs a finite time; got ∞.");
        }
    }

    /// <summary>The length of a rotation axis.</summary>
    public static double Axis(double x, double y, double z)
    {
        double length = Math.Sqrt(x * x + y * y + z * z);
        return length > 0 && double.IsFinite(length)
            ? length
            : throw new ArgumentException($"'OverRotation' needs an axis of finite length above 0; got ({x}, {y}, {z}).", nameof(x));
    }

    public static ArgumentNullException MissingMatrix(string name) => new("operators", $"A matrix of '{name}' is missing (null); give every one.");

    public static int UnitaryMixture(string name, IReadOnlyList<Complex[,]> unitaries, IReadOnlyList<double> probabilities)
    {
        if (unitaries.Count == 0 || unitaries.Count != probabilities.Count)
        {
            throw new ArgumentException(
                $"'{name}' needs at least one unitary and a probability for each; got {unitaries.Count} and {probabilities.Count}.", nameof(unitaries));
        }

        if (unitaries.Contains(null!))
        {
            throw MissingMatrix(name);
        }

        int qubits = UnitaryArity(unitaries[0]);
        foreach (Complex[,] unitary in unitaries)
        {
            if (UnitaryArity(unitary) != qubits)
            {
                throw new ArgumentException($"The unitaries of '{name}' must all act on {qubits} qubit(s); one acts on {UnitaryArity(unitary)}.", nameof(unitaries));
            }
        }

        Probabilities(name, probabilities);
        return qubits;
    }

    public static int PauliTable(string name, IReadOnlyList<double> probabilities)
    {
        if (probabilities.Count is not (4 or 16 or 64))
        {
            throw new ArgumentException($"'{name}' needs the probability of each of 4, 16 or 64 Pauli strings (1-3 qubits); got {probabilities.Count}.", nameof(probabilities));
        }

        Probabilities(name, probabilities);
        return BitOperations.Log2((uint)probabilities.Count) / 2;
    }

    public static void Probabilities(string name, IReadOnlyList<double> probabilities)
    {
        foreach (double p in probabilities)
        {
            if (!(p is >= 0 and <= 1 + ProbabilitySumTolerance))
            {
                throw new ArgumentOutOfRangeException(nameof(probabilities), $"The probabilities of '{name}' lie in [0, 1]; got {p}.");
            }
        }

        double sum = probabilities.Sum();
        if (Math.Abs(sum - 1) > ProbabilitySumTolerance)
        {
            throw new ArgumentException($"The probabilities of '{name}' must sum to 1 (to {ProbabilitySumTolerance:G1}); they sum to {sum}.", nameof(probabilities));
        }
    }

    public static InvalidOperationException NoKraus(Channel channel) => new(
        $"'{channel.Name}' on {channel.QubitCount} qubits has no list of Kraus operators (there would be 4^{channel.QubitCount}); use Channel.Depolarizing.");

    /// <summary>The number of qubits of operators that preserve the trace.</summary>
    public static int KrausArity(string name, ImmutableArray<Complex[,]> operators)
    {
        int qubits = KrausSizes(name, operators);
        double deviation = SuperOperator.FromKraus(operators).TraceDeviation;
        if (deviation > Channel.Tolerance)
        {
            throw new ArgumentException(
                $"'{name}' does not preserve the trace: the largest entry of |Σ K†K − 1| is {deviation:G3}, allowed is {Channel.Tolerance:G1}; "
                + "scale or complete the operators.",
                nameof(operators));
        }

        return qubits;
    }

    /// <summary>The number of qubits of operators of the same size with finite entries.</summary>
    public static int KrausSizes(string name, ImmutableArray<Complex[,]> operators)
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

            if (!Finite(k))
            {
                throw new ArgumentException($"The Kraus operators of '{name}' must be finite; one has a NaN or infinite entry.", nameof(operators));
            }
        }

        return BitOperations.Log2((uint)size);
    }

    public static int SuperOperatorQubits(Complex[,] matrix, string what)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        int rows = matrix.GetLength(0), columns = matrix.GetLength(1);
        if (rows != columns || rows is not (4 or 16 or 64))
        {
            throw new ArgumentException($"{what} is 4×4, 16×16 or 64×64 (1-3 qubits); got {rows}×{columns}.", nameof(matrix));
        }

        return Finite(matrix)
            ? BitOperations.Log2((uint)rows) / 2
            : throw new ArgumentException($"{what} must be finite; it has a NaN or infinite entry.", nameof(matrix));
    }

    public static void Hermitian(string name, Complex[,] choi)
    {
        int size = choi.GetLength(0);
        double deviation = 0;
        for (int i = 0; i < size * size; i++)
        {
            deviation = Math.Max(deviation, (choi[i / size, i % size] - Complex.Conjugate(choi[i % size, i / size])).Magnitude);
        }

        if (deviation > Channel.Tolerance)
        {
            throw new ArgumentException(
                $"'{name}' does not keep Hermitian matrices Hermitian: the largest entry of |Λ − Λ†| of its Choi matrix Λ is {deviation:G3}, "
                + $"allowed is {Channel.Tolerance:G1}.",
                nameof(choi));
        }
    }

    public static void CompletelyPositive(string name, double leastEigenvalue)
    {
        if (leastEigenvalue < -Channel.Tolerance)
        {
            throw new ArgumentException(
                $"'{name}' is not completely positive: the least eigenvalue of its Choi matrix is {leastEigenvalue:G3}, allowed is {-Channel.Tolerance:G1}.",
                nameof(leastEigenvalue));
        }
    }

    public static void SameChannelQubits(int first, int second)
    {
        if (first != second)
        {
            throw new ArgumentException($"Both must act on the same number of qubits; got {first} and {second}.", nameof(second));
        }
    }

    public static void TensorQubits(int first, int second)
    {
        if (first + second > Channel.MaximumKrausQubits)
        {
            throw new ArgumentException(
                $"A product of channels acts on at most {Channel.MaximumKrausQubits} qubits; got {first} + {second}: apply them one after the other.", nameof(second));
        }
    }

    private static bool Finite(Complex[,] matrix) => matrix.Cast<Complex>().All(Complex.IsFinite);

    private static double Rest(string sum, ReadOnlySpan<double> p)
    {
        double rest = 1;
        foreach (double value in p)
        {
            rest -= value;
        }

        return rest >= -ProbabilitySumTolerance
            ? Math.Max(rest, 0)
            : throw new ArgumentException($"{sum} ≤ 1; got {1 - rest}.", nameof(p));
    }

    private static string Range(int minimum, int maximum) => minimum == maximum ? $"{minimum}" : $"{minimum}-{maximum}";

    private static string Interval(ChannelParameter parameter) => (parameter.Minimum, parameter.Maximum) switch
    {
        (double.NegativeInfinity, _) => "to be a finite number",
        (_, double.PositiveInfinity) => $"of {parameter.Minimum} or more",
        _ => $"in [{parameter.Minimum}, {parameter.Maximum}]",
    };
}

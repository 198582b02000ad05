using System.Collections.Immutable;
using System.Numerics;
using MathNet.Numerics.LinearAlgebra;
using QDiff.Engine.Gates;

namespace QDiff.Engine.Noise;

/// <summary>
/// A linear map ρ → E(ρ) on k qubits (k = 1-3, d = 2^k) as a matrix, and the other ways to write it. Immutable. It need not be a channel:
/// <see cref="LeastChoiEigenvalue"/> and <see cref="TraceDeviation"/> say how far it is from one, <see cref="ToChannel"/> makes it one or refuses.
/// </summary>
/// <remarks>
/// Conventions, those of Qiskit's quantum_info: columns are stacked, vec(ρ)[r + d·c] = ρ[r, c], so S = Σ_i conj(K_i) ⊗ K_i; the Choi matrix is
/// Λ = Σ_ij |i⟩⟨j| ⊗ E(|i⟩⟨j|), of trace d; the Pauli-transfer matrix R_ij = tr(P_i E(P_j))/d with P_i numbered as in
/// <see cref="Channel.PauliProbabilities"/>. Source: Wood, Biamonte and Cory 2015; of the Choi matrix's spectrum: Choi 1975
/// (docs/references.md: Wood2015, Choi1975).
/// </remarks>
public sealed class SuperOperator
{
    // Eigenvalues of a Choi matrix below this, of a total of d, are rounding and give no Kraus operator.
    private const double NegligibleEigenvalue = 1e-13;

    private readonly Complex[,] _matrix;

    private SuperOperator(Complex[,] matrix, int qubitCount)
    {
        _matrix = matrix;
        QubitCount = qubitCount;
    }

    /// <summary>Number of qubits k.</summary>
    public int QubitCount { get; }

    /// <summary>A copy of the d² × d² matrix S with vec(E(ρ)) = S vec(ρ).</summary>
    public Complex[,] Matrix => (Complex[,])_matrix.Clone();

    /// <summary>The least eigenvalue of the Choi matrix: 0 or more, to rounding, for a completely positive map.</summary>
    public double LeastChoiEigenvalue => Spectrum().EigenValues.Enumerate().Min(value => value.Real);

    /// <summary>The largest entry of |tr_out Λ − 1|, the same as of |Σ K†K − 1|: 0, to rounding, for a map that preserves the trace.</summary>
    public double TraceDeviation
    {
        get
        {
            int size = Dimension;
            double deviation = 0;
            for (int i = 0; i < size; i++)
            {
                for (int j = 0; j < size; j++)
                {
                    Complex trace = i == j ? -1 : 0;
                    for (int r = 0; r < size; r++)
                    {
                        trace += _matrix[r + size * r, i + size * j];
                    }

                    deviation = Math.Max(deviation, trace.Magnitude);
                }
            }

            return deviation;
        }
    }

    private int Dimension => 1 << QubitCount;

    /// <summary>The map of a channel.</summary>
    /// <exception cref="InvalidOperationException">It is a depolarizing channel on more than three qubits.</exception>
    public static SuperOperator Of(Channel channel)
    {
        ArgumentNullException.ThrowIfNull(channel);
        return OfKraus(channel.KrausOperators, channel.QubitCount);
    }

    /// <summary>The map of given Kraus operators, which need not preserve the trace.</summary>
    /// <param name="operators">At least one, all 2^k × 2^k for k = 1-3, with finite entries.</param>
    /// <exception cref="ArgumentException">Sizes or entries do not fit.</exception>
    public static SuperOperator FromKraus(IReadOnlyList<Complex[,]> operators)
    {
        ArgumentNullException.ThrowIfNull(operators);
        ImmutableArray<Complex[,]> own = [.. operators];
        return OfKraus(own, Guard.KrausSizes("these operators", own));
    }

    /// <summary>The map with a given superoperator.</summary>
    /// <param name="matrix">S, 4^k × 4^k for k = 1-3, with finite entries; copied.</param>
    /// <exception cref="ArgumentException">Another size, or an entry that is not finite.</exception>
    public static SuperOperator FromMatrix(Complex[,] matrix)
    {
        int qubits = Guard.SuperOperatorQubits(matrix, "A superoperator");
        return new SuperOperator((Complex[,])matrix.Clone(), qubits);
    }

    /// <summary>The map with a given Choi matrix.</summary>
    /// <param name="choi">Λ, 4^k × 4^k for k = 1-3, with finite entries.</param>
    /// <exception cref="ArgumentException">Another size, or an entry that is not finite.</exception>
    public static SuperOperator FromChoi(Complex[,] choi)
    {
        int qubits = Guard.SuperOperatorQubits(choi, "A Choi matrix");
        return new SuperOperator(Reshuffled(choi, 1 << qubits), qubits);
    }

    /// <summary>The map with a given Pauli-transfer matrix.</summary>
    /// <param name="transfer">R, 4^k × 4^k for k = 1-3, with finite entries.</param>
    /// <exception cref="ArgumentException">Another size, or an entry that is not finite.</exception>
    public static SuperOperator FromPauliTransfer(double[,] transfer)
    {
        ArgumentNullException.ThrowIfNull(transfer);
        int rows = transfer.GetLength(0), columns = transfer.GetLength(1);
        var entries = new Complex[rows, columns];
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                entries[i, j] = transfer[i, j];
            }
        }

        int qubits = Guard.SuperOperatorQubits(entries, "A Pauli-transfer matrix");
        Complex[,] paulis = PauliBasis(qubits);
        // S = V R V†/d, the columns of V being the vectorised Paulis.
        return new SuperOperator(
            Matrices.Scale(1.0 / (1 << qubits), Matrices.Multiply(Matrices.Multiply(paulis, entries), Matrices.Adjoint(paulis))), qubits);
    }

    /// <summary>The Choi matrix Λ, d² × d².</summary>
    public Complex[,] ToChoi() => Reshuffled(_matrix, Dimension);

    /// <summary>
    /// The Pauli-transfer matrix R, d² × d². Its imaginary part, which is zero for every map that keeps Hermitian matrices Hermitian, is left out.
    /// </summary>
    public double[,] ToPauliTransfer()
    {
        Complex[,] paulis = PauliBasis(QubitCount);
        Complex[,] transfer = Matrices.Multiply(Matrices.Multiply(Matrices.Adjoint(paulis), _matrix), paulis);
        int size = transfer.GetLength(0);
        var result = new double[size, size];
        for (int i = 0; i < size * size; i++)
        {
            result[i / size, i % size] = transfer[i / size, i % size].Real / Dimension;
        }

        return result;
    }

    /// <summary>
    /// The channel with this map, by its canonical Kraus operators: √λ_i times the eigenvectors of the Choi matrix, orthogonal to each other,
    /// at most d² of them, by falling λ, each with its largest entry real and positive.
    /// </summary>
    /// <param name="name">Name for messages.</param>
    /// <exception cref="ArgumentException">
    /// The map is not Hermiticity-preserving, not completely positive (the message has the least eigenvalue of the Choi matrix) or does not preserve the
    /// trace (the message has the deviation), each to 1e-6.
    /// </exception>
    public Channel ToChannel(string name = "user's channel")
    {
        Complex[,] choi = ToChoi();
        Guard.Hermitian(name, choi);
        var spectrum = Spectrum();
        int size = Dimension;
        double[] values = [.. spectrum.EigenValues.Enumerate().Select(value => value.Real)];
        Guard.CompletelyPositive(name, values.Min());
        int[] order = [.. Enumerable.Range(0, values.Length).Where(i => values[i] > NegligibleEigenvalue * size).OrderByDescending(i => values[i])];
        return Channel.FromKraus([.. order.Select(i => Operator(spectrum.EigenVectors.Column(i), Math.Sqrt(values[i]), size))], name);
    }

    /// <summary>This map, then <paramref name="next"/>.</summary>
    /// <exception cref="ArgumentException">The numbers of qubits differ.</exception>
    public SuperOperator Then(SuperOperator next)
    {
        ArgumentNullException.ThrowIfNull(next);
        Guard.SameChannelQubits(QubitCount, next.QubitCount);
        return new SuperOperator(Matrices.Multiply(next._matrix, _matrix), QubitCount);
    }

    // Λ[r + d·i, s + d·j] = S[r + d·s, i + d·j]; the same exchange of i and s leads back.
    private static Complex[,] Reshuffled(Complex[,] matrix, int size)
    {
        var result = new Complex[size * size, size * size];
        for (int r = 0; r < size; r++)
        {
            for (int s = 0; s < size; s++)
            {
                for (int i = 0; i < size; i++)
                {
                    for (int j = 0; j < size; j++)
                    {
                        result[r + size * i, s + size * j] = matrix[r + size * s, i + size * j];
                    }
                }
            }
        }

        return result;
    }

    private static SuperOperator OfKraus(ImmutableArray<Complex[,]> operators, int qubits)
    {
        int size = 1 << (2 * qubits);
        var sum = new Complex[size, size];
        foreach (Complex[,] k in operators)
        {
            Complex[,] term = Matrices.Kronecker(Matrices.Conjugate(k), k);
            for (int i = 0; i < size * size; i++)
            {
                sum[i / size, i % size] += term[i / size, i % size];
            }
        }

        return new SuperOperator(sum, qubits);
    }

    // Column j is vec(P_j).
    private static Complex[,] PauliBasis(int qubits)
    {
        int size = 1 << qubits, count = size * size;
        var basis = new Complex[count, count];
        for (int j = 0; j < count; j++)
        {
            Complex[,] pauli = Channel.PauliMatrix(j, qubits);
            for (int i = 0; i < count; i++)
            {
                basis[i, j] = pauli[i % size, i / size];
            }
        }

        return basis;
    }

    private static Complex[,] Operator(MathNet.Numerics.LinearAlgebra.Vector<Complex> eigenvector, double weight, int size)
    {
        Complex largest = eigenvector[0];
        foreach (Complex entry in eigenvector)
        {
            // Rounding does not choose between entries of the same size.
            largest = entry.Magnitude > largest.Magnitude * (1 + 1e-9) ? entry : largest;
        }

        Complex factor = weight * Complex.Conjugate(largest) / largest.Magnitude;
        var result = new Complex[size, size];
        for (int i = 0; i < size * size; i++)
        {
            result[i % size, i / size] = factor * eigenvector[i];
        }

        return result;
    }

    private MathNet.Numerics.LinearAlgebra.Factorization.Evd<Complex> Spectrum() =>
        CreateMatrix.DenseOfArray(ToChoi()).Evd(Symmetricity.Hermitian);
}

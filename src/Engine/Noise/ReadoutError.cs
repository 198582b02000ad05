using System.Numerics;

namespace QDiff.Engine.Noise;

/// <summary>
/// The confusion of measured bits on k qubits, k = 1-6: the probability P(read | prepared) that a measurement in the computational basis answers
/// <c>read</c> where the state was <c>prepared</c>. For k above 1 errors may be correlated. Immutable.
/// </summary>
/// <remarks>
/// Laid out as in Qiskit Aer's ReadoutError: row = prepared, column = read, so rows sum to 1; the first qubit is the least significant bit of both.
/// Probabilities p of answers become p'(read) = Σ_prepared P(read | prepared) p(prepared).
/// </remarks>
public sealed class ReadoutError
{
    /// <summary>Greatest number of qubits of one error: 6.</summary>
    public const int MaximumQubits = 6;

    private readonly double[,] _probabilities;

    /// <summary>The error with a given confusion matrix.</summary>
    /// <param name="probabilities">[prepared, read], 2^k × 2^k for k = 1-6; entries in [0, 1], each row with sum 1 to 1e-6; copied.</param>
    /// <exception cref="ArgumentException">Another size, or a row that is no probability distribution.</exception>
    public ReadoutError(double[,] probabilities)
    {
        QubitCount = Guard.Confusion(probabilities);
        _probabilities = (double[,])probabilities.Clone();
    }

    /// <summary>Number of qubits k.</summary>
    public int QubitCount { get; }

    /// <summary>A copy of the confusion matrix, [prepared, read].</summary>
    public double[,] Probabilities => (double[,])_probabilities.Clone();

    /// <summary>P(read | prepared).</summary>
    /// <param name="read">What the measurement answers, 0 to 2^k − 1.</param>
    /// <param name="prepared">What the state is, 0 to 2^k − 1.</param>
    public double Probability(int read, int prepared) => _probabilities[prepared, read];

    /// <summary>The error of one qubit.</summary>
    /// <param name="oneGivenZero">P(1 | 0), in [0, 1].</param>
    /// <param name="zeroGivenOne">P(0 | 1), in [0, 1].</param>
    /// <exception cref="ArgumentException">A probability is outside [0, 1].</exception>
    public static ReadoutError FromFlips(double oneGivenZero, double zeroGivenOne)
    {
        Guard.Flip("P(1 | 0)", oneGivenZero);
        Guard.Flip("P(0 | 1)", zeroGivenOne);
        return new(new[,] { { 1 - oneGivenZero, oneGivenZero }, { zeroGivenOne, 1 - zeroGivenOne } });
    }

    /// <summary>Independent errors side by side: this one on the first qubits, <paramref name="other"/> on those that follow; at most six in all.</summary>
    /// <exception cref="ArgumentException">There would be more than six qubits.</exception>
    public ReadoutError Tensor(ReadoutError other)
    {
        ArgumentNullException.ThrowIfNull(other);
        Guard.ReadoutErrorQubits(QubitCount + other.QubitCount);
        int low = 1 << QubitCount, size = low << other.QubitCount;
        var product = new double[size, size];
        for (int prepared = 0; prepared < size; prepared++)
        {
            for (int read = 0; read < size; read++)
            {
                product[prepared, read] =
                    other._probabilities[prepared / low, read / low] * _probabilities[prepared % low, read % low];
            }
        }

        return new ReadoutError(product);
    }

    /// <summary>
    /// The channel that a measurement without error must follow to give the same answers: Kraus operators √P(read | prepared) |read⟩⟨prepared|.
    /// It leaves the qubits in the state that was read, where a real misreading leaves them in the one that was prepared.
    /// </summary>
    /// <exception cref="InvalidOperationException">The error is on more than three qubits.</exception>
    public Channel ToChannel()
    {
        Guard.ReadoutChannel(QubitCount);
        int size = 1 << QubitCount;
        var operators = new List<Complex[,]>();
        for (int prepared = 0; prepared < size; prepared++)
        {
            for (int read = 0; read < size; read++)
            {
                if (_probabilities[prepared, read] > 0)
                {
                    var k = new Complex[size, size];
                    k[read, prepared] = Math.Sqrt(_probabilities[prepared, read]);
                    operators.Add(k);
                }
            }
        }

        return Channel.FromKraus(operators, "readout error");
    }

    /// <summary>
    /// The answer that a uniform number in (0, 1) draws: the first whose running sum of P(read | prepared) exceeds it, and none of probability 0.
    /// </summary>
    internal int Draw(int prepared, double uniform)
    {
        double sum = 0;
        int last = 0;
        for (int read = 0; read < 1 << QubitCount; read++)
        {
            double p = _probabilities[prepared, read];
            if (p > 0)
            {
                sum += p;
                last = read;
                if (uniform < sum)
                {
                    break;
                }
            }
        }

        return last;
    }
}

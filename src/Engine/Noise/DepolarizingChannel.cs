using System.Collections.Immutable;
using System.Numerics;

namespace QDiff.Engine.Noise;

/// <summary>
/// The depolarizing channel on k qubits together: ρ → (1 − p) ρ + p tr(ρ) I/2^k, which shrinks the expectation of every Pauli string but the
/// identity by 1 − p (on one qubit: every Bloch vector). As a mixture: each of the 4^k − 1 Pauli strings but the identity with probability p/4^k.
/// </summary>
/// <remarks>
/// p is the weight of the maximally mixed state, in [0, 4^k/(4^k − 1)]: at 1 the output is I/2^k whatever the input; above 1 the Bloch vector
/// is inverted, by a factor 1/(4^k − 1) at most (one qubit: 1/3 at p = 4/3, the universal NOT's best approximation). The other common
/// convention, the probability P that some Pauli error happens, is <see cref="ErrorProbability"/> = p (1 − 4^−k): 3p/4 on one qubit, 15p/16 on two.
/// Source: Nielsen and Chuang, section 8.3.4; of the gate fidelity: Nielsen 2002 (docs/references.md: NielsenChuang2010, Nielsen2002).
/// </remarks>
public sealed record DepolarizingChannel
{
    /// <summary>The greatest p for which the map on one qubit is completely positive: 4/3.</summary>
    public const double Maximum = 4.0 / 3;

    /// <summary>The channel of strength <paramref name="p"/>.</summary>
    /// <param name="p">Weight of the maximally mixed state, in [0, 4^k/(4^k − 1)].</param>
    /// <param name="qubits">k, 1-30.</param>
    /// <exception cref="ArgumentOutOfRangeException">p or the number of qubits is outside its range or not a number.</exception>
    public DepolarizingChannel(double p, int qubits = 1)
    {
        Guard.Depolarizing(p, qubits);
        P = p;
        QubitCount = qubits;
    }

    /// <summary>Weight of the maximally mixed state, in [0, 4^k/(4^k − 1)].</summary>
    public double P { get; }

    /// <summary>Number of qubits k.</summary>
    public int QubitCount { get; }

    /// <summary>The factor on Bloch vector and Pauli expectations: 1 − p, in [−1/(4^k − 1), 1].</summary>
    public double Shrink => 1 - P;

    /// <summary>The probability of each Pauli string but the identity in the mixture: p/4^k (one qubit: p/4 each of X, Y and Z).</summary>
    public double PauliProbability => P / Strings(QubitCount);

    /// <summary>
    /// The probability p (1 − 4^−k) that the mixture applies a string other than the identity, all 4^k − 1 of which are equally likely; in [0, 1].
    /// </summary>
    public double ErrorProbability => Math.Min(P * (1 - 1 / Strings(QubitCount)), 1);

    /// <summary>
    /// Average over all pure inputs of the fidelity of output and input: F = 1 − p (d − 1)/d with d = 2^k, in [1/(d + 1), 1].
    /// </summary>
    public double AverageGateFidelity => 1 - P * (1 - 1 / Dimension(QubitCount));

    /// <summary>The greatest p for which the map on <paramref name="qubits"/> qubits is completely positive: 4^k/(4^k − 1).</summary>
    public static double MaximumOf(int qubits) => Strings(qubits) / (Strings(qubits) - 1);

    /// <summary>The channel that shrinks Bloch vectors by <paramref name="shrink"/>.</summary>
    /// <param name="shrink">1 − p, in [−1/(4^k − 1), 1].</param>
    /// <param name="qubits">k, 1-30.</param>
    /// <exception cref="ArgumentOutOfRangeException">The factor is outside its range or not a number.</exception>
    public static DepolarizingChannel FromShrink(double shrink, int qubits = 1) => new(1 - shrink, qubits);

    /// <summary>
    /// The channel after an ideal gate that makes a gate of average fidelity F: p = (1 − F) d/(d − 1), that is 2(1 − F) on one qubit and
    /// 4(1 − F)/3 on two.
    /// </summary>
    /// <param name="fidelity">F, in [1/(d + 1), 1] with d = 2^k.</param>
    /// <param name="qubits">k, 1-30.</param>
    /// <exception cref="ArgumentOutOfRangeException">The fidelity is outside its range or not a number.</exception>
    public static DepolarizingChannel FromGateFidelity(double fidelity, int qubits)
    {
        Guard.GateFidelity(fidelity, qubits);
        return new DepolarizingChannel(Math.Min((1 - fidelity) / (1 - 1 / Dimension(qubits)), MaximumOf(qubits)), qubits);
    }

    /// <summary>
    /// As a channel of programs. On 1-3 qubits with its Kraus operators and Pauli table; on more qubits, whose table would have 4^k entries, with
    /// <see cref="Channel.Depolarizing"/> alone.
    /// </summary>
    public Channel ToChannel()
    {
        ImmutableArray<double> probabilities = [];
        if (QubitCount <= Channel.MaximumKrausQubits)
        {
            double[] table = new double[1 << (2 * QubitCount)];
            Array.Fill(table, PauliProbability);
            table[0] = 1 - ErrorProbability;
            probabilities = [.. table];
        }

        return new Channel("Depolarizing", [P], QubitCount, kraus: [], probabilities, unitaries: [], this);
    }

    private static double Strings(int qubits) => Math.ScaleB(1, 2 * qubits);

    private static double Dimension(int qubits) => Math.ScaleB(1, qubits);
}

namespace QDiff.Engine.Noise;

/// <summary>
/// The depolarizing channel on one qubit: ρ → (1 − p) ρ + p I/2, which shrinks every Bloch vector by 1 − p.
/// As a mixture of Paulis: ρ → (1 − 3p/4) ρ + (p/4)(XρX + YρY + ZρZ).
/// </summary>
/// <remarks>
/// p is the weight of the maximally mixed state, in [0, 4/3]: at 1 the output is I/2 whatever the input; above 1 the Bloch vector
/// is inverted, by a factor 1/3 at most (p = 4/3, the universal NOT's best approximation). The other common convention, the
/// probability P that some Pauli error happens, is P = 3p/4. Source: Nielsen and Chuang, section 8.3.4 (docs/references.md: NielsenChuang2010).
/// </remarks>
public sealed record DepolarizingChannel
{
    /// <summary>The greatest p for which the map is completely positive: 4/3.</summary>
    public const double Maximum = 4.0 / 3;

    /// <summary>The channel of strength <paramref name="p"/>.</summary>
    /// <param name="p">Weight of the maximally mixed state, in [0, 4/3].</param>
    /// <exception cref="ArgumentOutOfRangeException">p is outside its range or not a number.</exception>
    public DepolarizingChannel(double p)
    {
        Guard.Depolarizing(p);
        P = p;
    }

    /// <summary>Weight of the maximally mixed state, in [0, 4/3].</summary>
    public double P { get; }

    /// <summary>The factor on the Bloch vector: 1 − p, in [−1/3, 1].</summary>
    public double Shrink => 1 - P;

    /// <summary>The probability of each of X, Y and Z in the Pauli mixture: p/4.</summary>
    public double PauliProbability => P / 4;

    /// <summary>The channel that shrinks Bloch vectors by <paramref name="shrink"/>.</summary>
    /// <param name="shrink">1 − p, in [−1/3, 1].</param>
    /// <exception cref="ArgumentOutOfRangeException">The factor is outside its range or not a number.</exception>
    public static DepolarizingChannel FromShrink(double shrink) => new(1 - shrink);
}

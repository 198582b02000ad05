using System.Numerics;
using QDiff.Engine.States;

namespace QDiff.Engine.Measurement;

/// <summary>
/// The von Neumann entropy S = −tr ρ log ρ: 0 for a pure state, n bits for the maximally mixed one.
/// Source: Nielsen and Chuang, section 11.3 (docs/references.md: NielsenChuang2010).
/// </summary>
public static class Entropy
{
    /// <summary>S of every state of a batch.</summary>
    /// <param name="states">ρ, [batch].</param>
    /// <param name="logarithmBase">2 for bits, as Qiskit's <c>entropy</c>, or <see cref="Math.E"/> for nats; above 1.</param>
    /// <returns>[batch] values; eigenvalues that rounding made negative count as 0.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The base is not above 1.</exception>
    public static double[] VonNeumann<T>(DensityMatrixBatch<T> states, double logarithmBase = 2)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(states);
        Guard.LogarithmBase(logarithmBase);
        var entropies = new double[states.Batch];
        Parallel.For(0, states.Batch, sample =>
            entropies[sample] = Sum(HermitianSpectrum.Eigenvalues(states.InDouble(sample))) / Math.Log(logarithmBase));
        return entropies;
    }

    /// <summary>−Σ p ln p over the values above 0.</summary>
    internal static double Sum(params ReadOnlySpan<double> values)
    {
        double sum = 0;
        foreach (double p in values)
        {
            sum -= p > 0 ? p * Math.Log(p) : 0;
        }

        return sum;
    }
}

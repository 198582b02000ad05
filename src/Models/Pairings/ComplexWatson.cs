using System.Numerics;
using QDiff.Engine.Randomness;

namespace QDiff.Models.Pairings;

/// <summary>
/// The complex Watson distribution of pure states ψ of dimension D about a state μ: density ∝ exp(κ |⟨μ|ψ⟩|²) with respect to the uniform (Haar)
/// measure (Mardia and Dryden 1999, docs/references.md: MardiaDryden1999). It is invariant under the unitaries that keep μ, so its mean is
/// α |μ⟩⟨μ| + (1 − α) 1/D: exactly what depolarizing noise makes of μ. For D = 2 it is the von Mises-Fisher distribution.
/// </summary>
/// <remarks>
/// u = 1 − |⟨μ|ψ⟩|² has density ∝ u^(D−2) e^(−κu) on [0, 1], drawn from a table of its distribution function; the part of ψ across μ is uniform.
/// </remarks>
internal sealed class ComplexWatson
{
    private const int Cells = 2000;

    // A gamma variate of shape D − 1 ≤ 15 is beyond this many units with a probability below 10⁻⁸.
    private const double Farthest = 60;

    private readonly double _limit;
    private readonly double[] _cumulative;

    /// <summary>Makes the distribution whose mean keeps the share α of μ.</summary>
    /// <param name="dimension">D, 2 to 16.</param>
    /// <param name="kept">α in [0, 1).</param>
    public ComplexWatson(int dimension, double kept)
    {
        double wanted = (1 - kept) * (dimension - 1) / dimension;
        double low = 0, high = 1;
        while (Mean(dimension, high) > wanted)
        {
            high *= 2;
        }

        for (int i = 0; i < 60; i++)
        {
            double middle = (low + high) / 2;
            (low, high) = Mean(dimension, middle) > wanted ? (middle, high) : (low, middle);
        }

        double kappa = kept == 0 ? 0 : (low + high) / 2;
        _limit = Limit(kappa);
        _cumulative = new double[Cells + 1];
        for (int i = 0; i < Cells; i++)
        {
            _cumulative[i + 1] = _cumulative[i] + Density(dimension, kappa, (i + 0.5) * _limit / Cells);
        }
    }

    /// <summary>Draws a state about <paramref name="mean"/>.</summary>
    public Complex[] Draw(ReadOnlySpan<Complex> mean, CounterRandom random)
    {
        Complex[] across = Haar(mean.Length, random);
        Complex overlap = 0;
        for (int k = 0; k < mean.Length; k++)
        {
            overlap += Complex.Conjugate(mean[k]) * across[k];
        }

        for (int k = 0; k < mean.Length; k++)
        {
            across[k] -= overlap * mean[k];
        }

        PureState.Normalise(across);
        double u = Inverse(random.Double(0));
        for (int k = 0; k < mean.Length; k++)
        {
            across[k] = (Math.Sqrt(1 - u) * mean[k]) + (Math.Sqrt(u) * across[k]);
        }

        return across;
    }

    /// <summary>Draws a uniformly random state. Reads blocks 1 and up of the stream.</summary>
    public static Complex[] Haar(int dimension, CounterRandom random)
    {
        var state = new Complex[dimension];
        for (int k = 0; k < dimension; k++)
        {
            (double real, double imaginary) = random.NormalPair(1 + k);
            state[k] = new Complex(real, imaginary);
        }

        PureState.Normalise(state);
        return state;
    }

    private static double Limit(double kappa) => Math.Min(1, Farthest / Math.Max(kappa, 1e-300));

    private static double Density(int dimension, double kappa, double u) => Math.Pow(u, dimension - 2) * Math.Exp(-kappa * u);

    private static double Mean(int dimension, double kappa)
    {
        double mass = 0, moment = 0;
        for (int i = 0; i < Cells; i++)
        {
            double u = (i + 0.5) * Limit(kappa) / Cells, density = Density(dimension, kappa, u);
            mass += density;
            moment += u * density;
        }

        return moment / mass;
    }

    private double Inverse(double share)
    {
        double wanted = share * _cumulative[Cells];
        int found = Array.BinarySearch(_cumulative, wanted);
        int cell = Math.Clamp(found >= 0 ? found : ~found - 1, 0, Cells - 1);
        double inside = (wanted - _cumulative[cell]) / (_cumulative[cell + 1] - _cumulative[cell]);
        return Math.Clamp((cell + inside) * _limit / Cells, 0, 1);
    }
}

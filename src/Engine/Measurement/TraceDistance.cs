using System.Numerics;
using QDiff.Engine.States;

namespace QDiff.Engine.Measurement;

/// <summary>
/// The trace distance D = ½ tr |ρ − σ| of states: 0 for the same state, 1 for orthogonal ones; (1 + D)/2 is the best chance to tell the two
/// apart in one measurement. Source: Nielsen and Chuang, section 9.2.1 (docs/references.md: NielsenChuang2010).
/// </summary>
public static class TraceDistance
{
    /// <summary>D of each state of <paramref name="first"/> with its partner.</summary>
    /// <param name="first">ρ, [batch].</param>
    /// <param name="second">σ of the same register: [batch], or a single one that is every state's partner.</param>
    /// <returns>[batch] values in [0, 1] up to rounding.</returns>
    /// <exception cref="ArgumentException">The registers differ, or the batches differ and the second is not a single state.</exception>
    public static double[] Between<T>(DensityMatrixBatch<T> first, DensityMatrixBatch<T> second)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        Guard.DensityPartners(first.Batch, first.QubitCount, second.Batch, second.QubitCount);
        var distances = new double[first.Batch];
        Parallel.For(0, first.Batch, sample =>
        {
            double[] difference = first.InDouble(sample), partner = second.InDouble(second.Batch == 1 ? 0 : sample);
            for (int i = 0; i < difference.Length; i++)
            {
                difference[i] -= partner[i];
            }

            distances[sample] = HermitianSpectrum.Eigenvalues(difference).Sum(Math.Abs) / 2;
        });
        return distances;
    }
}

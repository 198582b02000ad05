using System.Numerics;
using QDiff.Models.Metrics;

namespace QDiff.Models.Pairings;

/// <summary>How far one sample of pure states is from another.</summary>
/// <param name="MeanFidelity">
/// Mean |⟨φ|ψ⟩|² over the matching of each state of one sample with one of the other that makes it greatest. For an ensemble of one state it is
/// the mean fidelity with that state; 1 minus it is <see cref="Wasserstein"/>.
/// </param>
/// <param name="Mmd">Squared maximum mean discrepancy with the kernel |⟨φ|ψ⟩|², which compares mean states alone; unbiased, so it may be below 0.</param>
/// <param name="MmdOfPairs">The same with |⟨φ|ψ⟩|⁴, which compares mean states of two copies.</param>
public sealed record StateDistances(double MeanFidelity, double Mmd, double MmdOfPairs)
{
    /// <summary>Wasserstein distance with cost 1 − |⟨φ|ψ⟩|².</summary>
    public double Wasserstein => 1 - MeanFidelity;

    /// <summary>Compares two samples of equal size.</summary>
    internal static StateDistances Between(Complex[][] a, Complex[][] b)
    {
        int n = a.Length;
        var cost = new double[n, n];
        var sums = new (double Within, double WithinPairs, double Across, double AcrossPairs)[n];
        Parallel.For(0, n, i =>
        {
            for (int j = 0; j < n; j++)
            {
                double across = PureState.Fidelity(a[i], b[j]);
                cost[i, j] = 1 - across;
                sums[i].Across += across;
                sums[i].AcrossPairs += across * across;
                if (i != j)
                {
                    double ofA = PureState.Fidelity(a[i], a[j]), ofB = PureState.Fidelity(b[i], b[j]);
                    sums[i].Within += ofA + ofB;
                    sums[i].WithinPairs += (ofA * ofA) + (ofB * ofB);
                }
            }
        });
        double all = (double)n * n, others = (double)n * (n - 1);
        return new StateDistances(
            1 - OptimalTransport.Cost(cost),
            (sums.Sum(s => s.Within) / others) - (2 * sums.Sum(s => s.Across) / all),
            (sums.Sum(s => s.WithinPairs) / others) - (2 * sums.Sum(s => s.AcrossPairs) / all));
    }

    /// <summary>The mean of several comparisons.</summary>
    internal static StateDistances Mean(IReadOnlyList<StateDistances> all) =>
        new(all.Average(d => d.MeanFidelity), all.Average(d => d.Mmd), all.Average(d => d.MmdOfPairs));
}

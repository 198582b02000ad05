using System.Collections.Immutable;
using MathNet.Numerics.LinearAlgebra;
using QDiff.Engine.Noise;

namespace QDiff.Engine.Mitigation;

/// <summary>
/// Undoes readout errors that have been calibrated: counts are f = A p up to their statistics, with A the confusion of all qubits, and p is wanted.
/// </summary>
public sealed class ReadoutMitigator
{
    /// <summary>Greatest number of qubits of <see cref="Probabilities"/>, which works on vectors of 2^n numbers: 20.</summary>
    public const int MaximumDenseQubits = 20;

    private const int MostIterations = 100_000;
    private const int LargestDirect = 2048;
    private const double Tolerance = 1e-12;

    private readonly ReadoutNoise _noise;
    private readonly ImmutableArray<(ImmutableArray<int> Positions, Matrix<double> Confusion, Matrix<double> Inverse)> _groups;
    private readonly double _lipschitz;

    /// <summary>Inverts the confusion matrices.</summary>
    /// <param name="calibrated">The errors, from <see cref="ReadoutCalibration"/>; on 1-30 qubits.</param>
    /// <exception cref="ArgumentException">A confusion matrix cannot be inverted: what was prepared leaves no trace in what is read.</exception>
    public ReadoutMitigator(ReadoutNoise calibrated)
    {
        ArgumentNullException.ThrowIfNull(calibrated);
        Guard.QubitCount(calibrated.Width);
        _noise = calibrated;
        var groups = ImmutableArray.CreateBuilder<(ImmutableArray<int>, Matrix<double>, Matrix<double>)>();
        _lipschitz = 1;
        foreach (ReadoutGroup group in calibrated.Groups)
        {
            int size = 1 << group.Error.QubitCount;
            Matrix<double> confusion = Matrix<double>.Build.Dense(size, size, group.Error.Probability);
            var singular = confusion.Svd(computeVectors: false).S;
            Guard.InvertibleConfusion(singular.Minimum(), group.Positions);
            groups.Add((group.Positions, confusion, confusion.Inverse()));
            _lipschitz *= singular.Maximum() * singular.Maximum();
        }

        _groups = groups.ToImmutable();
    }

    /// <summary>Number of qubits.</summary>
    public int QubitCount => _noise.Width;

    /// <summary>
    /// The probabilities p that minimise |A p − f|² among all p ≥ 0 with Σ p = 1. Where A⁻¹f is such a p it is the answer; else accelerated projected
    /// gradient descent with restarts (Beck and Teboulle 2009, O'Donoghue and Candès 2015, docs/references.md: BeckTeboulle2009, ODonoghueCandes2015).
    /// </summary>
    /// <param name="counts">How often each outcome was read; 1-20 qubits.</param>
    /// <returns>[2^n].</returns>
    /// <remarks>Cost: two multiplications by A an iteration, n·2^n each for errors of single qubits.</remarks>
    /// <exception cref="ArgumentException">There are no counts, an outcome is outside the register, or there are too many qubits.</exception>
    public double[] Probabilities(IReadOnlyDictionary<int, int> counts)
    {
        Guard.DenseMitigation(QubitCount);
        double[] read = new double[1 << QubitCount];
        double total = Guard.MitigatedCounts(counts, QubitCount);
        foreach (var (outcome, count) in counts)
        {
            read[outcome] = count / total;
        }

        double[] best = (double[])read.Clone();
        foreach (var (positions, _, inverse) in _groups)
        {
            ReadoutNoise.Transform(best, positions, (r, c) => inverse[r, c]);
        }

        if (best.Min() >= 0)
        {
            return best;
        }

        best = Simplex.Project(best);
        double[] ahead = (double[])best.Clone();
        double momentum = 1;
        for (int iteration = 0; iteration < MostIterations; iteration++)
        {
            double[] slope = _noise.Apply(ahead);
            for (int i = 0; i < slope.Length; i++)
            {
                slope[i] -= read[i];
            }

            foreach (var (positions, confusion, _) in _groups)
            {
                ReadoutNoise.Transform(slope, positions, (r, c) => confusion[c, r]);
            }

            double[] next = Simplex.Project([.. ahead.Zip(slope, (p, s) => p - s / _lipschitz)]);
            double change = 0, uphill = 0;
            for (int i = 0; i < next.Length; i++)
            {
                change = Math.Max(change, Math.Abs(next[i] - best[i]));
                uphill += (ahead[i] - next[i]) * (next[i] - best[i]);
            }

            double faster = uphill > 0 ? 1 : (1 + Math.Sqrt(1 + 4 * momentum * momentum)) / 2;
            double carry = uphill > 0 ? 0 : (momentum - 1) / faster;
            for (int i = 0; i < next.Length; i++)
            {
                ahead[i] = next[i] + carry * (next[i] - best[i]);
            }

            (best, momentum) = (next, faster);
            if (change < Tolerance)
            {
                break;
            }
        }

        return best;
    }

    /// <summary>Counts as if they had been read without error: <see cref="Probabilities"/> × shots.</summary>
    /// <inheritdoc cref="Probabilities" path="/param"/>
    /// <inheritdoc cref="Probabilities" path="/exception"/>
    public SortedDictionary<int, double> Counts(IReadOnlyDictionary<int, int> counts)
    {
        double[] probabilities = Probabilities(counts);
        double total = counts.Values.Sum(count => (double)count);
        return new(probabilities.Index().Where(p => p.Item > 0).ToDictionary(p => p.Index, p => p.Item * total));
    }

    /// <summary>
    /// The quasi-probabilities of the outcomes that were observed, for many qubits: A restricted to them, its columns scaled to sum 1, is
    /// inverted (Nation et al. 2021, docs/references.md: Nation2021). Some may be negative; they sum to 1.
    /// </summary>
    /// <param name="counts">How often each outcome was read.</param>
    /// <remarks>Cost: LU decomposition of N² numbers up to N = 2048 observed outcomes; beyond, N²·groups multiplications an iteration.</remarks>
    /// <exception cref="ArgumentException">There are no counts, or an outcome is outside the register.</exception>
    /// <exception cref="InvalidOperationException">The restricted matrix cannot be inverted.</exception>
    public QuasiDistribution Quasi(IReadOnlyDictionary<int, int> counts) => Quasi(counts, LargestDirect);

    internal QuasiDistribution Quasi(IReadOnlyDictionary<int, int> counts, int largestDirect)
    {
        double total = Guard.MitigatedCounts(counts, QubitCount);
        int[] observed = [.. counts.Where(c => c.Value > 0).Select(c => c.Key).Order()];
        double[] read = [.. observed.Select(outcome => counts[outcome] / total)];
        var reduced = new ReducedConfusion(_groups.Select(g => (g.Positions, g.Confusion.ToArray())), observed);
        double[] solved = observed.Length <= largestDirect ? reduced.SolveDirectly(read) : reduced.SolveByIteration(read);
        return new QuasiDistribution(new(observed.Zip(solved).ToDictionary(p => p.First, p => p.Second)));
    }

    /// <summary>
    /// The mitigated expectation value of a product of Z on some qubits, Σ_x (A⁻¹f)_x (−1)^{|x ∧ support|}: unbiased, and with errors of single qubits the
    /// cost of one pass over the counts.
    /// </summary>
    /// <param name="counts">How often each outcome was read, in the basis where the string is a product of Z.</param>
    /// <param name="support">The qubits of the product, as a mask.</param>
    /// <exception cref="ArgumentException">There are no counts, or an outcome or the support is outside the register.</exception>
    public double Expectation(IReadOnlyDictionary<int, int> counts, int support)
    {
        double total = Guard.MitigatedCounts(counts, QubitCount);
        Guard.BasisState(support, QubitCount);

        // Row of A⁻¹ ⊗ … contracted with the signs: a factor for every group and every pattern that it reads.
        var factors = _groups.Select(g =>
        {
            int size = g.Inverse.RowCount;
            int own = Pattern(support, g.Positions);
            return (g.Positions, Factor: (double[])[.. Enumerable.Range(0, size).Select(read =>
                Enumerable.Range(0, size).Sum(p => g.Inverse[p, read] * Sign(p & own)))]);
        }).ToArray();
        int bare = support & ~_groups.Aggregate(0, (mask, g) => g.Positions.Aggregate(mask, (m, q) => m | 1 << q));
        return counts.Sum(c => c.Value * factors.Aggregate((double)Sign(c.Key & bare), (product, f) => product * f.Factor[Pattern(c.Key, f.Positions)])) / total;
    }

    internal static int Pattern(int outcome, ImmutableArray<int> positions)
    {
        int pattern = 0;
        for (int i = 0; i < positions.Length; i++)
        {
            pattern |= ((outcome >> positions[i]) & 1) << i;
        }

        return pattern;
    }

    private static int Sign(int bits) => (int.PopCount(bits) & 1) == 0 ? 1 : -1;
}

namespace QDiff.Engine.Mitigation;

/// <summary>Numbers that sum to 1 and stand for probabilities of outcomes; mitigation may leave some negative.</summary>
/// <param name="Weights">The numbers by outcome; outcomes that are not listed have 0.</param>
public sealed record QuasiDistribution(SortedDictionary<int, double> Weights)
{
    /// <summary>Σ_x w_x (−1)^{|x ∧ support|}: the value of a product of Z on the qubits of a mask.</summary>
    public double Expectation(int support) => Weights.Sum(w => (int.PopCount(w.Key & support) & 1) == 0 ? w.Value : -w.Value);

    /// <summary>The nearest probabilities, in the sense of least squares.</summary>
    public SortedDictionary<int, double> NearestProbabilities()
    {
        double[] projected = Simplex.Project([.. Weights.Values]);
        return new(Weights.Keys.Zip(projected).Where(p => p.Second > 0).ToDictionary(p => p.First, p => p.Second));
    }
}

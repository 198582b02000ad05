using QDiff.Engine.Measurement;
using QDiff.Engine.Observables;

namespace QDiff.Engine.Density;

/// <summary>Which coefficients a readout reads: of the strings asked for, or of all 2^n strings of I and Z, bit q for Z on qubit q.</summary>
internal sealed class ReadoutPlaces
{
    public ReadoutPlaces(Readout readout, long[] strides)
    {
        IsBorn = readout.IsBorn;
        Places = IsBorn
            ? [.. Enumerable.Range(0, readout.Count).Select(zs => Place(zs, strides))]
            : [.. readout.Strings.Select(text => text.Factors.Sum(factor => (long)factor.Pauli * strides[factor.Qubit]))];
    }

    /// <summary>Whether the coefficients are turned into Born probabilities.</summary>
    public bool IsBorn { get; }

    /// <summary>Where the coefficients lie in a state.</summary>
    public long[] Places { get; }

    /// <summary>Where the string with Z on the qubits of a mask lies.</summary>
    public static long Place(int zs, long[] strides)
    {
        long place = 0;
        for (int q = 0; q < strides.Length; q++)
        {
            place += ((zs >> q) & 1) * (long)Pauli.Z * strides[q];
        }

        return place;
    }

    /// <summary>Σ_s (−1)^{|b ∧ s|} v_s / 2^n for every b, in place: Z coefficients into probabilities, or cotangents of those into cotangents of these.</summary>
    public static void ToProbabilities(Span<double> values)
    {
        WalshHadamard.Transform(values);
        double scale = 1.0 / values.Length;
        for (int i = 0; i < values.Length; i++)
        {
            values[i] *= scale;
        }
    }
}

using System.Numerics;
using QDiff.Engine.States;

namespace QDiff.Engine.Measurement;

/// <summary>The fidelity of pure states, F = |⟨a|b⟩|²: 1 for the same state (up to a phase), 0 for orthogonal ones.</summary>
public static class Fidelity
{
    /// <summary>F of each state of <paramref name="first"/> with its partner in <paramref name="second"/>.</summary>
    /// <param name="first">Normalised states, [batch].</param>
    /// <param name="second">Normalised states of the same register: [batch], or a single one that is every state's partner.</param>
    /// <returns>[batch] values in [0, 1] up to rounding; the inner products are summed in double.</returns>
    /// <exception cref="ArgumentException">The registers differ, or the batches differ and the second is not a single state.</exception>
    public static double[] Between<T>(StateVectorBatch<T> first, StateVectorBatch<T> second)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        Guard.FidelityPartners(first.Batch, first.QubitCount, second.Batch, second.QubitCount);
        var fidelities = new double[first.Batch];
        Parallel.For(0, first.Batch, sample =>
        {
            var inner = Inner(first, sample, second, second.Batch == 1 ? 0 : sample);
            fidelities[sample] = inner.Real * inner.Real + inner.Imaginary * inner.Imaginary;
        });
        return fidelities;
    }

    /// <summary>⟨a|b⟩ of two states, summed in double.</summary>
    private static Complex Inner<T>(StateVectorBatch<T> a, int i, StateVectorBatch<T> b, int j)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Span<T> aReal = a.Real(i), aImaginary = a.Imaginary(i), bReal = b.Real(j), bImaginary = b.Imaginary(j);
        double real = 0, imaginary = 0;
        for (var k = 0; k < aReal.Length; k++)
        {
            double ar = double.CreateTruncating(aReal[k]), ai = double.CreateTruncating(aImaginary[k]);
            double br = double.CreateTruncating(bReal[k]), bi = double.CreateTruncating(bImaginary[k]);
            real += ar * br + ai * bi;
            imaginary += ar * bi - ai * br;
        }

        return new Complex(real, imaginary);
    }
}

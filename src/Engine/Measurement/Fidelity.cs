using System.Numerics;
using QDiff.Engine.States;

namespace QDiff.Engine.Measurement;

/// <summary>
/// The fidelity of states: |⟨a|b⟩|² of pure ones, ⟨b|ρ|b⟩ of a mixed and a pure one, Uhlmann's (tr √(√ρ σ √ρ))² of mixed ones; 1 for the same state, 0 for
/// orthogonal ones. Some authors call its root the fidelity.
/// </summary>
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

    /// <summary>Uhlmann's fidelity F = (tr √(√ρ σ √ρ))² = (Σ singular values of √ρ √σ)².</summary>
    /// <param name="first">ρ, [batch].</param>
    /// <param name="second">σ of the same register: [batch], or a single one that is every state's partner.</param>
    /// <returns>[batch] values in [0, 1] up to rounding, whose effect is its square root for states without full rank.</returns>
    /// <exception cref="ArgumentException">The registers differ, or the batches differ and the second is not a single state.</exception>
    /// <remarks>Two eigen-decompositions and a singular-value decomposition of 2^n × 2^n for each pair. Source: Jozsa 1994 (docs/references.md: Jozsa1994).</remarks>
    public static double[] Between<T>(DensityMatrixBatch<T> first, DensityMatrixBatch<T> second)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        Guard.FidelityPartners(first.Batch, first.QubitCount, second.Batch, second.QubitCount);
        var fidelities = new double[first.Batch];
        Parallel.For(0, first.Batch, sample =>
        {
            var product = HermitianSpectrum.Root(first, sample) * HermitianSpectrum.Root(second, second.Batch == 1 ? 0 : sample);
            fidelities[sample] = Math.Pow(HermitianSpectrum.SingularValues(product).Sum(), 2);
        });
        return fidelities;
    }

    /// <summary>F = ⟨ψ|ρ|ψ⟩ of mixed states with normalised pure ones.</summary>
    /// <param name="first">ρ, [batch].</param>
    /// <param name="second">ψ of the same register: [batch], or a single one that is every state's partner.</param>
    /// <returns>[batch] values in [0, 1] up to rounding.</returns>
    /// <exception cref="ArgumentException">The registers differ, or the batches differ and the second is not a single state.</exception>
    /// <remarks>tr(ρ|ψ⟩⟨ψ|) = 2^−n Σ_P c_P d_P in the Pauli basis.</remarks>
    public static double[] Between<T>(DensityMatrixBatch<T> first, StateVectorBatch<T> second)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        Guard.FidelityPartners(first.Batch, first.QubitCount, second.Batch, second.QubitCount);
        using var pure = DensityMatrixBatch<T>.FromStateVectors(second);
        var fidelities = new double[first.Batch];
        for (var sample = 0; sample < first.Batch; sample++)
        {
            double[] mixed = first.InDouble(sample), partner = pure.InDouble(second.Batch == 1 ? 0 : sample);
            for (var i = 0; i < mixed.Length; i++)
            {
                fidelities[sample] += mixed[i] * partner[i];
            }

            fidelities[sample] /= first.Dimension;
        }

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

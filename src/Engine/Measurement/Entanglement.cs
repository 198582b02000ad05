using System.Numerics;
using MathNet.Numerics.LinearAlgebra;
using QDiff.Engine.States;

namespace QDiff.Engine.Measurement;

/// <summary>
/// How entangled mixed states are. Concurrence and entanglement of formation are of two qubits; the negativity is between any part of a
/// register and its rest.
/// </summary>
/// <remarks>
/// Source: of concurrence and formation Wootters 1998, of the negativity Vidal and Werner 2002 (docs/references.md: Wootters1998, VidalWerner2002).
/// </remarks>
public static class Entanglement
{
    // Y ⊗ Y.
    private static readonly Matrix<Complex> SpinFlip = CreateMatrix.DenseOfArray(new Complex[,]
    {
        { 0, 0, 0, -1 },
        { 0, 0, 1, 0 },
        { 0, 1, 0, 0 },
        { -1, 0, 0, 0 },
    });

    /// <summary>
    /// C = max(0, λ₁ − λ₂ − λ₃ − λ₄), the λ being the singular values of √ρ √ρ̃ in falling order and ρ̃ = (Y ⊗ Y) ρ̄ (Y ⊗ Y): 0 for a
    /// separable state, 1 for a Bell state.
    /// </summary>
    /// <param name="states">Two-qubit states, [batch].</param>
    /// <returns>[batch] values in [0, 1] up to rounding.</returns>
    /// <exception cref="ArgumentException">The states are not of two qubits.</exception>
    public static double[] Concurrence<T>(DensityMatrixBatch<T> states)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(states);
        Guard.TwoQubitState("concurrence", states.QubitCount);
        var values = new double[states.Batch];
        for (int sample = 0; sample < values.Length; sample++)
        {
            Matrix<Complex> root = HermitianSpectrum.Root(states, sample);
            double[] singular = HermitianSpectrum.SingularValues(root * SpinFlip * root.Conjugate() * SpinFlip);
            values[sample] = Math.Max(0, singular[0] - singular[1] - singular[2] - singular[3]);
        }

        return values;
    }

    /// <summary>E = h((1 + √(1 − C²))/2) in bits, with the binary entropy h and the concurrence C: ebits needed to make the state.</summary>
    /// <param name="states">Two-qubit states, [batch].</param>
    /// <returns>[batch] values in [0, 1].</returns>
    /// <exception cref="ArgumentException">The states are not of two qubits.</exception>
    public static double[] OfFormation<T>(DensityMatrixBatch<T> states)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(states);
        Guard.TwoQubitState("entanglement of formation", states.QubitCount);
        return [.. Concurrence(states).Select(concurrence =>
        {
            double larger = (1 + Math.Sqrt(Math.Max(0, 1 - concurrence * concurrence))) / 2;
            return Entropy.Sum(larger, 1 - larger) / Math.Log(2);
        })];
    }

    /// <summary>N = (tr |ρ^{T_A}| − 1)/2, the sum of the partial transpose's negative eigenvalues without their sign: ½ for a Bell state.</summary>
    /// <param name="states">States of 2 or more qubits, [batch].</param>
    /// <param name="part">The qubits of part A: one or more, and not all.</param>
    /// <returns>[batch] values, 0 or more up to rounding; 0 for every state of two qubits that is separable, and for no other.</returns>
    /// <exception cref="ArgumentException">The part is empty, or the whole register, or a qubit is outside it or repeated.</exception>
    /// <remarks>Transposing a qubit changes the sign of Y: of the coefficients with an odd number of Y in the part.</remarks>
    public static double[] Negativity<T>(DensityMatrixBatch<T> states, params ReadOnlySpan<int> part)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(states);
        Guard.ProperPart(part, states.QubitCount);
        int places = 0;
        foreach (int qubit in part)
        {
            places |= 1 << (2 * qubit);
        }

        var values = new double[states.Batch];
        for (int sample = 0; sample < values.Length; sample++)
        {
            double[] coefficients = states.InDouble(sample);
            for (int i = 0; i < coefficients.Length; i++)
            {
                // Digit 2, which is Y, has its upper bit set and its lower bit not.
                int ys = (i >> 1) & ~i & places;
                coefficients[i] = BitOperations.PopCount((uint)ys) % 2 == 0 ? coefficients[i] : -coefficients[i];
            }

            values[sample] = HermitianSpectrum.Eigenvalues(coefficients).Sum(value => Math.Max(0, -value));
        }

        return values;
    }
}

using System.Numerics;

namespace QDiff.Models.Pairings;

/// <summary>Formulas for normalised pure states, given by their 2^n amplitudes.</summary>
internal static class PureState
{
    /// <summary>|⟨a|b⟩|².</summary>
    public static double Fidelity(ReadOnlySpan<Complex> a, ReadOnlySpan<Complex> b)
    {
        Complex overlap = 0;
        for (int k = 0; k < a.Length; k++)
        {
            overlap += Complex.Conjugate(a[k]) * b[k];
        }

        return (overlap.Real * overlap.Real) + (overlap.Imaginary * overlap.Imaginary);
    }

    /// <summary>Scales to norm 1.</summary>
    public static void Normalise(Span<Complex> state)
    {
        double norm = 0;
        foreach (Complex amplitude in state)
        {
            norm += (amplitude.Real * amplitude.Real) + (amplitude.Imaginary * amplitude.Imaginary);
        }

        double scale = 1 / Math.Sqrt(norm);
        foreach (ref Complex amplitude in state)
        {
            amplitude *= scale;
        }
    }

    /// <summary>The state RZ(φ)RY(θ)|0⟩ of one qubit, up to its phase, with the Bloch vector of that direction.</summary>
    public static Complex[] FromBloch(double x, double y, double z)
    {
        double length = Math.Sqrt((x * x) + (y * y) + (z * z)), theta = Math.Acos(Math.Clamp(z / length, -1, 1));
        return [Math.Cos(theta / 2), Complex.FromPolarCoordinates(Math.Sin(theta / 2), Math.Atan2(y, x))];
    }

    /// <summary>Bloch vector (⟨X⟩, ⟨Y⟩, ⟨Z⟩) of the reduced state of a qubit.</summary>
    public static (double X, double Y, double Z) Bloch(ReadOnlySpan<Complex> state, int qubit)
    {
        (double x, double y, double z) = (0, 0, 0);
        for (int k = 0; k < state.Length; k++)
        {
            if ((k >> qubit & 1) == 0)
            {
                Complex low = state[k], high = state[k | 1 << qubit], product = Complex.Conjugate(low) * high;
                (x, y) = (x + (2 * product.Real), y + (2 * product.Imaginary));
                z += (low.Real * low.Real) + (low.Imaginary * low.Imaginary) - (high.Real * high.Real) - (high.Imaginary * high.Imaginary);
            }
        }

        return (x, y, z);
    }

    /// <summary>
    /// Writes ⟨P⟩ for the 4^n Pauli strings P, whose number in base 4 has the Pauli of qubit q (0 = I, 1 = X, 2 = Y, 3 = Z) as its q-th digit.
    /// Two pure states have |⟨a|b⟩|² = 2^−n Σ_P ⟨P⟩_a ⟨P⟩_b.
    /// </summary>
    public static void PauliVector(ReadOnlySpan<Complex> state, Span<float> values)
    {
        int qubits = BitOperations.Log2((uint)state.Length);
        for (int number = 0; number < values.Length; number++)
        {
            (int flips, int signs, int ys) = (0, 0, 0);
            for (int q = 0; q < qubits; q++)
            {
                int pauli = number >> (2 * q) & 3;
                flips |= pauli is 1 or 2 ? 1 << q : 0;
                signs |= pauli is 2 or 3 ? 1 << q : 0;
                ys += pauli == 2 ? 1 : 0;
            }

            // P|k⟩ = i^ys (−1)^(signs·k) |k ⊕ flips⟩.
            Complex sum = 0;
            for (int k = 0; k < state.Length; k++)
            {
                Complex term = Complex.Conjugate(state[k ^ flips]) * state[k];
                sum += (BitOperations.PopCount((uint)(signs & k)) & 1) == 0 ? term : -term;
            }

            values[number] = (float)((ys & 3) switch { 0 => sum.Real, 1 => -sum.Imaginary, 2 => -sum.Real, _ => sum.Imaginary });
        }
    }
}

using System.Numerics;
using QDiff.Engine.Circuits;

namespace QDiff.Models.Pairings;

/// <summary>
/// A circuit that prepares any pure state of n qubits from |0…0⟩, with angles as inputs: uniformly controlled RY from the highest qubit down set the
/// absolute values, uniformly controlled RZ the phases, each as 2^k rotations and CNOTs in the order of a Gray code
/// (Möttönen et al. 2005, docs/references.md: Mottonen2005).
/// </summary>
/// <param name="qubits">n.</param>
internal sealed class StatePreparation(int qubits)
{
    /// <summary>Angles of a state: 2 (2^n − 1).</summary>
    public int AngleCount => 2 * ((1 << qubits) - 1);

    /// <summary>Appends the circuit on qubits 0 to n − 1; inputs 0 to <see cref="AngleCount"/> − 1, not differentiable, are the angles.</summary>
    public void AppendTo(CircuitBuilder builder)
    {
        int input = 0;
        for (int target = qubits - 1; target >= 0; target--)
        {
            input = Append(builder, target, input, builder.RY);
        }

        for (int target = 0; target < qubits; target++)
        {
            input = Append(builder, target, input, builder.RZ);
        }
    }

    /// <summary>Writes the angles that prepare a normalised state, up to its phase.</summary>
    public void WriteAngles(ReadOnlySpan<Complex> state, Span<float> angles)
    {
        // weights[c] is the norm of all amplitudes whose bits from `target` up are those of c.
        var weights = new double[qubits + 1][];
        weights[0] = new double[state.Length];
        var phases = new double[state.Length];
        for (int k = 0; k < state.Length; k++)
        {
            (weights[0][k], phases[k]) = (state[k].Magnitude, state[k].Phase);
        }

        for (int level = 1; level <= qubits; level++)
        {
            weights[level] = new double[state.Length >> level];
            for (int c = 0; c < weights[level].Length; c++)
            {
                weights[level][c] = Math.Sqrt((weights[level - 1][2 * c] * weights[level - 1][2 * c]) + (weights[level - 1][(2 * c) + 1] * weights[level - 1][(2 * c) + 1]));
            }
        }

        int input = 0;
        for (int target = qubits - 1; target >= 0; target--)
        {
            double[] fine = weights[target];
            input = WriteRotations([.. Enumerable.Range(0, fine.Length / 2).Select(c => 2 * Math.Atan2(fine[(2 * c) + 1], fine[2 * c]))], angles, input);
        }

        for (int target = 0; target < qubits; target++)
        {
            double[] coarse = new double[phases.Length / 2], differences = new double[phases.Length / 2];
            for (int c = 0; c < coarse.Length; c++)
            {
                coarse[c] = (phases[2 * c] + phases[(2 * c) + 1]) / 2;
                differences[c] = phases[(2 * c) + 1] - phases[2 * c];
            }

            input = WriteRotations(differences, angles, input);
            phases = coarse;
        }
    }

    // One rotation of `target` for every value of the qubits above it: rotation i, then a CNOT from the control whose bit of the Gray code changes next.
    private int Append(CircuitBuilder builder, int target, int input, Func<int, Parameter, CircuitBuilder> rotate)
    {
        int controls = qubits - 1 - target, count = 1 << controls;
        for (int i = 0; i < count; i++)
        {
            rotate(target, Parameter.Input(input++, differentiable: false));
            if (controls > 0)
            {
                builder.CNOT(target + 1 + (i == count - 1 ? controls - 1 : BitOperations.TrailingZeroCount(i + 1)), target);
            }
        }

        return input;
    }

    // The CNOTs before rotation i flip its sign for the controls c with an odd number of bits in common with Gray code i.
    private static int WriteRotations(double[] wanted, Span<float> angles, int input)
    {
        for (int i = 0; i < wanted.Length; i++)
        {
            double sum = 0;
            for (int c = 0; c < wanted.Length; c++)
            {
                sum += (BitOperations.PopCount((uint)(c & (i ^ (i >> 1)))) & 1) == 0 ? wanted[c] : -wanted[c];
            }

            angles[input++] = (float)(sum / wanted.Length);
        }

        return input;
    }
}

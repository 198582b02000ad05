using QDiff.Engine.Circuits;
using QDiff.Engine.Observables;

namespace QDiff.Models.Quantum;

/// <summary>How the layers of the variational circuit entangle neighbouring qubits.</summary>
public enum Entangler
{
    /// <summary>All rotations of a layer, then a chain CNOT(i, i+1); every second chain is the inverse of the one before.</summary>
    Chain,

    /// <summary>MPS-inspired: rotations on qubit i, then CNOT(i, i+1), down the line; every second layer runs up the line.</summary>
    Staircase,

    /// <summary>No two-qubit gate at all: the control that shows what entanglement adds.</summary>
    None,
}

/// <summary>
/// The variational circuit of the quantum denoisers: from |0…0⟩ through layers of RY, RZ on every qubit with an entangler between
/// layers (none after the last). All angles are per-sample inputs, so that a classical network may move them with the timestep, the
/// class and the noisy state, which enters the circuit in this way alone (data re-uploading, Pérez-Salinas et al. 2020,
/// docs/references.md: PerezSalinas2020).
/// </summary>
/// <remarks>
/// Circuit inputs, in order: for each layer n RY angles and n RZ angles.
/// </remarks>
public sealed class ReuploadingAnsatz
{
    /// <summary>Builds the circuit.</summary>
    /// <param name="qubits">n, 2 to 16.</param>
    /// <param name="layers">Layers of rotations, 1 or more.</param>
    /// <param name="entangler">What stands between two layers.</param>
    public ReuploadingAnsatz(int qubits, int layers, Entangler entangler)
    {
        if (qubits is < 2 or > 16)
        {
            throw new ArgumentOutOfRangeException(nameof(qubits), $"The hybrid model's circuit has 2 to 16 qubits; got {qubits}.");
        }

        if (layers is < 1 or > 1000)
        {
            throw new ArgumentOutOfRangeException(nameof(layers), $"The hybrid model's circuit has 1 to 1000 layers; got {layers}.");
        }

        QubitCount = qubits;
        LayerCount = layers;

        var builder = new CircuitBuilder(qubits);
        for (int layer = 0; layer < layers; layer++)
        {
            AppendLayer(builder, layer, entangler);
        }

        Circuit = builder.Build();
    }

    /// <summary>Number of qubits, n.</summary>
    public int QubitCount { get; }

    /// <summary>Number of layers.</summary>
    public int LayerCount { get; }

    /// <summary>The circuit.</summary>
    public Circuit Circuit { get; }

    /// <summary>Angles of one layer: RY and RZ on every qubit.</summary>
    public int AnglesPerLayer => 2 * QubitCount;

    /// <summary>Variational angles of the whole circuit.</summary>
    public int AngleCount => LayerCount * AnglesPerLayer;

    /// <summary>The qubit that an angle turns.</summary>
    /// <param name="angle">Place among the circuit's inputs.</param>
    public int QubitOf(int angle) => angle % QubitCount;

    /// <summary>⟨X⟩, ⟨Y⟩, ⟨Z⟩ of every qubit and all nine Pauli products of every neighbouring pair: 3n + 9(n−1) values.</summary>
    public static Readout LocalPaulis(int qubits)
    {
        Pauli[] paulis = [Pauli.X, Pauli.Y, Pauli.Z];
        var strings = new List<PauliString>();
        for (int q = 0; q < qubits; q++)
        {
            strings.AddRange([PauliString.X(q), PauliString.Y(q), PauliString.Z(q)]);
        }

        for (int q = 0; q + 1 < qubits; q++)
        {
            strings.AddRange(from a in paulis from b in paulis select PauliString.Pair(a, q, b, q + 1));
        }

        return Readout.Expectations(strings);
    }

    private void AppendLayer(CircuitBuilder builder, int layer, Entangler entangler)
    {
        int n = QubitCount;
        int first = AnglesPerLayer * layer;
        bool last = layer == LayerCount - 1;
        bool reversed = layer % 2 == 1;
        for (int k = 0; k < n; k++)
        {
            int q = reversed && entangler == Entangler.Staircase ? n - 1 - k : k;
            builder.RY(q, Parameter.Input(first + q));
            builder.RZ(q, Parameter.Input(first + n + q));
            if (entangler == Entangler.Staircase && k + 1 < n && !last)
            {
                builder.CNOT(q, reversed ? q - 1 : q + 1);
            }
        }

        if (entangler == Entangler.Chain && !last)
        {
            for (int k = 0; k + 1 < n; k++)
            {
                int q = reversed ? n - 2 - k : k;
                builder.CNOT(q, q + 1);
            }
        }
    }
}

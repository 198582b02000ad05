using QDiff.Engine.Observables;
using QDiff.Models.Quantum;

namespace QDiff.Models.Hybrid;

/// <summary>What the denoiser measures at the end of its circuit.</summary>
public enum MeasuredFeatures
{
    /// <summary>All single-qubit Paulis and all Pauli products of neighbouring pairs.</summary>
    Paulis,

    /// <summary>The 2^n Born probabilities.</summary>
    Born,
}

/// <summary>Sizes of the hybrid denoiser's circuit.</summary>
/// <param name="Qubits">n, 2 to 16.</param>
/// <param name="Layers">Layers of RY, RZ and an entangler.</param>
/// <param name="Entangler">Which CNOTs stand between layers.</param>
/// <param name="Features">What is measured.</param>
public sealed record DenoiserShape(int Qubits, int Layers, Entangler Entangler, MeasuredFeatures Features)
{
    /// <summary>What the circuit returns.</summary>
    public Readout Readout { get; } =
        Features == MeasuredFeatures.Born ? Readout.BornProbabilities(Qubits) : ReuploadingAnsatz.LocalPaulis(Qubits);

    /// <summary>Brings features to order one: 2^n for Born probabilities, whose mean is 2^−n.</summary>
    public double FeatureScale => Features == MeasuredFeatures.Born ? 1 << Qubits : 1;

    /// <summary>Parameters that decide the circuit's angles.</summary>
    /// <param name="embedding">Width of the embedding of time and class.</param>
    /// <param name="condition">Numbers through which it enters the circuit.</param>
    public int CircuitParameters(int embedding, int condition)
    {
        int angles = Layers * 2 * Qubits;
        return (embedding * condition) + (angles * ((2 * condition) + 1)) + (angles * 3 * Qubits);
    }
}

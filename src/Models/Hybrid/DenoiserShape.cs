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
/// <param name="ReuploadRadius">A qubit's angles re-upload the Bloch vectors of the qubits at most so many places away: 0 for its own alone, n − 1 or more for all.</param>
public sealed record DenoiserShape(int Qubits, int Layers, Entangler Entangler, MeasuredFeatures Features, int ReuploadRadius)
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
        int vectors = Enumerable.Range(0, Qubits * Qubits).Count(pair => IsReuploaded(pair / Qubits, pair % Qubits));
        return (embedding * condition) + (angles * ((2 * condition) + 1)) + (Layers * 2 * 3 * vectors);
    }

    /// <summary>Whether a qubit's angles depend on another's noisy Bloch vector, or on its own.</summary>
    /// <param name="qubit">Whose angles.</param>
    /// <param name="other">Whose Bloch vector.</param>
    public bool IsReuploaded(int qubit, int other) => Math.Abs(qubit - other) <= ReuploadRadius;
}

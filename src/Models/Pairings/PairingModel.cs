namespace QDiff.Models.Pairings;

/// <summary>
/// The pairings of a classical or quantum diffusion with a quantum or classical denoiser
/// (Parigi, Martina and Caruso 2024, docs/references.md: Parigi2024).
/// </summary>
public enum PairingModel
{
    /// <summary>Classical diffusion of points in the plane, quantum denoiser.</summary>
    Cqgdm,

    /// <summary>Quantum diffusion of an ensemble of single-qubit states, classical denoiser.</summary>
    Qcgdm,

    /// <summary>Quantum diffusion of an ensemble of states, quantum denoiser with ancillas.</summary>
    Qqgdm,
}

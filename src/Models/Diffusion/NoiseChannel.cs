namespace QDiff.Models.Diffusion;

/// <summary>The channel that a forward process is made of; docs/channels.md has their formulas.</summary>
public enum NoiseChannel
{
    /// <summary>Depolarizing (of the whole register, where states are entangled).</summary>
    Depolarizing,

    /// <summary>Bit flips on every qubit.</summary>
    BitFlip,

    /// <summary>Phase flips on every qubit.</summary>
    PhaseFlip,

    /// <summary>Amplitude damping of every qubit.</summary>
    AmplitudeDamping,

    /// <summary>Phase damping of every qubit.</summary>
    PhaseDamping,

    /// <summary>On every qubit a random unitary.</summary>
    RandomUnitary,

    /// <summary>Incoherent and coherent noise together, that of an idle chip: thermal relaxation with T1 = T2 of every qubit, which precesses meanwhile.</summary>
    Mixture,
}

namespace QDiff.Models.Pairings;

/// <summary>The channel that diffuses quantum states.</summary>
public enum NoiseChannel
{
    /// <summary>Depolarizing of the whole register.</summary>
    Depolarizing,

    /// <summary>Bit flips on every qubit.</summary>
    BitFlip,

    /// <summary>Phase flips on every qubit.</summary>
    PhaseFlip,

    /// <summary>Amplitude damping of every qubit.</summary>
    AmplitudeDamping,

    /// <summary>Phase damping of every qubit.</summary>
    PhaseDamping,

    /// <summary>On every qubit, with some probability, a uniformly random unitary.</summary>
    RandomUnitary,
}

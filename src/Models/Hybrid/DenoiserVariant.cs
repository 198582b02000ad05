namespace QDiff.Models.Hybrid;

/// <summary>The hybrid denoiser and the controls that show what its circuit adds.</summary>
public enum DenoiserVariant
{
    /// <summary>The model: every part is trained.</summary>
    Trained,

    /// <summary>The circuit's angles, and how they depend on time, class and state, stay at the trained model's initial values.</summary>
    Frozen,

    /// <summary>No circuit: the linear path in r_t and the same head alone.</summary>
    Removed,

    /// <summary>Trained, without any two-qubit gate.</summary>
    NoEntangler,

    /// <summary>A classical network with two hidden layers and as many parameters stands where the circuit was.</summary>
    Mlp,
}

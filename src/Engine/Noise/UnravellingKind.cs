namespace QDiff.Engine.Noise;

/// <summary>How a channel is told as random unitaries. Every kind has the channel as its mean; single trajectories differ.</summary>
public enum UnravellingKind
{
    /// <summary>
    /// X, Y or Z with probability p/4 each. A trajectory that starts in a product state keeps x², y², z² and xyz of every Bloch vector
    /// for ever, so its late states still tell where it began: right for means, wrong as the forward process of a generative model.
    /// </summary>
    PauliJumps,

    /// <summary>
    /// A random rotation without preferred axis (<see cref="IsotropicRotation"/>): in product states every Bloch vector becomes a von
    /// Mises-Fisher draw about where it was, and at p = 1 it is uniform on the sphere.
    /// </summary>
    RandomRotations,
}

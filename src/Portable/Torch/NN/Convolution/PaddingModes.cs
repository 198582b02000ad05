namespace TorchSharp;

/// <summary>What lies beyond the border of an image. Convolutions of this build take <see cref="Zeros"/>, padding <see cref="Constant"/>.</summary>
public enum PaddingModes
{
    /// <summary>Zeros.</summary>
    Zeros = 0,

    /// <summary>The image mirrored at its border pixel.</summary>
    Reflect = 1,

    /// <summary>The border pixel repeated.</summary>
    Replicate = 2,

    /// <summary>The image repeated.</summary>
    Circular = 3,

    /// <summary>A given value.</summary>
    Constant = 4,
}

namespace TorchSharp;

/// <summary>Padding by what it achieves.</summary>
public enum Padding
{
    /// <summary>None.</summary>
    Valid = 0,

    /// <summary>As much as keeps the size of the image.</summary>
    Same = 1,
}

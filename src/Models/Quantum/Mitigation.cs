namespace QDiff.Models.Quantum;

/// <summary>What is done against a device's noise.</summary>
public enum Mitigation
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Readout errors are calibrated by preparing and measuring, and their inverse is applied to every measured value.</summary>
    Readout,
}

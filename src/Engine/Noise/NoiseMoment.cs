namespace QDiff.Engine.Noise;

/// <summary>When a <see cref="NoiseRule"/> acts.</summary>
public enum NoiseMoment
{
    /// <summary>After a gate.</summary>
    AfterGate,

    /// <summary>After a reset.</summary>
    AfterReset,

    /// <summary>Before a measurement.</summary>
    BeforeMeasurement,
}

namespace QDiff.Engine.Circuits;

/// <summary>Where the value of a gate parameter comes from.</summary>
public enum ParameterKind
{
    /// <summary>A number fixed when the circuit is built.</summary>
    Constant,

    /// <summary>An entry of the parameter vector that all samples of a run share.</summary>
    Trainable,

    /// <summary>An entry of the sample's own input row (data re-uploading, encodings).</summary>
    Input,
}

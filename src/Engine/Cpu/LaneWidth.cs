namespace QDiff.Engine.Cpu;

/// <summary>Width of the vectors whose lanes hold the states of a batch.</summary>
public enum LaneWidth
{
    /// <summary>One number at a time.</summary>
    Scalar = 0,

    /// <summary>128 bits: 4 floats or 2 doubles.</summary>
    Bits128 = 128,

    /// <summary>256 bits: 8 floats or 4 doubles.</summary>
    Bits256 = 256,

    /// <summary>512 bits: 16 floats or 8 doubles.</summary>
    Bits512 = 512,
}

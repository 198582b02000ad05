namespace QDiff.Engine.Programs;

/// <summary>How a <see cref="Condition"/> compares the bits with its value.</summary>
public enum Comparison
{
    /// <summary>The bits equal the value.</summary>
    Equal,

    /// <summary>The bits differ from the value.</summary>
    NotEqual,

    /// <summary>The bits, read as an unsigned number, are less than the value.</summary>
    Less,

    /// <summary>Less than the value or equal to it.</summary>
    LessOrEqual,

    /// <summary>Greater than the value.</summary>
    Greater,

    /// <summary>Greater than the value or equal to it.</summary>
    GreaterOrEqual,
}

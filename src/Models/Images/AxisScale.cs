namespace QDiff.Models.Images;

/// <summary>How an axis of a <see cref="LinePlot"/> is divided.</summary>
public enum AxisScale
{
    /// <summary>In decades, or where there are few of them by 1, 2 and 5.</summary>
    Logarithmic,

    /// <summary>Evenly.</summary>
    Linear,

    /// <summary>Evenly, ticks at whole numbers alone.</summary>
    Whole,
}

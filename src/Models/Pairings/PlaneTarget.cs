namespace QDiff.Models.Pairings;

/// <summary>What the points in the plane are drawn from.</summary>
public enum PlaneTarget
{
    /// <summary>A line segment.</summary>
    Line,

    /// <summary>A circle.</summary>
    Circle,

    /// <summary>Two half circles that reach into each other.</summary>
    Moons,

    /// <summary>Eight Gaussians on a circle.</summary>
    Gaussians,
}

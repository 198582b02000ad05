namespace QDiff.Models.Images;

/// <summary>One panel of a <see cref="ScatterFigure"/>.</summary>
/// <param name="Title">What stands above it.</param>
/// <param name="Points">[N, 2] in the plane, or [N, 3] Bloch vectors.</param>
public sealed record ScatterPanel(string Title, float[] Points);

namespace QDiff.Models.Images;

/// <summary>One panel of a <see cref="ScatterFigure"/>.</summary>
/// <param name="Title">What stands above it.</param>
/// <param name="Points">[N, 2] in the plane, or [N, 3] Bloch vectors.</param>
/// <param name="Classes">Class of every point, which its colour shows; null for one colour.</param>
public sealed record ScatterPanel(string Title, float[] Points, byte[]? Classes = null)
{
    internal int Count(int dimension) => Points.Length / dimension;

    internal string? Stroke(int point) => Classes is null ? null : $"stroke-{Classes[point] % SvgFigure.Colours}";
}

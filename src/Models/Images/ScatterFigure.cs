using System.Globalization;
using System.Text;

namespace QDiff.Models.Images;

/// <summary>Panels of points, in the plane or on the Bloch ball, as one SVG picture.</summary>
public static class ScatterFigure
{
    private const int UsualSide = 170;
    private const int Gap = 14;
    private const int Top = 40;
    private const int TitleHeight = 22;
    private const int LegendStep = 34;
    private const string Near = "stroke-0";
    private const string Far = "far";

    // The ball is seen from azimuth 30°, 20° above its equator.
    private const double Azimuth = Math.PI / 6;
    private const double Elevation = Math.PI / 9;

    /// <summary>Points of the plane within [−extent, extent]²; those beyond are left out.</summary>
    /// <param name="title">Title of the picture.</param>
    /// <param name="panels">What to draw, row by row.</param>
    /// <param name="columns">Panels per row.</param>
    /// <param name="extent">Half the side of what a panel shows.</param>
    /// <param name="side">Pixels of a panel's side.</param>
    public static SvgFigure Plane(string title, IReadOnlyList<ScatterPanel> panels, int columns, double extent, int side = UsualSide) => Figure(title, panels, columns, side, (svg, panel, left, top) =>
    {
        svg.Add($"<rect x='{left}' y='{top}' width='{side}' height='{side}' class='frame'/>");
        var dots = new Dictionary<string, StringBuilder>();
        for (int i = 0; i < panel.Count(2); i++)
        {
            double x = panel.Points[2 * i] / extent, y = panel.Points[(2 * i) + 1] / extent;
            if (Math.Abs(x) <= 1 && Math.Abs(y) <= 1)
            {
                Dot(dots, panel.Stroke(i) ?? Near, left + (side * (1 + x) / 2), top + (side * (1 - y) / 2));
            }
        }

        Path(svg, dots, panel);
    });

    /// <summary>Bloch vectors on the Bloch ball; those on the far side are paler.</summary>
    /// <param name="title">Title of the picture.</param>
    /// <param name="panels">What to draw, row by row.</param>
    /// <param name="columns">Panels per row.</param>
    public static SvgFigure Ball(string title, IReadOnlyList<ScatterPanel> panels, int columns) => Figure(title, panels, columns, UsualSide, (svg, panel, left, top) =>
    {
        const double Radius = (UsualSide / 2.0) - 12;
        double centreX = left + (UsualSide / 2.0), centreY = top + (UsualSide / 2.0);
        var near = new Dictionary<string, StringBuilder>();
        var far = new Dictionary<string, StringBuilder>();
        for (int i = 0; i < panel.Count(3); i++)
        {
            (double across, double up, double towards) = View(panel.Points[3 * i], panel.Points[(3 * i) + 1], panel.Points[(3 * i) + 2]);
            Dot(towards >= 0 ? near : far, panel.Stroke(i) ?? (towards >= 0 ? Near : Far), centreX + (Radius * across), centreY - (Radius * up));
        }

        svg.Add($"<g opacity='{(panel.Classes is null ? 1 : 0.35)}'>");
        Path(svg, far, panel);
        svg.Add($"</g>");
        svg.Add($"<circle cx='{centreX}' cy='{centreY}' r='{Radius}' class='frame'/>");
        svg.Add($"<ellipse cx='{centreX}' cy='{centreY}' rx='{Radius}' ry='{Radius * Math.Sin(Elevation):0.##}' class='grid'/>");
        foreach ((string name, double x, double y, double z) in (ReadOnlySpan<(string, double, double, double)>)[("x", 1, 0, 0), ("y", 0, 1, 0), ("z", 0, 0, 1)])
        {
            (double across, double up, _) = View(x, y, z);
            svg.Add($"<line x1='{centreX}' y1='{centreY}' x2='{centreX + (Radius * across):0.#}' y2='{centreY - (Radius * up):0.#}' class='frame' opacity='0.6'/>");
            svg.Add($"<text x='{centreX + ((Radius + 7) * across):0.#}' y='{centreY - ((Radius + 7) * up) + 4:0.#}' text-anchor='middle' class='soft'>{name}</text>");
        }

        Path(svg, near, panel);
    });

    private static (double Across, double Up, double Towards) View(double x, double y, double z)
    {
        double forward = (x * Math.Cos(Azimuth)) + (y * Math.Sin(Azimuth)), across = (y * Math.Cos(Azimuth)) - (x * Math.Sin(Azimuth));
        return (across, (z * Math.Cos(Elevation)) - (forward * Math.Sin(Elevation)), (forward * Math.Cos(Elevation)) + (z * Math.Sin(Elevation)));
    }

    private static SvgFigure Figure(string title, IReadOnlyList<ScatterPanel> panels, int columns, int side, Action<SvgFigure, ScatterPanel, int, int> draw)
    {
        int rows = (panels.Count + columns - 1) / columns, top0 = title.Length > 0 ? Top : Gap;
        byte[] classes = [.. panels.SelectMany(panel => panel.Classes ?? []).Distinct().Order()];
        int legend = classes.Length > 0 ? TitleHeight : 0;
        int width = Gap + (columns * (side + Gap)), height = top0 + legend + (rows * (side + TitleHeight + Gap));
        var svg = new SvgFigure(Math.Max(width, Gap + (classes.Length * LegendStep)), height);
        if (title.Length > 0)
        {
            svg.Add($"<text x='{Gap}' y='22' font-size='14' font-weight='bold' class='ink'>{SvgFigure.Escaped(title)}</text>");
        }

        foreach ((int i, byte label) in classes.Index())
        {
            svg.Add($"<circle cx='{Gap + 5 + (i * LegendStep)}' cy='{top0}' r='4' class='fill-{label % SvgFigure.Colours}'/>");
            svg.Add($"<text x='{Gap + 13 + (i * LegendStep)}' y='{top0 + 4}' class='ink'>{label}</text>");
        }

        foreach ((int i, ScatterPanel panel) in panels.Index())
        {
            int left = Gap + (i % columns * (side + Gap)), top = top0 + legend + (i / columns * (side + TitleHeight + Gap)) + TitleHeight;
            svg.Add($"<text x='{left + (side / 2)}' y='{top - 6}' text-anchor='middle' class='ink'>{SvgFigure.Escaped(panel.Title)}</text>");
            draw(svg, panel, left, top);
        }

        return svg;
    }

    private static void Dot(Dictionary<string, StringBuilder> paths, string colour, double x, double y)
    {
        if (!paths.TryGetValue(colour, out StringBuilder? path))
        {
            paths[colour] = path = new StringBuilder();
        }

        path.Append(CultureInfo.InvariantCulture, $"M{x:0.#} {y:0.#}h0");
    }

    // A stroke of no length with round ends is a dot: a few bytes for each.
    private static void Path(SvgFigure svg, Dictionary<string, StringBuilder> paths, ScatterPanel panel)
    {
        foreach ((string colour, StringBuilder dots) in paths.OrderBy(path => path.Key, StringComparer.Ordinal))
        {
            svg.Add($"<path d='{dots}' class='{colour}' stroke-width='{(panel.Classes is null ? 1.6 : 2.8)}' stroke-linecap='round'/>");
        }
    }
}

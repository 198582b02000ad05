using System.Globalization;
using System.Text;

namespace QDiff.Models.Images;

/// <summary>Panels of points, in the plane or on the Bloch ball, as one SVG picture.</summary>
public static class ScatterFigure
{
    private const int Side = 170;
    private const int Gap = 14;
    private const int Top = 40;
    private const int TitleHeight = 22;
    private const string Near = "#1b6ca8";
    private const string Far = "#a9c8e0";

    // The ball is seen from azimuth 30°, 20° above its equator.
    private const double Azimuth = Math.PI / 6;
    private const double Elevation = Math.PI / 9;

    /// <summary>Points of the plane within [−extent, extent]²; those beyond are left out.</summary>
    /// <param name="title">Title of the picture.</param>
    /// <param name="panels">What to draw, row by row.</param>
    /// <param name="columns">Panels per row.</param>
    /// <param name="extent">Half the side of what a panel shows.</param>
    public static string Plane(string title, IReadOnlyList<ScatterPanel> panels, int columns, double extent) => Figure(title, panels, columns, (svg, panel, left, top) =>
    {
        Add(svg, $"<rect x='{left}' y='{top}' width='{Side}' height='{Side}' fill='none' stroke='#999'/>");
        var dots = new StringBuilder();
        for (int i = 0; i < panel.Points.Length; i += 2)
        {
            double x = panel.Points[i] / extent, y = panel.Points[i + 1] / extent;
            if (Math.Abs(x) <= 1 && Math.Abs(y) <= 1)
            {
                Dot(dots, left + (Side * (1 + x) / 2), top + (Side * (1 - y) / 2));
            }
        }

        Path(svg, dots, Near);
    });

    /// <summary>Bloch vectors on the Bloch ball; those on the far side are paler.</summary>
    /// <param name="title">Title of the picture.</param>
    /// <param name="panels">What to draw, row by row.</param>
    /// <param name="columns">Panels per row.</param>
    public static string Ball(string title, IReadOnlyList<ScatterPanel> panels, int columns) => Figure(title, panels, columns, (svg, panel, left, top) =>
    {
        const double Radius = (Side / 2.0) - 12;
        double centreX = left + (Side / 2.0), centreY = top + (Side / 2.0);
        var near = new StringBuilder();
        var far = new StringBuilder();
        for (int i = 0; i < panel.Points.Length; i += 3)
        {
            (double across, double up, double towards) = View(panel.Points[i], panel.Points[i + 1], panel.Points[i + 2]);
            Dot(towards >= 0 ? near : far, centreX + (Radius * across), centreY - (Radius * up));
        }

        Path(svg, far, Far);
        Add(svg, $"<circle cx='{centreX}' cy='{centreY}' r='{Radius}' fill='none' stroke='#999'/>");
        Add(svg, $"<ellipse cx='{centreX}' cy='{centreY}' rx='{Radius}' ry='{Radius * Math.Sin(Elevation):0.##}' fill='none' stroke='#ccc'/>");
        foreach ((string name, double x, double y, double z) in (ReadOnlySpan<(string, double, double, double)>)[("x", 1, 0, 0), ("y", 0, 1, 0), ("z", 0, 0, 1)])
        {
            (double across, double up, _) = View(x, y, z);
            Add(svg, $"<line x1='{centreX}' y1='{centreY}' x2='{centreX + (Radius * across):0.#}' y2='{centreY - (Radius * up):0.#}' stroke='#bbb'/>");
            Add(svg, $"<text x='{centreX + ((Radius + 7) * across):0.#}' y='{centreY - ((Radius + 7) * up) + 4:0.#}' text-anchor='middle' fill='#777'>{name}</text>");
        }

        Path(svg, near, Near);
    });

    private static (double Across, double Up, double Towards) View(double x, double y, double z)
    {
        double forward = (x * Math.Cos(Azimuth)) + (y * Math.Sin(Azimuth)), across = (y * Math.Cos(Azimuth)) - (x * Math.Sin(Azimuth));
        return (across, (z * Math.Cos(Elevation)) - (forward * Math.Sin(Elevation)), (forward * Math.Cos(Elevation)) + (z * Math.Sin(Elevation)));
    }

    private static string Figure(string title, IReadOnlyList<ScatterPanel> panels, int columns, Action<StringBuilder, ScatterPanel, int, int> draw)
    {
        int rows = (panels.Count + columns - 1) / columns;
        int width = Gap + (columns * (Side + Gap)), height = Top + (rows * (Side + TitleHeight + Gap));
        var svg = new StringBuilder();
        Add(svg, $"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width} {height}' width='{width}' height='{height}' font-family='sans-serif' font-size='11'>");
        Add(svg, $"<rect width='{width}' height='{height}' fill='white'/><text x='{Gap}' y='22' font-size='14' font-weight='bold'>{Escaped(title)}</text>");
        foreach ((int i, ScatterPanel panel) in panels.Index())
        {
            int left = Gap + (i % columns * (Side + Gap)), top = Top + (i / columns * (Side + TitleHeight + Gap)) + TitleHeight;
            Add(svg, $"<text x='{left + (Side / 2)}' y='{top - 6}' text-anchor='middle'>{Escaped(panel.Title)}</text>");
            draw(svg, panel, left, top);
        }

        return svg.Append("</svg>\n").ToString();
    }

    private static void Dot(StringBuilder path, double x, double y) => path.Append(CultureInfo.InvariantCulture, $"M{x:0.#} {y:0.#}h0");

    // A stroke of no length with round ends is a dot: a few bytes for each.
    private static void Path(StringBuilder svg, StringBuilder dots, string colour)
    {
        if (dots.Length > 0)
        {
            Add(svg, $"<path d='{dots}' stroke='{colour}' stroke-width='1.6' stroke-linecap='round' fill='none'/>");
        }
    }

    private static void Add(StringBuilder svg, FormattableString line) => svg.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');

    private static string Escaped(string text) => text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal);
}

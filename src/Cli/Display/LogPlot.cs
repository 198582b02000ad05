using System.Globalization;
using System.Text;

namespace QDiff.Cli.Display;

/// <summary>Panels side by side with two logarithmic axes and the same lines in each, written as SVG.</summary>
/// <param name="title">Title of the picture.</param>
/// <param name="horizontal">What is along the horizontal axis.</param>
/// <param name="vertical">What is along the vertical axis.</param>
internal sealed class LogPlot(string title, string horizontal, string vertical)
{
    private const int PanelWidth = 250;
    private const int PanelHeight = 230;
    private const int Left = 62;
    private const int Top = 66;
    private const int Gap = 36;
    private const int Bottom = 48;

    // Told apart by hue and by lightness.
    private static readonly string[] s_colours = ["#1b6ca8", "#d1495b", "#2e8b57", "#8a5a00"];

    /// <summary>A line of one panel.</summary>
    /// <param name="Label">Its name, the same in every panel.</param>
    /// <param name="Points">Points above 0, from left to right.</param>
    public sealed record Line(string Label, IReadOnlyList<(double X, double Y)> Points);

    /// <summary>The picture.</summary>
    /// <param name="panels">Title and lines of every panel, at least one.</param>
    public string Draw(IReadOnlyList<(string Title, IReadOnlyList<Line> Lines)> panels)
    {
        (double X, double Y)[] points = [.. panels.SelectMany(p => p.Lines).SelectMany(l => l.Points).Where(p => p.X > 0 && p.Y > 0)];
        (double lowX, double highX) = (Math.Log10(points.Min(p => p.X)), Math.Log10(points.Max(p => p.X)));
        (double lowY, double highY) = (Math.Floor(Math.Log10(points.Min(p => p.Y))), Math.Ceiling(Math.Log10(points.Max(p => p.Y))));
        int width = Left + panels.Count * (PanelWidth + Gap), height = Top + PanelHeight + Bottom;
        var svg = new StringBuilder();
        Add(svg, $"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width} {height}' width='{width}' height='{height}' font-family='sans-serif' font-size='11'>");
        Add(svg, $"<rect width='{width}' height='{height}' fill='white'/><text x='{Left}' y='18' font-size='14' font-weight='bold'>{Escaped(title)}</text>");
        foreach (var (i, line) in panels[0].Lines.Index())
        {
            Add(svg, $"<line x1='{Left + (i * 260)}' x2='{Left + 22 + (i * 260)}' y1='34' y2='34' stroke='{s_colours[i]}' stroke-width='2'/>");
            Add(svg, $"<text x='{Left + 28 + (i * 260)}' y='38'>{Escaped(line.Label)}</text>");
        }

        Add(svg, $"<text transform='translate(14 {Top + (PanelHeight / 2)}) rotate(-90)' text-anchor='middle'>{Escaped(vertical)}</text>");
        for (int p = 0; p < panels.Count; p++)
        {
            double left = Left + (p * (PanelWidth + Gap));
            Add(svg, $"<rect x='{left}' y='{Top}' width='{PanelWidth}' height='{PanelHeight}' fill='none' stroke='#888'/>");
            Add(svg, $"<text x='{left + (PanelWidth / 2)}' y='{Top - 8}' text-anchor='middle'>{Escaped(panels[p].Title)}</text>");
            Add(svg, $"<text x='{left + (PanelWidth / 2)}' y='{height - 10}' text-anchor='middle'>{Escaped(horizontal)}</text>");
            for (double decade = Math.Ceiling(lowX); decade <= highX; decade++)
            {
                Add(svg, $"<line x1='{X(decade):0.#}' x2='{X(decade):0.#}' y1='{Top}' y2='{Top + PanelHeight}' stroke='#ddd'/>");
                Add(svg, $"<text x='{X(decade):0.#}' y='{Top + PanelHeight + 15}' text-anchor='middle'>{Math.Pow(10, decade):#,0.####}</text>");
            }

            for (double decade = lowY; decade <= highY; decade++)
            {
                Add(svg, $"<line x1='{left}' x2='{left + PanelWidth}' y1='{Y(decade):0.#}' y2='{Y(decade):0.#}' stroke='#ddd'/>");
                if (p == 0)
                {
                    Add(svg, $"<text x='{left - 6}' y='{Y(decade) + 4:0.#}' text-anchor='end'>10<tspan dy='-4' font-size='8'>{decade:0}</tspan></text>");
                }
            }

            foreach (var (i, line) in panels[p].Lines.Index())
            {
                string path = string.Join(' ', line.Points.Select(point =>
                    string.Create(CultureInfo.InvariantCulture, $"{X(Math.Log10(point.X)):0.#},{Y(Math.Log10(point.Y)):0.#}")));
                Add(svg, $"<polyline points='{path}' fill='none' stroke='{s_colours[i]}' stroke-width='2'/>");
            }

            double X(double log) => left + (PanelWidth * (log - lowX) / Math.Max(highX - lowX, 1e-9));
        }

        return svg.Append("</svg>\n").ToString();

        double Y(double log) => Top + (PanelHeight * (highY - log) / Math.Max(highY - lowY, 1e-9));
    }

    private static void Add(StringBuilder svg, FormattableString line) => svg.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');

    private static string Escaped(string text) => text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal);
}

using System.Globalization;
using System.Text;

namespace QDiff.Cli.Display;

/// <summary>Panels side by side with logarithmic axes and the same lines in each, written as SVG.</summary>
/// <param name="title">Title of the picture.</param>
/// <param name="horizontal">What is along the horizontal axis.</param>
internal sealed class LogPlot(string title, string horizontal)
{
    private const int PanelWidth = 250;
    private const int PanelHeight = 230;
    private const int Left = 62;
    private const int Gap = 36;
    private const int Bottom = 48;
    private const int LegendWidth = 260;
    private const int LegendHeight = 18;

    // Told apart by hue and by lightness.
    private static readonly string[] s_colours = ["#1b6ca8", "#d1495b", "#2e8b57", "#8a5a00"];

    /// <summary>Whether the horizontal axis counts whole numbers instead of decades.</summary>
    public bool IsHorizontalLinear { get; init; }

    /// <summary>A line of one panel.</summary>
    /// <param name="Label">Its name, the same in every panel.</param>
    /// <param name="Points">Points above 0, from left to right.</param>
    public sealed record Line(string Label, IReadOnlyList<(double X, double Y)> Points)
    {
        /// <summary>Drawn dashed and in the colour of the line before it, whose limit it is.</summary>
        public bool IsLimit { get; init; }
    }

    /// <summary>One panel.</summary>
    /// <param name="Title">Its title.</param>
    /// <param name="Vertical">What is along its vertical axis; panels of the same share it.</param>
    /// <param name="Lines">Its lines.</param>
    public sealed record Panel(string Title, string Vertical, IReadOnlyList<Line> Lines);

    /// <summary>The picture.</summary>
    /// <param name="panels">At least one, all with the same lines.</param>
    public string Draw(IReadOnlyList<Panel> panels)
    {
        double[] xs = [.. panels.SelectMany(p => p.Lines).SelectMany(l => l.Points).Select(p => Along(p.X))];
        (double lowX, double highX) = (xs.Min(), xs.Max());
        (lowX, highX) = lowX < highX ? (lowX, highX) : (lowX - 0.5, highX + 0.5);
        double[] lefts = Lefts(panels);
        int width = (int)lefts[^1] + PanelWidth + Gap, columns = Math.Max(1, (width - Left) / LegendWidth);
        int legend = (panels[0].Lines.Count + columns - 1) / columns * LegendHeight, top = 48 + legend, height = top + PanelHeight + Bottom;
        var svg = new StringBuilder();
        Add(svg, $"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width} {height}' width='{width}' height='{height}' font-family='sans-serif' font-size='11'>");
        Add(svg, $"<rect width='{width}' height='{height}' fill='white'/><text x='{Left}' y='18' font-size='14' font-weight='bold'>{Escaped(title)}</text>");
        foreach (var (i, line) in panels[0].Lines.Index())
        {
            int x = Left + (i % columns * LegendWidth), y = 34 + (i / columns * LegendHeight);
            Add(svg, $"<line x1='{x}' x2='{x + 22}' y1='{y}' y2='{y}' {Stroke(panels[0].Lines, i)}/>");
            Add(svg, $"<text x='{x + 28}' y='{y + 4}'>{Escaped(line.Label)}</text>");
        }

        for (int p = 0; p < panels.Count; p++)
        {
            double left = lefts[p];
            double[] ys = [.. panels.Where(other => other.Vertical == panels[p].Vertical).SelectMany(o => o.Lines).SelectMany(l => l.Points).Select(point => Math.Log10(point.Y))];
            (double lowY, double highY) = (Math.Floor(ys.Min()), Math.Ceiling(ys.Max()));
            highY = Math.Max(highY, lowY + 1);
            Add(svg, $"<rect x='{left}' y='{top}' width='{PanelWidth}' height='{PanelHeight}' fill='none' stroke='#888'/>");
            Add(svg, $"<text x='{left + (PanelWidth / 2)}' y='{top - 8}' text-anchor='middle'>{Escaped(panels[p].Title)}</text>");
            Add(svg, $"<text x='{left + (PanelWidth / 2)}' y='{height - 10}' text-anchor='middle'>{Escaped(horizontal)}</text>");
            if (HasOwnAxis(panels, p))
            {
                Add(svg, $"<text transform='translate({left - Left + 14} {top + (PanelHeight / 2)}) rotate(-90)' text-anchor='middle'>{Escaped(panels[p].Vertical)}</text>");
            }

            for (double tick = Math.Ceiling(lowX); tick <= highX; tick += Step(highX - lowX))
            {
                Add(svg, $"<line x1='{X(tick):0.#}' x2='{X(tick):0.#}' y1='{top}' y2='{top + PanelHeight}' stroke='#ddd'/>");
                Add(svg, $"<text x='{X(tick):0.#}' y='{top + PanelHeight + 15}' text-anchor='middle'>{(IsHorizontalLinear ? tick : Math.Pow(10, tick)):#,0.####}</text>");
            }

            for (double decade = lowY; decade <= highY; decade++)
            {
                Add(svg, $"<line x1='{left}' x2='{left + PanelWidth}' y1='{Y(decade):0.#}' y2='{Y(decade):0.#}' stroke='#ddd'/>");
                if (HasOwnAxis(panels, p))
                {
                    Add(svg, $"<text x='{left - 6}' y='{Y(decade) + 4:0.#}' text-anchor='end'>10<tspan dy='-4' font-size='8'>{decade:0}</tspan></text>");
                }
            }

            foreach (var (i, line) in panels[p].Lines.Index())
            {
                string path = string.Join(' ', line.Points.Select(point =>
                    string.Create(CultureInfo.InvariantCulture, $"{X(Along(point.X)):0.#},{Y(Math.Log10(point.Y)):0.#}")));
                Add(svg, $"<polyline points='{path}' fill='none' {Stroke(panels[p].Lines, i)}/>");
                foreach (var point in line.IsLimit ? [] : line.Points)
                {
                    Add(svg, $"<circle cx='{X(Along(point.X)):0.#}' cy='{Y(Math.Log10(point.Y)):0.#}' r='2.5' fill='{Colour(panels[p].Lines, i)}'/>");
                }
            }

            double X(double along) => left + (PanelWidth * (along - lowX) / (highX - lowX));

            double Y(double log) => top + (PanelHeight * (highY - log) / (highY - lowY));
        }

        return svg.Append("</svg>\n").ToString();
    }

    /// <summary>Left edges of the panels: further apart where a panel has an axis of its own.</summary>
    private static double[] Lefts(IReadOnlyList<Panel> panels)
    {
        var lefts = new double[panels.Count];
        for (int p = 0; p < lefts.Length; p++)
        {
            lefts[p] = p == 0 ? Left : lefts[p - 1] + PanelWidth + (HasOwnAxis(panels, p) ? Left + (Gap / 2) : Gap);
        }

        return lefts;
    }

    private static bool HasOwnAxis(IReadOnlyList<Panel> panels, int index) => index == 0 || panels[index].Vertical != panels[index - 1].Vertical;

    /// <summary>At most about a dozen ticks.</summary>
    private static double Step(double range) => Math.Max(1, Math.Ceiling(range / 12));

    private static string Colour(IReadOnlyList<Line> lines, int index) => s_colours[(lines.Take(index + 1).Count(line => !line.IsLimit) - 1) % s_colours.Length];

    private static string Stroke(IReadOnlyList<Line> lines, int index) =>
        $"stroke='{Colour(lines, index)}' stroke-width='{(lines[index].IsLimit ? "1.5" : "2")}'{(lines[index].IsLimit ? " stroke-dasharray='5 3'" : "")}";

    private static void Add(StringBuilder svg, FormattableString line) => svg.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');

    private static string Escaped(string text) => text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal);

    private double Along(double x) => IsHorizontalLinear ? x : Math.Log10(x);
}

using System.Globalization;

namespace QDiff.Models.Images;

/// <summary>Panels of lines with axes and one legend, written as SVG.</summary>
/// <param name="title">Title of the picture; empty for none.</param>
/// <param name="horizontal">What is along the horizontal axis.</param>
public sealed class LinePlot(string title, string horizontal)
{
    private const int PanelWidth = 250;
    private const int PanelHeight = 230;
    private const int Left = 62;
    private const int Gap = 36;
    private const int Bottom = 48;
    private const int LegendWidth = 260;
    private const int LegendHeight = 18;

    /// <summary>How the horizontal axis is divided.</summary>
    public AxisScale Horizontal { get; init; } = AxisScale.Logarithmic;

    /// <summary>How the vertical axes are divided.</summary>
    public AxisScale Vertical { get; init; } = AxisScale.Logarithmic;

    /// <summary>Whether all panels show the same range along the horizontal axis.</summary>
    public bool IsHorizontalShared { get; init; } = true;

    /// <summary>Most panels in a row; 0 for no limit.</summary>
    public int Columns { get; init; }

    /// <summary>A line of one panel.</summary>
    /// <param name="Label">Its name, the same in every panel that has it.</param>
    /// <param name="Points">Points from left to right, above 0 on a logarithmic axis.</param>
    public sealed record Line(string Label, IReadOnlyList<(double X, double Y)> Points)
    {
        /// <summary>Drawn dashed and in the colour of the line before it, whose limit it is.</summary>
        public bool IsLimit { get; init; }

        /// <summary>Drawn without dots at its points.</summary>
        public bool IsDense { get; init; }
    }

    /// <summary>One panel.</summary>
    /// <param name="Title">Its title.</param>
    /// <param name="Vertical">What is along its vertical axis; panels of the same share it.</param>
    /// <param name="Lines">Its lines.</param>
    public sealed record Panel(string Title, string Vertical, IReadOnlyList<Line> Lines);

    /// <summary>The picture.</summary>
    /// <param name="panels">At least one, each with at least one point.</param>
    public SvgFigure Draw(IReadOnlyList<Panel> panels)
    {
        int columns = Columns == 0 ? panels.Count : Math.Min(Columns, panels.Count), rows = (panels.Count + columns - 1) / columns;
        double[] lefts = Lefts(panels, columns);
        Line[] legend = [.. panels.SelectMany(panel => panel.Lines).DistinctBy(line => line.Label)];
        var colours = new Dictionary<string, int>();
        foreach (Line line in legend)
        {
            colours[line.Label] = Math.Max(0, colours.Values.Append(-1).Max() + (line.IsLimit ? 0 : 1)) % SvgFigure.Colours;
        }

        int width = (int)lefts[^1] + PanelWidth + Gap, legendColumns = Math.Max(1, (width - Left) / LegendWidth);
        int legendTop = title.Length > 0 ? 34 : 14, legendRows = legend.Length > 1 || title.Length > 0 ? (legend.Length + legendColumns - 1) / legendColumns : 0;
        int top = legendTop + 14 + (legendRows * LegendHeight), rowHeight = PanelHeight + Bottom + 22;
        var svg = new SvgFigure(width, top + (rows * rowHeight) - 22);
        if (title.Length > 0)
        {
            svg.Add($"<text x='{Left}' y='18' font-size='14' font-weight='bold' class='ink'>{SvgFigure.Escaped(title)}</text>");
        }

        foreach ((int i, Line line) in legendRows == 0 ? [] : legend.Index())
        {
            int x = Left + (i % legendColumns * LegendWidth), y = legendTop + (i / legendColumns * LegendHeight);
            svg.Add($"<line x1='{x}' x2='{x + 22}' y1='{y}' y2='{y}' {Stroke(line, colours)}/>");
            svg.Add($"<text x='{x + 28}' y='{y + 4}' class='ink'>{SvgFigure.Escaped(line.Label)}</text>");
        }

        for (int p = 0; p < panels.Count; p++)
        {
            bool ownAxis = HasOwnAxis(panels, p, columns);
            string axis = ownAxis ? panels[p].Vertical : "";
            Draw(svg, panels, p, lefts[p % columns], top + (p / columns * rowHeight), axis, colours);
        }

        return svg;
    }

    private void Draw(SvgFigure svg, IReadOnlyList<Panel> panels, int p, double left, double top, string axis, Dictionary<string, int> colours)
    {
        Axis x = Axis.Over(Horizontal, Points(IsHorizontalShared ? panels : [panels[p]]).Select(point => point.X), isTight: true);
        Axis y = Axis.Over(Vertical, Points(panels.Where(other => other.Vertical == panels[p].Vertical)).Select(point => point.Y), isTight: false);
        svg.Add($"<rect x='{left}' y='{top}' width='{PanelWidth}' height='{PanelHeight}' class='frame'/>");
        svg.Add($"<text x='{left + (PanelWidth / 2)}' y='{top - 8}' text-anchor='middle' class='ink'>{SvgFigure.Escaped(panels[p].Title)}</text>");
        svg.Add($"<text x='{left + (PanelWidth / 2)}' y='{top + PanelHeight + 34}' text-anchor='middle' class='ink'>{SvgFigure.Escaped(horizontal)}</text>");
        if (axis.Length > 0)
        {
            svg.Add($"<text transform='translate({left - Left + 14} {top + (PanelHeight / 2)}) rotate(-90)' text-anchor='middle' class='ink'>{SvgFigure.Escaped(axis)}</text>");
        }

        foreach ((double at, string label, int power) in x.Ticks)
        {
            svg.Add($"<line x1='{X(at):0.#}' x2='{X(at):0.#}' y1='{top}' y2='{top + PanelHeight}' class='grid'/>");
            svg.Add($"<text x='{X(at):0.#}' y='{top + PanelHeight + 15}' text-anchor='middle' class='ink'>{(power == 0 ? label : Math.Pow(10, power).ToString("#,0.####", CultureInfo.InvariantCulture))}</text>");
        }

        foreach ((double at, string label, int power) in y.Ticks)
        {
            svg.Add($"<line x1='{left}' x2='{left + PanelWidth}' y1='{Y(at):0.#}' y2='{Y(at):0.#}' class='grid'/>");
            if (axis.Length > 0 && label.Length > 0)
            {
                svg.Add($"<text x='{left - 6}' y='{Y(at) + 4:0.#}' text-anchor='end' class='ink'>{label}</text>");
            }
            else if (axis.Length > 0)
            {
                svg.Add($"<text x='{left - 6}' y='{Y(at) + 4:0.#}' text-anchor='end' class='ink'>10<tspan dy='-4' font-size='8'>{power}</tspan></text>");
            }
        }

        foreach (Line line in panels[p].Lines)
        {
            string path = string.Join(' ', line.Points.Select(point =>
                string.Create(CultureInfo.InvariantCulture, $"{X(x.Place(point.X)):0.#},{Y(y.Place(point.Y)):0.#}")));
            svg.Add($"<polyline points='{path}' {Stroke(line, colours)}/>");
            foreach ((double alongX, double alongY) in line.IsLimit || (line.IsDense && line.Points.Count > 1) ? [] : line.Points)
            {
                svg.Add($"<circle cx='{X(x.Place(alongX)):0.#}' cy='{Y(y.Place(alongY)):0.#}' r='2.5' class='fill-{colours[line.Label]}'/>");
            }
        }

        double X(double place) => left + (PanelWidth * (place - x.Low) / (x.High - x.Low));

        double Y(double place) => top + (PanelHeight * (y.High - place) / (y.High - y.Low));
    }

    private static IEnumerable<(double X, double Y)> Points(IEnumerable<Panel> panels) => panels.SelectMany(panel => panel.Lines).SelectMany(line => line.Points);

    /// <summary>Left edges of the columns: further apart where a panel has an axis of its own.</summary>
    private static double[] Lefts(IReadOnlyList<Panel> panels, int columns)
    {
        var lefts = new double[columns];
        for (int c = 0; c < columns; c++)
        {
            bool ownAxis = Enumerable.Range(0, panels.Count).Any(p => p % columns == c && HasOwnAxis(panels, p, columns));
            lefts[c] = c == 0 ? Left : lefts[c - 1] + PanelWidth + (ownAxis ? Left + (Gap / 2) : Gap);
        }

        return lefts;
    }

    private static bool HasOwnAxis(IReadOnlyList<Panel> panels, int index, int columns) =>
        index % columns == 0 || panels[index].Vertical != panels[index - 1].Vertical;

    private static string Stroke(Line line, Dictionary<string, int> colours) =>
        $"class='stroke-{colours[line.Label]}' stroke-width='{(line.IsLimit || line.IsDense ? "1.5" : "2")}'{(line.IsLimit ? " stroke-dasharray='5 3'" : "")}";

    /// <summary>A divided axis; places are values, or their decimal logarithms.</summary>
    private sealed record Axis(AxisScale Scale, double Low, double High, IReadOnlyList<(double Place, string Label, int Power)> Ticks)
    {
        private const double MostDecadesWithinWhichOthersAreTicked = 2;

        public static Axis Over(AxisScale scale, IEnumerable<double> values, bool isTight)
        {
            double[] places = [.. values.Select(value => PlaceOf(scale, value))];
            (double low, double high) = (places.Min(), places.Max());
            return scale == AxisScale.Logarithmic ? Logarithmic(low, high, isTight) : Even(scale, low, high, isTight);
        }

        public double Place(double value) => PlaceOf(Scale, value);

        private static double PlaceOf(AxisScale scale, double value) => scale == AxisScale.Logarithmic ? Math.Log10(value) : value;

        private static Axis Even(AxisScale scale, double low, double high, bool isTight)
        {
            if (!(high > low))
            {
                (low, high) = (low - 0.5, high + 0.5);
            }

            double rough = (high - low) / (scale == AxisScale.Whole ? 12 : 5), unit = Math.Pow(10, Math.Floor(Math.Log10(rough)));
            double step = ((double[])[1, 2, 5, 10]).First(factor => factor * unit >= rough * 0.999) * unit;
            step = scale == AxisScale.Whole ? Math.Max(1, Math.Ceiling(step)) : step;
            if (!isTight)
            {
                (low, high) = (Math.Floor(low / step) * step, Math.Ceiling(high / step) * step);
            }

            int first = (int)Math.Ceiling((low / step) - 1e-9), last = (int)Math.Floor((high / step) + 1e-9);
            return new Axis(scale, low, high, [.. Enumerable.Range(first, last - first + 1).Select(k => (k * step, Text(k * step), 0))]);
        }

        private static Axis Logarithmic(double low, double high, bool isTight)
        {
            if (isTight)
            {
                (low, high) = low < high ? (low, high) : (low - 0.5, high + 0.5);
            }
            else
            {
                (low, high) = high - low <= MostDecadesWithinWhichOthersAreTicked / 2 ? (Outward(low, -1), Outward(high, 1)) : (Math.Floor(low), Math.Ceiling(high));
                high = high > low ? high : low + 1;
            }

            double step = Math.Max(1, Math.Ceiling((high - low) / 12));
            var ticks = new List<(double, string, int)>();
            for (double decade = Math.Floor(low); decade <= high; decade += step)
            {
                Tick(decade, "", (int)decade);
                foreach (int factor in high - low <= MostDecadesWithinWhichOthersAreTicked * (isTight ? 0.6 : 1) ? (int[])[2, 5] : [])
                {
                    Tick(decade + Math.Log10(factor), Text(factor * Math.Pow(10, decade)), 0);
                }
            }

            return new Axis(AxisScale.Logarithmic, low, high, ticks);

            void Tick(double place, string label, int power)
            {
                if (place >= low - 1e-9 && place <= high + 1e-9)
                {
                    // One and its neighbours read better written out than as powers.
                    ticks.Add(label.Length == 0 && (power == 0 || high - low <= MostDecadesWithinWhichOthersAreTicked) ? (place, Text(Math.Pow(10, power)), 0) : (place, label, power));
                }
            }
        }

        /// <summary>The next place beyond that is one, two or five of a power of ten.</summary>
        private static double Outward(double place, int sign)
        {
            double decade = Math.Floor(place);
            double[] places = [decade, decade + Math.Log10(2), decade + Math.Log10(5), decade + 1];
            return sign < 0 ? places.Last(p => p <= place + 1e-9) : places.First(p => p >= place - 1e-9);
        }

        private static string Text(double value) => Math.Abs(value) is 0 or >= 1e-3 ? value.ToString("#,0.####", CultureInfo.InvariantCulture) : value.ToString("0.##e0", CultureInfo.InvariantCulture);
    }
}

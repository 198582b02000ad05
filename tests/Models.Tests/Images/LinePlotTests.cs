using System.Globalization;
using System.Xml.Linq;
using QDiff.Models.Images;

namespace QDiff.Models.Tests.Images;

public class LinePlotTests
{
    private static readonly XNamespace s_svg = "http://www.w3.org/2000/svg";

    [Theory]
    [InlineData(AxisScale.Linear, -3.0, 7.0)]
    [InlineData(AxisScale.Linear, 5.0, 5.0)]
    [InlineData(AxisScale.Whole, 2.0, 24.0)]
    [InlineData(AxisScale.Logarithmic, 0.33, 0.57)]
    [InlineData(AxisScale.Logarithmic, 1e-9, 1e4)]
    [InlineData(AxisScale.Logarithmic, 3.0, 3.0)]
    public void Draw_AnyRange_KeepsEveryPointInItsPanelAndTicksIt(AxisScale scale, double low, double high)
    {
        SvgFigure figure = new LinePlot("t", "x") { Horizontal = AxisScale.Linear, Vertical = scale }.Draw(
            [new LinePlot.Panel("p", "y", [new LinePlot.Line("a", [(0, low), (1, high)])])]);
        XElement picture = XDocument.Parse(figure.Standalone()).Root!;
        XElement frame = picture.Elements(s_svg + "rect").Single(rect => (string?)rect.Attribute("class") == "frame");
        double top = Number(frame, "y"), bottom = top + Number(frame, "height");
        double[] ys = [.. picture.Elements(s_svg + "circle").Select(circle => Number(circle, "cy"))];
        Assert.Equal(2, ys.Length);
        Assert.All(ys, y => Assert.InRange(y, top - 0.1, bottom + 0.1));
        Assert.True(low == high || ys[0] > ys[1], "The larger value is not above the smaller one.");
        Assert.InRange(picture.Elements(s_svg + "line").Count(line => (string?)line.Attribute("class") == "grid" && Number(line, "y1") == Number(line, "y2")), 2, 20);
    }

    [Fact]
    public void Draw_PanelsWithDifferentLines_NamesEachOnceAndGivesALimitTheColourOfItsLine()
    {
        SvgFigure figure = new LinePlot("t", "x") { Columns = 2 }.Draw(
        [
            new("p", "y", [Line("a"), Line("limit of a") with { IsLimit = true }]),
            new("q", "y", [Line("a"), Line("b")]),
            new("r", "z", [Line("b")]),
        ]);
        XElement picture = XDocument.Parse(figure.Standalone()).Root!;
        string[] texts = [.. picture.Elements(s_svg + "text").Select(text => text.Value)];
        Assert.All((string[])["a", "limit of a", "b"], label => Assert.Single(texts, label));
        string[] colours = [.. picture.Elements(s_svg + "polyline").Select(line => (string)line.Attribute("class")!)];
        Assert.Equal(["stroke-0", "stroke-0", "stroke-0", "stroke-1", "stroke-1"], colours);
        Assert.Equal(2, picture.Elements(s_svg + "rect").Where(rect => (string?)rect.Attribute("class") == "frame").Select(rect => Number(rect, "y")).Distinct().Count());

        static LinePlot.Line Line(string label) => new(label, [(1, 1), (10, 2)]);
    }

    private static double Number(XElement element, string name) => double.Parse((string)element.Attribute(name)!, CultureInfo.InvariantCulture);
}

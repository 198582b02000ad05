using System.Xml.Linq;
using QDiff.Engine.Circuits;
using QDiff.Engine.Gates;
using QDiff.Models.Images;
using QDiff.Models.Quantum;

namespace QDiff.Models.Tests.Images;

public class CircuitFigureTests
{
    private static readonly XNamespace s_svg = "http://www.w3.org/2000/svg";

    public static TheoryData<string> Gates => [.. GateCatalog.All.Select(gate => gate.Name)];

    [Theory]
    [MemberData(nameof(Gates))]
    public void Draw_EveryGateOfTheCatalog_TouchesEveryOneOfItsQubits(string name)
    {
        GateDefinition gate = GateCatalog.All.Single(g => g.Name == name);
        var builder = new CircuitBuilder(4);
        int[] qubits = [2, 0, 3];
        builder.Append(gate, qubits[..gate.Arity], [.. Enumerable.Range(0, gate.ParameterCount).Select(i => Parameter.Trainable(i))]);
        XElement picture = Read(CircuitFigure.Draw(builder.Build()));
        int marks = Of(picture, "circle").Length + Of(picture, "rect").Count(rect => (string?)rect.Attribute("class") == "box")
            + Of(picture, "path").Count(path => ((string)path.Attribute("d")!).Contains('l', StringComparison.Ordinal));
        Assert.Equal(gate.Arity, marks);
    }

    [Theory]
    [InlineData("CNOT", 2, 0)]
    [InlineData("CZ", 2, 0)]
    [InlineData("Toffoli", 3, 0)]
    [InlineData("CRY", 1, 1)]
    [InlineData("RXX", 0, 2)]
    public void Draw_GateWithControls_HasDotsAndTargets(string name, int circles, int boxes)
    {
        GateDefinition gate = GateCatalog.All.Single(g => g.Name == name);
        var builder = new CircuitBuilder(5);
        builder.Append(gate, ((int[])[0, 2, 4])[..gate.Arity], [.. Enumerable.Range(0, gate.ParameterCount).Select(i => Parameter.Input(i))]);
        XElement picture = Read(CircuitFigure.Draw(builder.Build()));
        Assert.Equal(circles, Of(picture, "circle").Length);
        Assert.Equal(boxes, Of(picture, "rect").Count(rect => (string?)rect.Attribute("class") == "box"));
    }

    [Fact]
    public void Draw_LongCircuit_LeavesOutItsMiddleAndSaysHowMuch()
    {
        Circuit circuit = new ReuploadingAnsatz(10, 15, Entangler.Chain).Circuit;
        SvgFigure whole = CircuitFigure.Draw(circuit, 1000), cut = CircuitFigure.Draw(circuit, 20);
        Assert.DoesNotContain(Of(Read(whole), "text"), text => text.Value.Contains("columns", StringComparison.Ordinal));
        Assert.Contains(Of(Read(cut), "text"), text => text.Value == $"… {Columns(whole) - 20} columns …");
        Assert.InRange(cut.Width, 0, 1100);

        static int Columns(SvgFigure figure) => Of(Read(figure), "text").Where(text => (string?)text.Attribute("text-anchor") == "middle").Select(text => (string)text.Attribute("x")!)
            .Concat(Of(Read(figure), "circle").Select(circle => (string)circle.Attribute("cx")!)).Distinct().Count();
    }

    [Fact]
    public void Depth_OfAChain_CountsTheLongestPath() =>
        Assert.Equal(4, CircuitFigure.Depth(new CircuitBuilder(3).H(0).CNOT(0, 1).H(2).CNOT(1, 2).H(2).Build()));

    [Fact]
    public void Draw_FewerThanTwoColumns_IsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => CircuitFigure.Draw(new CircuitBuilder(1).H(0).Build(), 1));

    private static XElement Read(SvgFigure figure) => XDocument.Parse(figure.Standalone()).Root!;

    private static XElement[] Of(XElement picture, string name) => [.. picture.Descendants(s_svg + name)];
}

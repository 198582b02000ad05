using System.Xml.Linq;
using QDiff.Models.Images;
using QDiff.Models.Reports;

namespace QDiff.Models.Tests.Reports;

public class HtmlReportTests
{
    [Fact]
    public void ToHtml_WithTextThatLooksLikeMarkup_ShowsItAsText()
    {
        var page = new HtmlReport("<b>\"A\" & B</b>", "1 < 2");
        page.Section("<script>");
        page.Paragraph("a < b && c > \"d\"");
        page.Table("c & d", ["<i>"], [["</td>"]]);
        page.Facts([("<x>", "&", ">")]);
        page.Code("</pre><script>alert(1)</script>");
        page.Folded("<s>", "&amp;");
        XDocument read = WellFormed.Page(page.ToHtml());
        Assert.Equal("<b>\"A\" & B</b>", read.Descendants("h1").Single().Value);
        Assert.Equal("a < b && c > \"d\"", read.Descendants("main").Single().Element("p")!.Value);
        Assert.Equal("&amp;", read.Descendants("details").Single().Element("pre")!.Value);
    }

    [Fact]
    public void Section_SameHeadingTwice_GetsIdsOfTheirOwn()
    {
        var page = new HtmlReport("t", "s");
        page.Section("Same");
        page.Section("Same");
        Assert.Equal(2, WellFormed.Page(page.ToHtml()).Descendants("h2").Attributes("id").Select(id => id.Value).Distinct().Count());
    }

    [Fact]
    public void Svg_OfThisProgram_LosesItsPaperAndKeepsItsDots()
    {
        var page = new HtmlReport("t", "s");
        page.Svg("d", ScatterFigure.Plane("title", [new ScatterPanel("p", [0, 0, 0.5f, 0.5f])], 1, 1).Standalone(), "dots", "two dots");
        XDocument read = WellFormed.Page(page.ToHtml());
        Assert.DoesNotContain(read.Descendants("rect"), rect => (string?)rect.Attribute("class") == "paper");
        Assert.Equal(2, ((string)read.Descendants("path").Single().Attribute("d")!).Count(c => c == 'M'));
        Assert.DoesNotContain(read.Descendants("svg").Descendants(), element => element.Name.LocalName == "style");
    }

    [Theory]
    [InlineData("<svg><circle</svg>", "is damaged")]
    [InlineData("<svg><script>alert(1)</script></svg>", "holds more than this program draws")]
    [InlineData("<svg><image href='x'/></svg>", "holds more than this program draws")]
    [InlineData("<svg><g onclick='x'/></svg>", "holds more than this program draws")]
    public void Svg_ThatIsNoDrawingOfThisProgram_IsRefused(string svg, string sentence) => Assert.Contains(
        sentence, Assert.Throws<UserErrorException>(() => new HtmlReport("t", "s").Svg("d", svg, "a", "c")).Message, StringComparison.Ordinal);
}

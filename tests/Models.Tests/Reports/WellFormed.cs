using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace QDiff.Models.Tests.Reports;

/// <summary>Reads a page as XML and checks what every page promises.</summary>
internal static partial class WellFormed
{
    public static XDocument Page(string html)
    {
        Assert.StartsWith("<!DOCTYPE html>", html, StringComparison.Ordinal);
        XDocument page = XDocument.Parse(html["<!DOCTYPE html>".Length..]);
        XElement[] all = [.. page.Descendants()];
        string[] ids = [.. all.Attributes("id").Select(id => id.Value)];
        Assert.Equal(ids.Distinct(), ids);
        Assert.All(all.Attributes("href"), link => Assert.Contains(link.Value, ids.Select(id => $"#{id}")));
        Assert.All(all.Attributes("src"), source => Assert.StartsWith("data:", source.Value, StringComparison.Ordinal));
        Assert.DoesNotContain("://", html, StringComparison.Ordinal);
        Assert.DoesNotMatch(Outside(), html);
        Assert.DoesNotContain(all, element => element.Name.LocalName is "script" or "link" or "iframe" or "object");
        Assert.All(all.Where(element => element.Name.LocalName == "figure"), figure =>
        {
            Assert.NotEmpty(figure.Element("figcaption")!.Value);
            XElement picture = Assert.Single(figure.Element("div")!.Elements());
            Assert.NotEmpty((string?)picture.Attribute(picture.Name.LocalName == "img" ? "alt" : "aria-label") ?? "");
        });
        return page;
    }

    public static string[] Figures(XDocument page) => [.. page.Descendants("figure").Select(figure => (string)figure.Attribute("id")!)];

    [GeneratedRegex(@"url\(|@import|=\s*[""']//", RegexOptions.IgnoreCase)]
    private static partial Regex Outside();
}

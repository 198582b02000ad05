using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace QDiff.Architecture.Tests;

public partial class DependencyTests
{
    private static readonly string[] Pinned =
        [.. Repository.Includes(XDocument.Load(Path.Combine(Repository.Root, "Directory.Packages.props")), "PackageVersion")];

    public static TheoryData<string> Projects => [.. Repository.Projects.Keys.Order()];

    [Fact]
    public void Packages_EveryPinnedVersion_HasItsLineOfReason()
    {
        var reasons = Reasons();
        foreach (var package in Pinned)
        {
            Assert.True(reasons.ContainsKey(package), $"{package} is pinned in Directory.Packages.props and has no line in docs/dependencies.md.");
            Assert.True(reasons[package].Length > 10, $"The line of {package} in docs/dependencies.md gives no reason.");
        }
    }

    [Fact]
    public void Packages_EveryLineOfReason_IsStillPinned()
    {
        var stale = Reasons().Keys.Except(Pinned).ToArray();
        Assert.True(stale.Length == 0, $"docs/dependencies.md lists {string.Join(", ", stale)}, which Directory.Packages.props does not pin.");
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Packages_InProjects_CarryNoVersionOfTheirOwn(string project) => Assert.DoesNotContain(
        Repository.Projects[project].Descendants("PackageReference"),
        item => item.Attribute("Version") is not null || item.Attribute("VersionOverride") is not null || item.Element("Version") is not null);

    // A table line: | `package` | who | why |
    private static Dictionary<string, string> Reasons() => File
        .ReadLines(Path.Combine(Repository.Root, "docs", "dependencies.md"))
        .Select(line => TableLine().Match(line))
        .Where(match => match.Success)
        .ToDictionary(match => match.Groups["package"].Value, match => match.Groups["why"].Value.Trim());

    [GeneratedRegex(@"^\|\s*`(?<package>[^`]+)`\s*\|[^|]*\|(?<why>[^|]*)\|\s*$")]
    private static partial Regex TableLine();
}

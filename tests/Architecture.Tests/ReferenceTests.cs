using System.Text.RegularExpressions;

namespace QDiff.Architecture.Tests;

public partial class ReferenceTests
{
    [Fact]
    public void References_EveryKeyThatTheSourceNames_IsListed()
    {
        string listed = File.ReadAllText(Path.Combine(Repository.Root, "docs", "references.md"));
        string[] keys =
        [
            .. Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories)
                .SelectMany(file => Naming().Matches(File.ReadAllText(file)))
                .SelectMany(match => match.Groups["keys"].Value.Split(',', StringSplitOptions.TrimEntries))
                .Distinct().Order(),
        ];
        Assert.NotEmpty(keys);
        Assert.All(keys, key => Assert.True(listed.Contains($"| {key} |", StringComparison.Ordinal), $"docs/references.md has no line for {key}."));
    }

    [GeneratedRegex(@"docs/references\.md: (?<keys>\w+(, \w+)*)")]
    private static partial Regex Naming();
}

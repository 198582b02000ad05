using QDiff.Models.Training;
namespace QDiff.Cli.Tests;

public class HelpTests
{
    [Theory]
    [InlineData("train")]
    [InlineData("sample")]
    [InlineData("evaluate")]
    [InlineData("compare")]
    [InlineData("report")]
    [InlineData("simulate")]
    [InlineData("export")]
    [InlineData("bench")]
    [InlineData("devices")]
    public void Help_OfEveryVerb_EndsWithExamplesOfIt(string verb)
    {
        string help = CommandRunner.Run(verb, "--help").Done().Output;
        string examples = help[help.IndexOf("Examples:", StringComparison.Ordinal)..];
        Assert.Contains($"qdiff {verb}", examples, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("train")]
    [InlineData("sample runs/first")]
    [InlineData("evaluate")]
    [InlineData("compare")]
    [InlineData("report runs/first")]
    [InlineData("simulate bell.qasm")]
    [InlineData("export runs/first")]
    public void Examples_OfTheHelpPage_AreUnderstood(string verb)
    {
        string[] words = verb.Split(' ');
        string help = CommandRunner.Run(words[0], "--help").Done().Output;
        string[] examples = [.. help[help.IndexOf("Examples:", StringComparison.Ordinal)..].Split('\n')
            .Select(line => line.Trim()).Where(line => line.StartsWith($"qdiff {words[0]}", StringComparison.Ordinal))];
        Assert.NotEmpty(examples);
        // With --help every option is parsed and nothing is run; an option that does not exist would be named.
        Assert.All(examples, example => Assert.All(
            example.Split(' ').Where(word => word.StartsWith("--", StringComparison.Ordinal)), option => Assert.Contains($"  {option}", help, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("throughput")]
    [InlineData("gradient")]
    [InlineData("density")]
    [InlineData("scaling")]
    [InlineData("training")]
    [InlineData("trajectories")]
    [InlineData("gradient-variance")]
    [InlineData("coherent-batching")]
    public void Help_OfEveryBenchmark_HasAnExampleOfItsOwnOptions(string verb)
    {
        string help = CommandRunner.Run("bench", verb, "--help").Done().Output;
        string[] examples = [.. help[help.IndexOf("Examples:", StringComparison.Ordinal)..].Split('\n')
            .Select(line => line.Trim()).Where(line => line.StartsWith($"qdiff bench {verb}", StringComparison.Ordinal))];
        Assert.NotEmpty(examples);
        Assert.All(examples, example => Assert.All(
            example.Split(' ').Where(word => word.StartsWith("--", StringComparison.Ordinal)), option => Assert.Contains($"  {option}", help, StringComparison.Ordinal)));
    }

    [Fact]
    public void Help_WithoutAnyWord_NamesEveryVerb()
    {
        string help = CommandRunner.Run().Done().Output;
        Assert.All((string[])["train", "sample", "evaluate", "compare", "report", "simulate", "export", "bench", "devices", "Examples:"], word => Assert.Contains(word, help, StringComparison.Ordinal));
    }

    [Fact]
    public void Help_OfTrain_TellsRangesDefaultsAndChoices()
    {
        string help = string.Join(' ', CommandRunner.Run("train", "--help").Done().Output.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("2 to 16. Default: 10.", help, StringComparison.Ordinal);
        Assert.Contains("<chain|staircase|none>", help, StringComparison.Ordinal);
        Assert.Contains($"Default: {RunConfig.FromPreset("quick").DenoiserSteps} in quick", help, StringComparison.Ordinal);
    }

    [Fact]
    public void Help_WithAWrongOption_IsStillHelp() =>
        Assert.Contains("Examples:", CommandRunner.Run("train", "--help", "--qubits", "3").Done().Output, StringComparison.Ordinal);
}

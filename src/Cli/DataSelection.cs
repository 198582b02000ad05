using System.CommandLine;
using QDiff.Cli.Parsing;
using QDiff.Models.Data;
using QDiff.Models.Training;

namespace QDiff.Cli;

/// <summary>The options that say which images are used and where they lie.</summary>
internal sealed class DataSelection
{
    private readonly Option<DataChoice?> _choice = CommandOptions.Choice<DataChoice>(
        "--data", "Images to train on; auto is MNIST if it can be found or downloaded, else the built-in digits, whose scores do not compare. Default: auto.");

    private readonly Option<string?> _folder = CommandOptions.Path(
        "--data-dir", "DIR", "Folder to look for the image files in first; then come $QDIFF_DATA, ./data and the user's cache, and what is nowhere is downloaded.");

    /// <summary>--data and --data-dir.</summary>
    public IEnumerable<Option> All => [_choice, _folder];

    /// <summary>--data-dir alone, for runs whose data are already decided.</summary>
    public Option Folder => _folder;

    /// <summary>What was chosen.</summary>
    public DataOptions Of(ParseResult parse) => new(parse.GetValue(_choice) ?? DataChoice.Auto, parse.GetValue(_folder));

    /// <summary>Checks that the choice agrees with a run that is to go on.</summary>
    /// <exception cref="CommandLineException">It does not.</exception>
    public void RefuseContradictions(ParseResult parse, RunConfig run, string folder)
    {
        if (parse.GetValue(_choice) is { } asked and not DataChoice.Auto && CommandOptions.NameOf(asked) is var name && name != run.Data)
        {
            throw RunOptions.Contradiction(_choice.Name, name, run.Data, folder);
        }
    }
}

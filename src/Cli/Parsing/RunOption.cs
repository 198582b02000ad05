using System.CommandLine;
using QDiff.Models.Training;

namespace QDiff.Cli.Parsing;

/// <summary>An option of <c>train</c> that stands for one entry of a run's configuration.</summary>
/// <param name="Option">The option as it is parsed.</param>
/// <param name="IsGiven">Whether the user typed it.</param>
/// <param name="Apply">Enters the typed value.</param>
/// <param name="Show">The configuration's value as the user would type it.</param>
internal sealed record RunOption(
    Option Option, Func<ParseResult, bool> IsGiven, Func<RunConfig, ParseResult, RunConfig> Apply, Func<RunConfig, string> Show)
{
    /// <summary>Couples an option with an entry of the configuration, whose value in the presets becomes part of the option's description.</summary>
    /// <param name="option">The option; null stands for not given.</param>
    /// <param name="get">Reads the entry.</param>
    /// <param name="set">Replaces the entry.</param>
    /// <param name="show">Writes a value as the user types it.</param>
    public static RunOption Of<T>(Option<T?> option, Func<RunConfig, T> get, Func<RunConfig, T, RunConfig> set, Func<T, string> show)
        where T : struct
    {
        option.Description += Default(config => show(get(config)));
        return new RunOption(
            option,
            parse => parse.GetValue(option) is not null,
            (config, parse) => parse.GetValue(option) is { } value ? set(config, value) : config,
            config => show(get(config)));
    }

    /// <summary>Checks that the typed value agrees with a run that is to go on.</summary>
    /// <exception cref="CommandLineException">It does not; the message names both values.</exception>
    public void RefuseContradiction(ParseResult parse, RunConfig run, string folder)
    {
        (string asked, string present) = (Show(Apply(run, parse)), Show(run));
        if (asked != present)
        {
            throw RunOptions.Contradiction(Option.Name, asked, present, folder);
        }
    }

    private static string Default(Func<RunConfig, string> show)
    {
        (string Preset, string Value)[] defaults = [.. RunConfig.Presets.Select(preset => (preset, show(RunConfig.FromPreset(preset))))];
        return defaults.Select(d => d.Value).Distinct().Count() == 1
            ? $" Default: {defaults[0].Value}."
            : $" Default: {string.Join(", ", defaults.Select(d => $"{d.Value} in {d.Preset}"))}.";
    }
}

using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.Json;
using static QDiff.Cli.Display.Sentence;

namespace QDiff.Cli.Parsing;

/// <summary>How options and arguments are made: every value is checked when the command line is read.</summary>
internal static class CommandOptions
{
    /// <summary>The option that adds technical detail to errors; every command has it.</summary>
    public static Option<bool> Verbose() => new("--verbose")
    {
        Description = "When something fails, print the technical details too.",
        Recursive = true,
    };

    /// <summary>A switch.</summary>
    public static Option<bool> Switch(string name, string description) => new(name) { Description = description };

    /// <summary>A whole number in a range; null when it is not given.</summary>
    /// <param name="name">The option.</param>
    /// <param name="description">What it is, without the range and without a full stop.</param>
    /// <param name="low">Smallest value.</param>
    /// <param name="high">Largest value.</param>
    /// <param name="standard">What holds when it is not given, for the help page.</param>
    public static Option<int?> Whole(string name, string description, int low, int high, string standard = "") => new(name)
    {
        HelpName = "N",
        Description = Invariant($"{description}, {low} to {high}.{Default(standard)}"),
        CustomParser = result => int.TryParse(Only(result), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value)
            && value >= low && value <= high
            ? value
            : Refuse<int?>(result, Invariant($"'{name}' needs a whole number from {low} to {high}; got '{Only(result)}'.")),
    };

    /// <summary>Whole numbers in a range, as 'A..B', as a list with commas, or one; empty when it is not given.</summary>
    /// <inheritdoc cref="Whole"/>
    public static Option<int[]> Wholes(string name, string description, int low, int high, string standard) => new(name)
    {
        Arity = ArgumentArity.ExactlyOne,
        HelpName = "A..B",
        Description = Invariant($"{description}: a range, a list with commas or one number, {low} to {high}.{Default(standard)}"),
        CustomParser = result => Numbers(Only(result), low, high)
            ?? Refuse<int[]>(result, Invariant($"'{name}' needs a range A..B, a list A,B,… or a whole number, all from {low} to {high}; got '{Only(result)}'.")),
    };

    /// <summary>A seed: any 64-bit number without sign; null when it is not given.</summary>
    public static Option<ulong?> Seed(string name, string description) => new(name)
    {
        HelpName = "N",
        Description = description,
        CustomParser = result => ulong.TryParse(Only(result), NumberStyles.None, CultureInfo.InvariantCulture, out ulong value)
            ? value
            : Refuse<ulong?>(result, Invariant($"'{name}' needs a whole number from 0 to {ulong.MaxValue}; got '{Only(result)}'.")),
    };

    /// <inheritdoc cref="Whole"/>
    /// <summary>A number in a range; null when it is not given.</summary>
    public static Option<double?> Number(string name, string description, double low, double high, string standard = "") => new(name)
    {
        HelpName = "X",
        Description = Invariant($"{description}, {low:0.########} to {high:0.########}.{Default(standard)}"),
        CustomParser = result => double.TryParse(Only(result), NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
            && value >= low && value <= high
            ? value
            : Refuse<double?>(result, Invariant($"'{name}' needs a number from {low:0.########} to {high:0.########}; got '{Only(result)}'.")),
    };

    /// <summary>One of a few words; null when it is not given.</summary>
    public static Option<string?> Word(string name, string description, params string[] allowed)
    {
        var option = new Option<string?>(name)
        {
            HelpName = string.Join('|', allowed),
            Description = description,
            CustomParser = result => OneOf(result, $"'{name}'", allowed),
        };
        option.CompletionSources.Add(allowed);
        return option;
    }

    /// <summary>One of an enumeration's values, written in lower case with hyphens; null when it is not given.</summary>
    public static Option<T?> Choice<T>(string name, string description)
        where T : struct, Enum
    {
        string[] allowed = [.. Enum.GetValues<T>().Select(NameOf)];
        var option = new Option<T?>(name)
        {
            HelpName = string.Join('|', allowed),
            Description = description,
            CustomParser = result => OneOf(result, $"'{name}'", allowed) is { } word ? Enum.GetValues<T>()[Array.IndexOf(allowed, word)] : null,
        };
        option.CompletionSources.Add(allowed);
        return option;
    }

    /// <summary>How <see cref="Choice{T}"/> writes a value.</summary>
    public static string NameOf<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());

    /// <summary>A file or folder; null when it is not given.</summary>
    public static Option<string?> Path(string name, string helpName, string description) => new(name)
    {
        HelpName = helpName,
        Description = description,
        CustomParser = result => Only(result).Length > 0
            ? Only(result)
            : Refuse<string?>(result, $"'{name}' needs the name of a file or folder; got an empty word."),
    };

    /// <summary>A vector picture to draw; null when it is not given.</summary>
    public static Option<string?> Picture(string name)
    {
        Option<string?> option = Path(name, "FILE.svg", "Draw the result into this file too.");
        option.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: { Length: > 0 } file }] && !file.EndsWith(".svg", StringComparison.OrdinalIgnoreCase))
            {
                result.AddError($"'{name}' draws SVG and needs a name that ends in .svg; got '{file}'.");
            }
        });
        return option;
    }

    /// <summary>The run folder that sample, evaluate and export read.</summary>
    public static Argument<string> Run() => RequiredPath("RUN", "RUN", "The folder of a run that train has finished (its --out).");

    /// <summary>A file or folder without which there is nothing to do.</summary>
    public static Argument<string> RequiredPath(string name, string helpName, string description) => new(name)
    {
        HelpName = helpName,
        Description = description,
        CustomParser = result => Only(result).Length > 0
            ? Only(result)
            : Refuse<string>(result, $"<{helpName}> must be the name of a file or folder; got an empty word."),
    };

    /// <summary>A required word out of a few.</summary>
    public static Argument<string> RequiredWord(string name, string description, string[] allowed)
    {
        var argument = new Argument<string>(name)
        {
            HelpName = string.Join('|', allowed),
            Description = description,
            CustomParser = result => OneOf(result, $"<{name}>", allowed),
        };
        argument.CompletionSources.Add(allowed);
        return argument;
    }

    private static int[]? Numbers(string text, int low, int high)
    {
        string[] ends = text.Split("..");
        int?[] numbers = [.. (ends.Length == 2 ? ends : text.Split(',')).Select(word =>
            int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value >= low && value <= high ? value : (int?)null)];
        return Array.Exists(numbers, number => number is null) || (ends.Length == 2 && numbers[0] > numbers[1]) ? null
            : ends.Length == 2 ? [.. Enumerable.Range(numbers[0]!.Value, numbers[1]!.Value - numbers[0]!.Value + 1)]
            : [.. numbers.Select(number => number!.Value)];
    }

    private static string Default(string standard) => standard.Length > 0 ? $" Default: {standard}." : "";

    private static string? OneOf(ArgumentResult result, string name, string[] allowed) =>
        allowed.Contains(Only(result), StringComparer.Ordinal)
            ? Only(result)
            : Refuse<string?>(result, $"{name} must be {List(allowed)}; got '{Only(result)}'.");

    private static string List(string[] words) => words.Length == 1 ? words[0] : $"{string.Join(", ", words[..^1])} or {words[^1]}";

    private static string Only(ArgumentResult result) => result.Tokens[0].Value;

    private static T? Refuse<T>(ArgumentResult result, string message)
    {
        result.AddError(message);
        return default;
    }
}

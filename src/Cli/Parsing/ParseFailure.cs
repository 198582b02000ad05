using System.CommandLine;
using System.CommandLine.Parsing;
using QDiff.Cli.Display;

namespace QDiff.Cli.Parsing;

/// <summary>Says in one sentence what is wrong with a command line, and what was probably meant.</summary>
internal static class ParseFailure
{
    /// <summary>The sentence, or null when the command line is right or asks for help.</summary>
    public static string? Of(ParseResult parse)
    {
        if (parse.Action is HelpWithExamples)
        {
            return null;
        }

        Command command = parse.CommandResult.Command;
        string verb = HelpWithExamples.PathOf(command);
        return StrayOption(parse) is var (option, before) ? OfStrayOption(option, before, command, verb)
            : parse.UnmatchedTokens is [var word, ..] ? UnknownWord(word, command, verb)
            : parse.Errors is [var error, ..] ? OfError(error, verb)
            : null;
    }

    /// <summary>The first word that looks like an option and that the parser took for a value, and the word before it.</summary>
    private static (string Option, string? Before)? StrayOption(ParseResult parse)
    {
        string? before = null;
        foreach (Token token in parse.Tokens.TakeWhile(token => token.Type != TokenType.DoubleDash))
        {
            if (token.Type == TokenType.Argument && token.Value is ['-', not ((>= '0' and <= '9') or '.'), ..])
            {
                return (token.Value.Split('=', 2)[0], before);
            }

            before = token.Value;
        }

        return null;
    }

    private static string OfStrayOption(string got, string? before, Command command, string verb)
    {
        string[] known = [.. AllOptions(command).Where(o => !o.Hidden).Select(o => o.Name)];
        if (known.Contains(got))
        {
            return NeedsValue(before!, verb);
        }

        string guess = Nearest(got, known) is { } near ? $"did you mean '{near}'?" : "check the spelling:";
        return $"'{got}' is not an option of '{verb}'; {guess} '{verb} --help' lists them all.";
    }

    private static string NeedsValue(string option, string verb) => $"'{option}' needs a value; '{verb} --help' says which.";

    private static string UnknownWord(string got, Command command, string verb)
    {
        if (command.Subcommands.Count == 0)
        {
            return $"'{verb}' has no use for the word '{got}'; leave it out, or see '{verb} --help'.";
        }

        string[] known = [.. command.Subcommands.Select(c => c.Name)];
        string guess = Nearest(got, known) is { } near ? $"did you mean '{near}'? " : "";
        return $"'{got}' is not a command of '{verb}'; {guess}The commands are {string.Join(", ", known)}.".Replace("; The", "; the", StringComparison.Ordinal);
    }

    private static string OfError(ParseError error, string verb) => error.SymbolResult switch
    {
        CommandResult { Command.Subcommands.Count: > 0 } half => $"'{verb}' needs one of its commands: {string.Join(", ", half.Command.Subcommands.Select(c => c.Name))}.",
        OptionResult { Tokens.Count: 0, Option: not Option<bool> } missing => NeedsValue(missing.Option.Name, verb),
        OptionResult { Tokens.Count: > 1 } twice =>
            $"'{twice.Option.Name}' was given {twice.Tokens.Count} values ({string.Join(", ", twice.Tokens.Select(t => t.Value))}); give it one.",
        ArgumentResult { Tokens.Count: 0 } missing => $"'{verb}' needs <{missing.Argument.HelpName ?? missing.Argument.Name}>: {Lowered(missing.Argument.Description!)}",
        _ => Sentence.FirstLine(error.Message),
    };

    private static string Lowered(string text) => char.ToLowerInvariant(text[0]) + text[1..];

    private static IEnumerable<Option> AllOptions(Command command) =>
        command.Options.Concat(command.Parents.OfType<Command>().SelectMany(parent => parent.Options.Where(o => o.Recursive)));

    private static string? Nearest(string got, string[] known) => known
        .Select(name => (Name: name, Distance: name.StartsWith(got, StringComparison.Ordinal) ? 0 : Distance(got, name)))
        .Where(candidate => candidate.Distance <= Math.Max(2, got.Length / 3))
        .OrderBy(candidate => candidate.Distance)
        .Select(candidate => candidate.Name)
        .FirstOrDefault();

    /// <summary>Levenshtein's distance: insertions, deletions and substitutions of one letter.</summary>
    private static int Distance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int above = row[j];
                row[j] = Math.Min(Math.Min(above, row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[b.Length];
    }
}

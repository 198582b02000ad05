using QDiff.Models.Pairings;
using Spectre.Console;

namespace QDiff.Cli.Display;

/// <summary>Prints the scores of a pairing.</summary>
internal static class PairingTable
{
    /// <summary>Prints a row for every score.</summary>
    public static void Write(Terminal terminal, PairingConfig config, PairingReport report)
    {
        var table = new Table { Border = TableBorder.Simple };
        string of = config.Target is { } target ? PairingConfig.NameOf(target)
            : $"{PairingConfig.NameOf(config.Ensemble!.Value)} states, {PairingConfig.NameOf(config.Channel!.Value)} noise";
        table.AddColumn(new TableColumn(Markup.Escape(Sentence.Invariant($"{config.Model.ToString().ToLowerInvariant()} of {of}, {config.Samples:#,0} samples"))).NoWrap());
        table.AddColumn(new TableColumn("value").NoWrap().RightAligned());
        table.AddColumn(new TableColumn("meaning"));
        foreach ((string name, string value, string meaning) in report.Rows)
        {
            table.AddRow(Markup.Escape(name), Markup.Escape(value), Markup.Escape(meaning));
        }

        terminal.OutConsole().Write(table);
    }
}

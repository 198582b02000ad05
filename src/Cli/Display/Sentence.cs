namespace QDiff.Cli.Display;

/// <summary>Brings messages and numbers into the form that is printed.</summary>
internal static class Sentence
{
    /// <summary>The message without what the framework appends: the parameter's name and the value on a second line.</summary>
    public static string Of(ArgumentException e)
    {
        string message = FirstLine(e.Message);
        string suffix = $" (Parameter '{e.ParamName}')";
        return message.EndsWith(suffix, StringComparison.Ordinal) ? message[..^suffix.Length] : message;
    }

    /// <summary>The first line of a text.</summary>
    public static string FirstLine(string text) => text.Split('\n', 2)[0].TrimEnd();

    /// <summary>Formats with a point for decimals and commas between thousands, whatever the user's language.</summary>
    public static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    /// <summary>A rate with about three significant digits, however small or large it is.</summary>
    public static string Rate(double value) => value switch
    {
        >= 100 => Invariant($"{value:#,0}"),
        >= 1 => Invariant($"{value:0.0}"),
        _ => Invariant($"{value:0.000}"),
    };

    /// <summary>A span of time as m:ss, or h:mm:ss from an hour on.</summary>
    public static string Duration(TimeSpan time)
    {
        int hours = (int)time.TotalHours;
        return hours > 0 ? Invariant($"{hours}:{time.Minutes:D2}:{time.Seconds:D2}") : Invariant($"{time.Minutes}:{time.Seconds:D2}");
    }
}

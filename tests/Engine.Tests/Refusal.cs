namespace QDiff.Engine.Tests;

/// <summary>Asserts that bad input is refused with the sentence a user would read.</summary>
internal static class Refusal
{
    public static void Says<TException>(string message, Action action)
        where TException : Exception
    {
        var error = Assert.ThrowsAny<TException>(action);
        Assert.True(
            error.Message.StartsWith(message, StringComparison.Ordinal),
            $"Expected a message that starts with\n  {message}\ngot\n  {error.Message}");
    }

    public static void Says(string message, Action action) => Says<ArgumentException>(message, action);
}

namespace QDiff.Cli;

/// <summary>The command line is wrong. The message is one sentence: what was got, what is allowed, what to do.</summary>
/// <param name="message">The sentence for the user.</param>
internal sealed class CommandLineException(string message) : Exception(message);

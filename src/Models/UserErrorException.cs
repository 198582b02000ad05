namespace QDiff.Models;

/// <summary>
/// A failure that the user can mend: a damaged file, a folder that cannot be written, data that do not fit. Its message is one
/// sentence that says what was got, what is allowed and what to do; the command prints it without a stack trace and exits with 1.
/// </summary>
/// <param name="message">The sentence for the user.</param>
/// <param name="inner">The technical cause, shown only with <c>--verbose</c>.</param>
public sealed class UserErrorException(string message, Exception? inner = null) : Exception(message, inner);

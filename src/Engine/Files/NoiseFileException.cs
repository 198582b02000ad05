namespace QDiff.Engine.Files;

/// <summary>A noise file cannot be used: where in the file, and why, in one sentence.</summary>
/// <param name="place">The JSON path, as in "$.rules[2].channels[0].gamma", or line and column where the text is no JSON.</param>
/// <param name="reason">What was found there and what is allowed, without a full stop.</param>
public sealed class NoiseFileException(string place, string reason) : Exception($"{place}: {reason}.")
{
    /// <summary>The JSON path, or line and column where the text is no JSON.</summary>
    public string Place { get; } = place;
}

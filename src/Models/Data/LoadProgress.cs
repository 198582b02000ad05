namespace QDiff.Models.Data;

/// <summary>How far a download has come.</summary>
/// <param name="File">The name of the file.</param>
/// <param name="Done">Bytes received.</param>
/// <param name="Total">Bytes expected; 0 when the server does not say.</param>
public readonly record struct LoadProgress(string File, long Done, long Total);

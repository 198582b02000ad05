using System.Reflection;

namespace QDiff.Models.Training;

/// <summary>The source revision that the build stamped on this assembly.</summary>
internal static class SourceRevision
{
    /// <summary>The revision, or <c>unknown</c>.</summary>
    public static string Current { get; } = Of(
        typeof(SourceRevision).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "");

    private static string Of(string version)
    {
        int plus = version.IndexOf('+', StringComparison.Ordinal);
        return plus < 0 ? "unknown" : version[(plus + 1)..];
    }
}

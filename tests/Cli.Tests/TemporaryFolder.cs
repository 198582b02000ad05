namespace QDiff.Cli.Tests;

/// <summary>An empty folder that is deleted with everything in it at the end of a test.</summary>
public sealed class TemporaryFolder : IDisposable
{
    public TemporaryFolder() => Root = Directory.CreateTempSubdirectory("qdiff-test-").FullName;

    public string Root { get; }

    public string File(params string[] parts) => Path.Combine([Root, .. parts]);

    public void Dispose() => Directory.Delete(Root, recursive: true);
}

using System.Xml.Linq;

namespace QDiff.Architecture.Tests;

/// <summary>The files of this repository, found by walking up from the test assembly to the solution file.</summary>
internal static class Repository
{
    public const string Solution = "QDiff.Gpu.sln";

    public static string Root { get; } = FindRoot();

    /// <summary>Every project, by its folder relative to the root ("src/Engine"), with its parsed file.</summary>
    public static IReadOnlyDictionary<string, XDocument> Projects { get; } = Directory
        .EnumerateFiles(Root, "*.csproj", SearchOption.AllDirectories)
        .Where(file => !IsBuildOutput(file))
        .ToDictionary(file => Relative(Path.GetDirectoryName(file)!), XDocument.Load);

    /// <summary>Folders of the projects that <paramref name="project"/> references, under whatever condition.</summary>
    public static IEnumerable<string> ProjectReferences(string project) => Includes(Projects[project], "ProjectReference")
        .Select(include => Relative(Path.GetDirectoryName(Path.GetFullPath(Path.Combine(Root, project, include.Replace('\\', '/'))))!));

    /// <summary>Packages that <paramref name="project"/> references, under whatever condition.</summary>
    public static IEnumerable<string> PackageReferences(string project) => Includes(Projects[project], "PackageReference");

    public static IEnumerable<string> Includes(XDocument document, string element) =>
        document.Descendants(element).Select(item => item.Attribute("Include")?.Value).OfType<string>();

    public static IEnumerable<string> SourceFiles(string folder)
    {
        var path = Path.Combine(Root, folder);
        return Directory.Exists(path)
            ? Directory.EnumerateFiles(path, "*.cs", SearchOption.AllDirectories).Where(file => !IsBuildOutput(file))
            : [];
    }

    public static string Relative(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');

    private static bool IsBuildOutput(string file) => Relative(file).Split('/').Any(part => part is "bin" or "obj" || (part.StartsWith('.') && part.Length > 1));

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, Solution)))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"No {Solution} in any folder above {AppContext.BaseDirectory}; run the tests from a checkout.");
    }
}

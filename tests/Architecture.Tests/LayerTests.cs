namespace QDiff.Architecture.Tests;

/// <summary>
/// Who may know whom. An arrow that is not in these tables fails; a new arrow is a change of the architecture, made in docs/architecture.md
/// and here.
/// </summary>
public class LayerTests
{
    private static readonly Dictionary<string, string[]> AllowedProjects = new()
    {
        ["src/Engine"] = [],
        ["src/Portable/Ilgpu"] = [],
        ["src/Portable/Torch"] = [],
        ["src/Kernels"] = ["src/Engine", "src/Portable/Ilgpu"],
        ["src/Models"] = ["src/Engine", "src/Portable/Torch"],
        ["src/Cli"] = ["src/Engine", "src/Kernels", "src/Models", "src/Portable/Ilgpu", "src/Portable/Torch"],
    };

    private static readonly Dictionary<string, string[]> AllowedPackages = new()
    {
        ["src/Engine"] = ["MathNet.Numerics"],
        // System.Numerics.Tensors is .NET itself, shipped as a package.
        ["src/Portable/Ilgpu"] = ["System.Numerics.Tensors"],
        ["src/Portable/Torch"] = ["System.Numerics.Tensors"],
        ["src/Kernels"] = ["ILGPU", "ILGPU.Algorithms"],
        ["src/Models"] = ["$(TorchPackage)"],
        ["src/Cli"] = ["Spectre.Console", "System.CommandLine"],
    };

    private static readonly string[] TestPackages =
        ["Microsoft.NET.Test.Sdk", "xunit", "xunit.runner.visualstudio", "FsCheck", "MathNet.Numerics"];

    private static readonly string[] BenchPackages = ["BenchmarkDotNet"];

    public static TheoryData<string> Projects => [.. Repository.Projects.Keys.Order()];

    [Theory]
    [MemberData(nameof(Projects))]
    public void ProjectReferences_OfEveryProject_AreAllowedArrows(string project)
    {
        var forbidden = Repository.ProjectReferences(project).Except(ProjectsAllowedTo(project)).ToArray();
        Assert.True(
            forbidden.Length == 0,
            $"{project} references {string.Join(", ", forbidden)}; it may reference: {string.Join(", ", ProjectsAllowedTo(project))}.");
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void PackageReferences_OfEveryProject_AreAllowedArrows(string project)
    {
        var forbidden = Repository.PackageReferences(project).Except(PackagesAllowedTo(project)).ToArray();
        Assert.True(
            forbidden.Length == 0,
            $"{project} references the packages {string.Join(", ", forbidden)}; it may reference: {string.Join(", ", PackagesAllowedTo(project))}.");
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Projects_OnDisk_AreInTheSolution(string project)
    {
        var solution = File.ReadAllText(Path.Combine(Repository.Root, Repository.Solution)).Replace('\\', '/');
        Assert.True(
            solution.Contains($"\"{project}/"),
            $"{project} is not in {Repository.Solution}, so 'dotnet test' passes it over; add it with 'dotnet sln add {project}'.");
    }

    [Fact]
    public void Torch_EveryReferenceToThePackageOrItsStandIn_DependsOnTheBuildSwitch()
    {
        var items = Repository.Projects["src/Models"].Descendants()
            .Where(item => item.Name.LocalName is "ProjectReference" or "PackageReference")
            .Select(item => (Include: item.Attribute("Include")!.Value, Condition: item.Attribute("Condition")?.Value ?? ""))
            .Where(item => item.Include.Contains("Torch"))
            .ToArray();
        Assert.NotEmpty(items);
        Assert.All(items, item => Assert.True(item.Condition.Contains("$(Torch)"), $"{item.Include} needs a condition on $(Torch)."));
    }

    [Theory]
    [InlineData("src/Models")]
    [InlineData("src/Kernels")]
    public void ConditionalCompilation_InTheSharedSources_IsInOneFileAtMost(string folder)
    {
        var files = Repository.SourceFiles(folder)
            .Where(file => File.ReadLines(file).Any(line => line.TrimStart().StartsWith("#if")))
            .Select(Repository.Relative)
            .ToArray();
        Assert.True(files.Length <= 1, $"#if is for the one file that takes a device pointer from a tensor; found in {string.Join(", ", files)}.");
    }

    private static string[] ProjectsAllowedTo(string project)
    {
        if (project.StartsWith("tests/"))
        {
            // What it tests, and what that may know; the contracts that all backends share are the engine's tests.
            var subject = Subject(project);
            string[] contracts = subject == "src/Kernels" ? ["tests/Engine.Tests"] : [];
            return AllowedProjects.TryGetValue(subject, out var below) ? [subject, .. below, .. contracts] : [];
        }

        return project is "bench" || project.StartsWith("bench/") ? [.. AllowedProjects.Keys] : AllowedProjects.GetValueOrDefault(project, []);
    }

    private static string[] PackagesAllowedTo(string project) => project switch
    {
        _ when project.StartsWith("tests/") => [.. TestPackages, .. AllowedPackages.GetValueOrDefault(Subject(project), [])],
        _ when project is "bench" || project.StartsWith("bench/") => BenchPackages,
        _ => AllowedPackages.GetValueOrDefault(project, []),
    };

    // tests/Portable.Torch.Tests tests src/Portable/Torch.
    private static string Subject(string testProject) => "src/" + testProject["tests/".Length..].Replace(".Tests", "").Replace('.', '/');
}

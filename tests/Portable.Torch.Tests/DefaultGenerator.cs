namespace QDiff.Portable.Torch.Tests;

/// <summary>Tests that seed the default generator, one for the whole process, do not run beside each other.</summary>
[CollectionDefinition(Name)]
public sealed class DefaultGenerator
{
    public const string Name = "Default generator";
}

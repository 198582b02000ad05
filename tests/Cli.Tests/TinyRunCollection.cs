namespace QDiff.Cli.Tests;

/// <summary>The tests that share one trained run, one after the other: each of them keeps every core busy.</summary>
[CollectionDefinition(Name)]
public sealed class TinyRunCollection : ICollectionFixture<TinyRun>
{
    public const string Name = "tiny run";
}

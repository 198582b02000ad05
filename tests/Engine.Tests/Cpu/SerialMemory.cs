namespace QDiff.Engine.Tests.Cpu;

/// <summary>Tests that count allocated bytes run alone: the count is of the whole process.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class SerialMemory
{
    public const string Name = "Serial memory";
}

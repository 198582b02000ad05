namespace QDiff.Portable.Torch.Tests.Autograd;

/// <summary>Tests that count live bytes run alone: the count is of the whole process.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class SerialMemory
{
    public const string Name = "Serial memory";
}

namespace TorchSharp;

/// <summary>The elementwise comparisons.</summary>
internal enum CompareKind
{
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

namespace TorchSharp;

/// <summary>The elementwise functions of two operands.</summary>
internal enum BinaryKind
{
    Add,
    Subtract,
    Multiply,
    Divide,
    Maximum,
    Minimum,
    Power,
    Atan2,
}

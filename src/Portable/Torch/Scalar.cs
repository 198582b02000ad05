namespace TorchSharp;

/// <summary>A number whose type is known at run time: what arithmetic between tensors and plain numbers takes.</summary>
public sealed class Scalar : IDisposable
{
    private readonly double real;
    private readonly long integer;

    private Scalar(double real, long integer, torch.ScalarType type)
    {
        this.real = real;
        this.integer = integer;
        Type = type;
    }

    internal static Scalar Real(double value) => new(value, Saturate(value), torch.ScalarType.Float64);

    internal static Scalar Integer(long value) => new(value, value, torch.ScalarType.Int64);

    internal static Scalar Boolean(bool value) => new(value ? 1 : 0, value ? 1 : 0, torch.ScalarType.Bool);

    /// <summary>Float64, Int64 or Bool: the widest type of the value's category.</summary>
    public torch.ScalarType Type { get; }

    internal bool IsFloat => Type == torch.ScalarType.Float64;

    internal bool IsBool => Type == torch.ScalarType.Bool;

    internal double AsDouble => real;

    internal long AsLong => integer;

    public static implicit operator Scalar(byte value) => Integer(value);

    public static implicit operator Scalar(sbyte value) => Integer(value);

    public static implicit operator Scalar(short value) => Integer(value);

    public static implicit operator Scalar(int value) => Integer(value);

    public static implicit operator Scalar(long value) => Integer(value);

    public static implicit operator Scalar(float value) => Real(value);

    public static implicit operator Scalar(double value) => Real(value);

    public static implicit operator Scalar(bool value) => Boolean(value);

    /// <summary>Nothing to release; there because the package has it.</summary>
    public void Dispose()
    {
    }

    private static long Saturate(double value) => double.IsNaN(value) ? 0 : (long)value;
}

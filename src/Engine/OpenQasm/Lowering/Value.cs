namespace QDiff.Engine.OpenQasm.Lowering;

internal enum ValueKind
{
    Whole,
    Real,
    Truth,

    /// <summary>A real number that depends on inputs that were given no value.</summary>
    Symbolic,
}

/// <summary>A classical value that is known when the text is read.</summary>
internal readonly record struct Value(ValueKind Kind, long Whole, Angle Angle)
{
    public static Value Of(long whole) => new(ValueKind.Whole, whole, whole);

    public static Value Of(double real) => new(ValueKind.Real, 0, real);

    public static Value Of(bool truth) => new(ValueKind.Truth, truth ? 1 : 0, truth ? 1 : 0);

    public static Value Of(Angle angle) => angle.IsConstant ? Of(angle.Constant) : new(ValueKind.Symbolic, 0, angle);

    public double Number => Angle.Constant;

    public bool IsWhole => Kind is ValueKind.Whole or ValueKind.Truth;

    public bool IsSymbolic => Kind == ValueKind.Symbolic;

    public override string ToString() => Kind switch
    {
        ValueKind.Whole => FormattableString.Invariant($"{Whole}"),
        ValueKind.Truth => Whole != 0 ? "true" : "false",
        ValueKind.Real => FormattableString.Invariant($"{Number}"),
        _ => "a value that depends on an input",
    };
}

using System.Collections.Immutable;

namespace QDiff.Engine.OpenQasm.Syntax;

/// <summary>A part of a text that has a value. <paramref name="Depth"/> is the height of its tree, which the parser limits.</summary>
internal abstract record Expression(Position At, int Depth);

internal sealed record IntegerNode(Position At, long Value) : Expression(At, 1);

internal sealed record RealNode(Position At, double Value) : Expression(At, 1);

internal sealed record BitStringNode(Position At, string Bits) : Expression(At, 1);

internal sealed record NameNode(Position At, string Name) : Expression(At, 1);

internal sealed record HardwareQubitNode(Position At, int Index) : Expression(At, 1);

internal sealed record UnaryNode(Position At, string Operator, Expression Operand, int Depth) : Expression(At, Depth);

internal sealed record BinaryNode(Position At, string Operator, Expression Left, Expression Right, int Depth) : Expression(At, Depth);

/// <summary>A function or a cast.</summary>
internal sealed record CallNode(Position At, string Name, ImmutableArray<Expression> Arguments, int Depth) : Expression(At, Depth);

/// <summary>Elements of a register: by one expression, a range or a set.</summary>
internal sealed record IndexNode(Position At, Expression Target, Expression Index, int Depth) : Expression(At, Depth);

/// <summary>start : step : stop, both ends included; a missing part is null.</summary>
internal sealed record RangeNode(Position At, Expression? Start, Expression? Step, Expression? Stop, int Depth) : Expression(At, Depth);

internal sealed record SetNode(Position At, ImmutableArray<Expression> Items, int Depth) : Expression(At, Depth);

/// <summary>A measurement on the right of an equals sign.</summary>
internal sealed record MeasureNode(Position At, Expression Source) : Expression(At, Source.Depth + 1);

using System.Collections.Immutable;

namespace QDiff.Engine.OpenQasm.Syntax;

internal abstract record Statement(Position At);

internal sealed record IncludeStatement(Position At, string File) : Statement(At);

internal sealed record QubitDeclaration(Position At, string Name, Expression? Size) : Statement(At);

internal sealed record BitDeclaration(Position At, string Name, Expression? Size, Expression? Value) : Statement(At);

/// <summary>A variable, a constant or an input of a type like <c>int</c> or <c>angle</c>.</summary>
internal sealed record ClassicalDeclaration(Position At, string Type, string Name, Expression? Value, bool IsConstant, bool IsInput) : Statement(At);

internal sealed record AliasDeclaration(Position At, string Name, Expression Value) : Statement(At);

internal sealed record GateDefinitionStatement(
    Position At, string Name, ImmutableArray<Token> Parameters, ImmutableArray<Token> Qubits, ImmutableArray<Statement> Body, bool IsOpaque) : Statement(At);

internal enum ModifierKind
{
    Inverse,
    Control,
    NegatedControl,
    Power,
}

/// <summary>A modifier of a gate; the argument is the number of controls (null for 1) or the exponent.</summary>
internal sealed record Modifier(Position At, ModifierKind Kind, Expression? Argument);

internal sealed record GateCall(
    Position At, ImmutableArray<Modifier> Modifiers, Token Name, ImmutableArray<Expression> Arguments, ImmutableArray<Expression> Operands) : Statement(At);

internal sealed record MeasureStatement(Position At, Expression Source, Expression Target) : Statement(At);

internal sealed record ResetStatement(Position At, Expression Target) : Statement(At);

internal sealed record BarrierStatement(Position At, ImmutableArray<Expression> Operands) : Statement(At);

internal sealed record IfStatement(Position At, Expression Condition, ImmutableArray<Statement> Then, ImmutableArray<Statement> Else) : Statement(At);

internal sealed record ForStatement(Position At, string Variable, Expression Range, ImmutableArray<Statement> Body) : Statement(At);

internal sealed record AssignmentStatement(Position At, Expression Target, string Operator, Expression Value) : Statement(At);

/// <summary>A text as the parser sees it.</summary>
internal sealed record SyntaxTree(OpenQasmVersion Version, ImmutableArray<Statement> Statements);

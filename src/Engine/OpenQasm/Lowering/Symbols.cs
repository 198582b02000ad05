using QDiff.Engine.OpenQasm.Syntax;

namespace QDiff.Engine.OpenQasm.Lowering;

/// <summary>What a name stands for.</summary>
internal abstract class Symbol(Position declaredAt)
{
    public Position DeclaredAt => declaredAt;
}

/// <summary>Qubits or classical bits, by their indices in the program.</summary>
internal sealed class ElementsSymbol(Position declaredAt, Elements elements) : Symbol(declaredAt)
{
    public Elements Elements => elements;
}

/// <summary>A variable or a constant.</summary>
internal sealed class VariableSymbol(Position declaredAt, string type, bool isConstant, int conditionDepth) : Symbol(declaredAt)
{
    public string Type => type;

    public bool IsConstant => isConstant;

    /// <summary>How many conditions on measured bits enclose the declaration.</summary>
    public int ConditionDepth => conditionDepth;

    public Value? Value { get; set; }
}

/// <summary>Some qubits, or some classical bits; a single one counts as an array where it was declared with a size or cut out by a range.</summary>
internal readonly record struct Elements(bool AreQubits, int[] Indices, bool IsArray)
{
    public string Kind => AreQubits ? "qubit" : "bit";
}

/// <summary>Names that are visible together. Inner scopes hide outer ones.</summary>
internal sealed class Scope(Scope? outer, bool isGate = false)
{
    private readonly Dictionary<string, Symbol> _symbols = [];

    public Scope? Outer => outer;

    public Symbol? Find(string name)
    {
        bool leftGate = false;
        for (Scope? scope = this; scope is not null; scope = scope.Outer)
        {
            if (scope._symbols.TryGetValue(name, out Symbol? symbol))
            {
                // A gate sees the constants around it and nothing else.
                return leftGate && symbol is not VariableSymbol { IsConstant: true } ? null : symbol;
            }

            leftGate |= scope.IsGate;
        }

        return null;
    }

    private bool IsGate => isGate;

    public void Declare(string name, Position at, Symbol symbol)
    {
        if (!_symbols.TryAdd(name, symbol))
        {
            Position before = _symbols[name].DeclaredAt;
            throw at.Error($"'{name}' is declared already in line {before.Line}, column {before.Column}; choose another name.");
        }
    }

    /// <summary>Binds a loop variable anew.</summary>
    public void Set(string name, Symbol symbol) => _symbols[name] = symbol;
}

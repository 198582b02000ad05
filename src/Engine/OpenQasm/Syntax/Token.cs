namespace QDiff.Engine.OpenQasm.Syntax;

/// <summary>A place in a text, from 1; columns are counted in characters.</summary>
internal readonly record struct Position(int Line, int Column)
{
    public OpenQasmException Error(string message) => new(Line, Column, message);
}

internal enum TokenKind
{
    End,
    Name,
    HardwareQubit,
    Integer,
    Real,
    Text,
    Symbol,
}

/// <summary>A word of a text. The text of a string has no quotes, that of a hardware qubit no <c>$</c>.</summary>
internal readonly record struct Token(TokenKind Kind, string Text, Position At)
{
    public bool Is(string symbol) => Kind == TokenKind.Symbol && Text == symbol;

    public bool IsName(string name) => Kind == TokenKind.Name && Text == name;

    /// <summary>How messages name it.</summary>
    public string Shown => Kind switch
    {
        TokenKind.End => "the end of the file",
        TokenKind.Text => $"the string \"{Text}\"",
        TokenKind.HardwareQubit => $"'${Text}'",
        _ => $"'{Text}'",
    };
}

using System.Globalization;
using System.Text;

namespace QDiff.Engine.OpenQasm.Syntax;

/// <summary>
/// Cuts a text into words. Comments are skipped, and so are pragmas and annotations to the end of their line, as the language allows.
/// </summary>
internal sealed class Lexer(string text)
{
    // Longer symbols first: the first that fits is taken.
    private static readonly string[] s_symbols =
    [
        "**=", "<<=", ">>=", "->", "==", "!=", "<=", ">=", "&&", "||", "++", "**", "<<", ">>", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=",
        ";", ",", ":", "(", ")", "[", "]", "{", "}", "=", "<", ">", "+", "-", "*", "/", "%", "!", "~", "&", "|", "^", "@",
    ];

    // Errors repeat a word, and a sentence has to stay one that can be read.
    private const int LongestWord = 1_000;

    private readonly List<Token> _tokens = new((text.Length / 3) + 1);
    private readonly Dictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> _names =
        new Dictionary<string, string>().GetAlternateLookup<ReadOnlySpan<char>>();

    private int _at;
    private int _line = 1;
    private int _lineStart;

    public static List<Token> Read(string text) => new Lexer(text).Read();

    private Position Here => new(_line, _at - _lineStart + 1);

    private char Peek(int ahead = 0) => _at + ahead < text.Length ? text[_at + ahead] : '\0';

    private List<Token> Read()
    {
        if (Peek() == '\uFEFF')
        {
            _at = _lineStart = 1;
        }

        while (SkipBlanks())
        {
            Token token = Next();
            if (token.Text.Length > LongestWord)
            {
                throw token.At.Error($"A name, number or string has at most {LongestWord:N0} characters; this one has {token.Text.Length:N0}.");
            }

            _tokens.Add(token);
        }

        _tokens.Add(new Token(TokenKind.End, "", Here));
        return _tokens;
    }

    /// <summary>Goes to the next word; false at the end.</summary>
    private bool SkipBlanks()
    {
        while (_at < text.Length)
        {
            char c = text[_at];
            if (c == '\n')
            {
                EndLine();
            }
            else if (char.IsWhiteSpace(c))
            {
                _at++;
            }
            else if (c == '/' && Peek(1) == '/')
            {
                SkipLine();
            }
            else if (c == '/' && Peek(1) == '*')
            {
                SkipComment();
            }
            else if (StartsStatement() && IsLineForOthers())
            {
                SkipLine();
            }
            else
            {
                return true;
            }
        }

        return false;
    }

    private bool StartsStatement() => _tokens.Count == 0 || (_tokens[^1].Kind == TokenKind.Symbol && _tokens[^1].Text is ";" or "{" or "}");

    /// <summary>Whether a pragma or an annotation starts here.</summary>
    private bool IsLineForOthers()
    {
        ReadOnlySpan<char> rest = text.AsSpan(_at);
        return rest.StartsWith("#pragma") || (rest.StartsWith("pragma") && !IsNamePart(Peek(6))) || (rest[0] == '@' && IsNameStart(Peek(1)));
    }

    private void EndLine()
    {
        _at++;
        _line++;
        _lineStart = _at;
    }

    private void SkipLine()
    {
        while (_at < text.Length && text[_at] != '\n')
        {
            _at++;
        }
    }

    private void SkipComment()
    {
        Position start = Here;
        _at += 2;
        while (_at < text.Length)
        {
            if (text[_at] == '*' && Peek(1) == '/')
            {
                _at += 2;
                return;
            }

            if (text[_at] == '\n')
            {
                EndLine();
            }
            else
            {
                _at++;
            }
        }

        throw start.Error("This comment does not end; close it with */.");
    }

    private Token Next()
    {
        Position at = Here;
        char c = text[_at];
        if (IsNameStart(c))
        {
            return Name(at);
        }

        if (char.IsAsciiDigit(c) || (c == '.' && char.IsAsciiDigit(Peek(1))))
        {
            return Number(at);
        }

        if (c == '"' || c == '\'')
        {
            return Text(at, c);
        }

        if (c == '$' && char.IsAsciiDigit(Peek(1)))
        {
            int start = ++_at;
            SkipDigits();
            return new Token(TokenKind.HardwareQubit, text[start.._at], at);
        }

        foreach (string symbol in s_symbols)
        {
            if (string.CompareOrdinal(text, _at, symbol, 0, symbol.Length) == 0)
            {
                _at += symbol.Length;
                return new Token(TokenKind.Symbol, symbol, at);
            }
        }

        throw at.Error($"The character {Shown()} has no meaning in OpenQASM here; remove it.");
    }

    private Token Name(Position at)
    {
        int start = _at;
        while (IsNamePart(Peek()))
        {
            _at++;
        }

        ReadOnlySpan<char> name = text.AsSpan(start, _at - start);
        if (!_names.TryGetValue(name, out string? known))
        {
            known = name.ToString();
            _names[name] = known;
        }

        return new Token(TokenKind.Name, known, at);
    }

    private Token Number(Position at)
    {
        int start = _at;
        if (Peek() == '0' && char.ToLowerInvariant(Peek(1)) is 'x' or 'b' or 'o' && char.IsAsciiLetterOrDigit(Peek(2)))
        {
            _at += 2;
            while (char.IsAsciiLetterOrDigit(Peek()) || Peek() == '_')
            {
                _at++;
            }

            return new Token(TokenKind.Integer, text[start.._at], at);
        }

        bool real = false;
        SkipDigits();
        if (Peek() == '.')
        {
            real = true;
            _at++;
            SkipDigits();
        }

        if (Peek() is 'e' or 'E' && (char.IsAsciiDigit(Peek(1)) || (Peek(1) is '+' or '-' && char.IsAsciiDigit(Peek(2)))))
        {
            real = true;
            _at += 2;
            SkipDigits();
        }

        string number = text[start.._at];
        if (IsNameStart(Peek()))
        {
            throw at.Error($"'{number}{Peek()}…' is neither a number nor a name; times and imaginary numbers are not part of what is read here.");
        }

        return new Token(real ? TokenKind.Real : TokenKind.Integer, number, at);
    }

    private void SkipDigits()
    {
        while (char.IsAsciiDigit(Peek()) || (Peek() == '_' && char.IsAsciiDigit(Peek(1))))
        {
            _at++;
        }
    }

    private Token Text(Position at, char quote)
    {
        int start = ++_at;
        while (_at < text.Length && text[_at] != quote && text[_at] != '\n')
        {
            _at++;
        }

        if (Peek() != quote)
        {
            throw at.Error("This string does not end on its line; close it with a quotation mark.");
        }

        return new Token(TokenKind.Text, text[start.._at++], at);
    }

    private static bool IsNameStart(char c) => char.IsLetter(c) || c == '_';

    private static bool IsNamePart(char c) => char.IsLetterOrDigit(c) || c == '_';

    /// <summary>The character at this place as an error shows it: by its code point where it could not be seen.</summary>
    private string Shown()
    {
        char c = text[_at];
        int point = Rune.TryGetRuneAt(text, _at, out Rune rune) ? rune.Value : c;
        return char.IsControl(c) || char.IsSurrogate(c) || char.GetUnicodeCategory(c) == UnicodeCategory.OtherNotAssigned
            ? string.Create(CultureInfo.InvariantCulture, $"U+{point:X4}")
            : $"'{c}'";
    }
}

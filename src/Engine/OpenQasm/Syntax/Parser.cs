using System.Collections.Immutable;
using System.Globalization;

namespace QDiff.Engine.OpenQasm.Syntax;

/// <summary>Turns words into statements. It knows the grammar alone: names, sizes and types are looked at when statements are lowered.</summary>
internal sealed class Parser
{
    /// <summary>The deepest nesting of blocks and expressions, far from what a thread's stack holds.</summary>
    public const int MaximumDepth = 200;

    private static readonly HashSet<string> s_types = ["int", "uint", "float", "angle", "bool"];

    /// <summary>Parts of OpenQASM 3 that are not read.</summary>
    private static readonly HashSet<string> s_refused =
    [
        "def", "extern", "defcal", "defcalgrammar", "cal", "box", "delay", "duration", "stretch", "array", "complex", "while", "switch", "return",
        "break", "continue", "end", "nop",
    ];

    private static readonly HashSet<string> s_modifiers = ["inv", "ctrl", "negctrl", "pow"];

    private static readonly HashSet<string> s_assignments = ["=", "+=", "-=", "*=", "/=", "%=", "**=", "<<=", ">>=", "&=", "|=", "^="];

    // Binary operators by rising strength; ** and OpenQASM 2's ^ are read with the unary ones.
    private static readonly string[][] s_levels =
        [["||"], ["&&"], ["|"], ["^"], ["&"], ["==", "!="], ["<", "<=", ">", ">="], ["<<", ">>"], ["+", "-"], ["*", "/", "%"]];

    private readonly List<Token> _tokens;
    private OpenQasmVersion _version = OpenQasmVersion.Three;
    private int _at;
    private int _depth;

    private Parser(List<Token> tokens) => _tokens = tokens;

    public static SyntaxTree Parse(string text) => new Parser(Lexer.Read(text)).Parse();

    private bool IsThree => _version == OpenQasmVersion.Three;

    private Token Current => _tokens[_at];

    private Token Following => _tokens[Math.Min(_at + 1, _tokens.Count - 1)];

    private SyntaxTree Parse()
    {
        ReadVersion();
        var statements = ImmutableArray.CreateBuilder<Statement>();
        while (Current.Kind != TokenKind.End)
        {
            statements.Add(ReadStatement());
        }

        return new SyntaxTree(_version, statements.ToImmutable());
    }

    private void ReadVersion()
    {
        if (!Current.IsName("OPENQASM"))
        {
            return;
        }

        _at++;
        Token number = Take();
        _version = number is { Kind: TokenKind.Integer or TokenKind.Real }
            ? number.Text switch
            {
                "2" or "2.0" => OpenQasmVersion.Two,
                "3" or "3.0" or "3.1" => OpenQasmVersion.Three,
                _ => throw number.At.Error($"OpenQASM {number.Text} is not read; versions 2.0, 3.0 and 3.1 are."),
            }
            : throw number.At.Error($"After OPENQASM stands a version, 2.0, 3.0 or 3.1; got {number.Shown}.");
        Expect(";");
    }

    private Statement ReadStatement()
    {
        Enter();
        try
        {
            return Current.Kind == TokenKind.Name && ReadKeyword(Current.Text) is { } statement ? statement : ReadCallOrAssignment();
        }
        finally
        {
            _depth--;
        }
    }

    private Statement? ReadKeyword(string word)
    {
        switch (word)
        {
            case "include": return ReadInclude();
            case "qreg": return ReadRegister(isQubit: true);
            case "creg": return ReadRegister(isQubit: false);
            case "gate": return ReadGate(isOpaque: false);
            case "opaque": return ReadGate(isOpaque: true);
            case "measure": return ReadMeasure();
            case "reset": return ReadReset();
            case "barrier": return ReadBarrier();
            case "if": return ReadIf();
            case "OPENQASM": throw Current.At.Error("The version stands once, in the first statement; remove this one.");
        }

        if (!IsThree)
        {
            return null;
        }

        if (s_types.Contains(word))
        {
            return ReadVariable(isConstant: false);
        }

        switch (word)
        {
            case "qubit": return ReadQubit();
            case "bit": return ReadBit();
            case "let": return ReadAlias();
            case "for": return ReadFor();
            case "const": return ReadVariable(isConstant: true);
            case "input": return ReadInput();
            case "output": return ReadOutput();
        }

        return s_refused.Contains(word)
            ? throw Current.At.Error($"'{word}' is not part of the OpenQASM that is read here; see docs/qasm.md for what is.")
            : null;
    }

    private IncludeStatement ReadInclude()
    {
        Position at = Take().At;
        Token file = Take();
        if (file.Kind != TokenKind.Text)
        {
            throw file.At.Error($"'include' needs a file name in quotation marks; got {file.Shown}.");
        }

        Expect(";");
        return new IncludeStatement(at, file.Text);
    }

    private Statement ReadRegister(bool isQubit)
    {
        Position at = Take().At;
        Token name = TakeName("a register's name");
        Expression? size = TryDesignator();
        if (size is null && !IsThree)
        {
            throw Current.At.Error($"A register needs its size, as in {(isQubit ? "qreg" : "creg")} {name.Text}[2]; got {Current.Shown}.");
        }

        Expect(";");
        return isQubit ? new QubitDeclaration(name.At, name.Text, size) : new BitDeclaration(at, name.Text, size, null);
    }

    private QubitDeclaration ReadQubit()
    {
        _at++;
        Expression? size = TryDesignator();
        Token name = TakeName("a register's name");
        Expect(";");
        return new QubitDeclaration(name.At, name.Text, size);
    }

    private BitDeclaration ReadBit()
    {
        Position at = Take().At;
        Expression? size = TryDesignator();
        Token name = TakeName("a register's name");
        Expression? value = TrySymbol("=") ? ReadValueOrMeasure() : null;
        Expect(";");
        return new BitDeclaration(at, name.Text, size, value);
    }

    private AliasDeclaration ReadAlias()
    {
        _at++;
        Token name = TakeName("an alias");
        Expect("=");
        Expression value = ReadExpression();
        while (Current.Is("++"))
        {
            Position at = Take().At;
            value = Binary(at, "++", value, ReadExpression());
        }

        Expect(";");
        return new AliasDeclaration(name.At, name.Text, value);
    }

    private ClassicalDeclaration ReadVariable(bool isConstant)
    {
        if (isConstant)
        {
            _at++;
        }

        string type = ReadType();
        Token name = TakeName("a variable's name");
        Expression? value = TrySymbol("=") ? ReadExpression() : null;
        if (isConstant && value is null)
        {
            throw Current.At.Error($"The constant '{name.Text}' needs a value, as in const {type} {name.Text} = 1; got {Current.Shown}.");
        }

        Expect(";");
        return new ClassicalDeclaration(name.At, type, name.Text, value, isConstant, IsInput: false);
    }

    private ClassicalDeclaration ReadInput()
    {
        _at++;
        string type = ReadType();
        Token name = TakeName("an input's name");
        Expect(";");
        return new ClassicalDeclaration(name.At, type, name.Text, null, IsConstant: true, IsInput: true);
    }

    private Statement ReadOutput()
    {
        _at++;
        return Current.IsName("bit")
            ? ReadBit()
            : throw Current.At.Error($"Only bits are written as output, as in output bit[2] c; got {Current.Shown}.");
    }

    private string ReadType()
    {
        Token type = Take();
        if (type.Kind != TokenKind.Name || !s_types.Contains(type.Text))
        {
            throw type.At.Error($"A type is int, uint, float, angle or bool; got {type.Shown}.");
        }

        TryDesignator();
        return type.Text;
    }

    private GateDefinitionStatement ReadGate(bool isOpaque)
    {
        _at++;
        Token name = TakeName("a gate's name");
        ImmutableArray<Token> parameters = [];
        if (TrySymbol("("))
        {
            parameters = Current.Is(")") ? [] : ReadNames("a parameter's name");
            Expect(")");
        }

        ImmutableArray<Token> qubits = isOpaque && Current.Is(";") || !isOpaque && Current.Is("{") ? [] : ReadNames("a qubit's name");
        if (isOpaque)
        {
            Expect(";");
            return new GateDefinitionStatement(name.At, name.Text, parameters, qubits, [], true);
        }

        return new GateDefinitionStatement(name.At, name.Text, parameters, qubits, ReadBraces(), false);
    }

    private ImmutableArray<Token> ReadNames(string what)
    {
        var names = ImmutableArray.CreateBuilder<Token>();
        do
        {
            names.Add(TakeName(what));
        }
        while (TrySymbol(","));
        return names.ToImmutable();
    }

    private MeasureStatement ReadMeasure()
    {
        Position at = Take().At;
        Expression source = ReadOperand();
        if (!TrySymbol("->"))
        {
            throw Current.At.Error($"A measurement needs a bit for its result, as in measure q -> c or c = measure q; got {Current.Shown}.");
        }

        Expression target = ReadOperand();
        Expect(";");
        return new MeasureStatement(at, source, target);
    }

    private ResetStatement ReadReset()
    {
        Position at = Take().At;
        Expression target = ReadOperand();
        Expect(";");
        return new ResetStatement(at, target);
    }

    private BarrierStatement ReadBarrier()
    {
        Position at = Take().At;
        ImmutableArray<Expression> operands = Current.Is(";") ? [] : ReadOperands();
        Expect(";");
        return new BarrierStatement(at, operands);
    }

    private IfStatement ReadIf()
    {
        Position at = Take().At;
        Expect("(");
        Expression condition = ReadExpression();
        Expect(")");
        ImmutableArray<Statement> then = ReadBlock();
        ImmutableArray<Statement> otherwise = [];
        if (IsThree && Current.IsName("else"))
        {
            _at++;
            otherwise = ReadBlock();
        }

        return new IfStatement(at, condition, then, otherwise);
    }

    private ForStatement ReadFor()
    {
        Position at = Take().At;
        if (s_types.Contains(Current.Text) && Current.Kind == TokenKind.Name)
        {
            ReadType();
        }

        Token variable = TakeName("a loop variable");
        Token word = Take();
        if (!word.IsName("in"))
        {
            throw word.At.Error($"A loop reads for int {variable.Text} in [0:3] or for int {variable.Text} in {{0, 2}}; got {word.Shown} where 'in' belongs.");
        }

        Expression range;
        if (Current.Is("["))
        {
            _at++;
            range = ReadIndex();
            Expect("]");
        }
        else
        {
            range = Current.Is("{") ? ReadSet() : throw Current.At.Error($"A loop runs over a range [start:stop] or a set {{0, 2}}; got {Current.Shown}.");
        }

        return new ForStatement(at, variable.Text, range, ReadBlock());
    }

    private ImmutableArray<Statement> ReadBlock() => Current.Is("{") ? ReadBraces() : [ReadStatement()];

    private ImmutableArray<Statement> ReadBraces()
    {
        Position open = Current.At;
        Expect("{");
        var statements = ImmutableArray.CreateBuilder<Statement>();
        while (!TrySymbol("}"))
        {
            if (Current.Kind == TokenKind.End)
            {
                throw Current.At.Error($"The block that starts in line {open.Line}, column {open.Column} does not end; close it with }}.");
            }

            statements.Add(ReadStatement());
        }

        return statements.ToImmutable();
    }

    private Statement ReadCallOrAssignment()
    {
        Token first = Current;
        if (first.Kind != TokenKind.Name)
        {
            throw first.At.Error($"A statement starts with a word like qubit, gate, h or measure; got {first.Shown}.");
        }

        bool modified = IsThree && s_modifiers.Contains(first.Text) && (Following.Is("@") || Following.Is("("));
        if (IsThree && !modified && IsAssignment())
        {
            Expression target = ReadOperand();
            Token sign = Take();
            Expression value = sign.Text == "=" ? ReadValueOrMeasure() : ReadExpression();
            Expect(";");
            return new AssignmentStatement(first.At, target, sign.Text, value);
        }

        return ReadGateCall();
    }

    /// <summary>Whether a name is followed by an assignment sign, with indices between them or without.</summary>
    private bool IsAssignment()
    {
        int at = _at + 1;
        int open = 0;
        while (at < _tokens.Count && (open > 0 || _tokens[at].Is("[")))
        {
            open += _tokens[at].Is("[") ? 1 : _tokens[at].Is("]") ? -1 : 0;
            if (_tokens[at].Is(";"))
            {
                return false;
            }

            at++;
        }

        return at < _tokens.Count && _tokens[at].Kind == TokenKind.Symbol && s_assignments.Contains(_tokens[at].Text);
    }

    private GateCall ReadGateCall()
    {
        Position at = Current.At;
        ImmutableArray<Modifier> modifiers = IsThree && s_modifiers.Contains(Current.Text) ? ReadModifiers() : [];
        Token name = TakeName("a gate's name");
        var arguments = ImmutableArray<Expression>.Empty;
        if (TrySymbol("("))
        {
            arguments = Current.Is(")") ? [] : ReadExpressions();
            Expect(")");
        }

        ImmutableArray<Expression> operands = Current.Is(";") ? [] : ReadOperands();
        Expect(";");
        return new GateCall(at, modifiers, name, arguments, operands);
    }

    private ImmutableArray<Modifier> ReadModifiers()
    {
        var modifiers = ImmutableArray.CreateBuilder<Modifier>();
        while (Current.Kind == TokenKind.Name && s_modifiers.Contains(Current.Text))
        {
            Token word = Take();
            Expression? argument = null;
            if (TrySymbol("("))
            {
                argument = ReadExpression();
                Expect(")");
            }

            ModifierKind kind = word.Text switch
            {
                "inv" => ModifierKind.Inverse,
                "ctrl" => ModifierKind.Control,
                "negctrl" => ModifierKind.NegatedControl,
                _ => ModifierKind.Power,
            };
            if (kind == ModifierKind.Power && argument is null)
            {
                throw Current.At.Error($"'pow' needs its exponent, as in pow(2) @ x q; got {Current.Shown}.");
            }

            if (kind == ModifierKind.Inverse && argument is not null)
            {
                throw argument.At.Error("'inv' takes no argument; write inv @ x q.");
            }

            Expect("@");
            modifiers.Add(new Modifier(word.At, kind, argument));
            if (modifiers.Count > MaximumDepth)
            {
                throw word.At.Error($"A gate has at most {MaximumDepth} modifiers; got more.");
            }
        }

        return modifiers.ToImmutable();
    }

    private Expression ReadValueOrMeasure()
    {
        if (!Current.IsName("measure"))
        {
            return ReadExpression();
        }

        Position at = Take().At;
        return new MeasureNode(at, ReadOperand());
    }

    private ImmutableArray<Expression> ReadOperands()
    {
        var operands = ImmutableArray.CreateBuilder<Expression>();
        do
        {
            operands.Add(ReadOperand());
        }
        while (TrySymbol(","));
        return operands.ToImmutable();
    }

    /// <summary>A register, a part of one, or a hardware qubit.</summary>
    private Expression ReadOperand()
    {
        Token token = Take();
        switch (token.Kind)
        {
            case TokenKind.HardwareQubit when IsThree:
                return new HardwareQubitNode(token.At, (int)Math.Min(int.MaxValue, Whole(token, token.Text, 10)));
            case TokenKind.Name:
                return ReadIndices(new NameNode(token.At, token.Text));
            default:
                throw token.At.Error($"A register or one of its elements belongs here, as in q or q[0]; got {token.Shown}.");
        }
    }

    private Expression ReadIndices(Expression target)
    {
        while (Current.Is("["))
        {
            _at++;
            Expression index = ReadIndex();
            Expect("]");
            target = Limited(new IndexNode(target.At, target, index, 1 + Math.Max(target.Depth, index.Depth)));
        }

        return target;
    }

    private Expression ReadIndex()
    {
        Position at = Current.At;
        if (Current.Is("{"))
        {
            return ReadSet();
        }

        Expression? first = Current.Is(":") ? null : ReadExpression();
        if (!TrySymbol(":"))
        {
            return first!;
        }

        Expression? second = Current.Is("]") || Current.Is(":") ? null : ReadExpression();
        Expression? third = null;
        bool stepped = TrySymbol(":");
        if (stepped)
        {
            third = Current.Is("]") ? null : ReadExpression();
        }

        int depth = 1 + Math.Max(first?.Depth ?? 0, Math.Max(second?.Depth ?? 0, third?.Depth ?? 0));
        return Limited(stepped ? new RangeNode(at, first, second, third, depth) : new RangeNode(at, first, null, second, depth));
    }

    private SetNode ReadSet()
    {
        Position at = Current.At;
        Expect("{");
        ImmutableArray<Expression> items = ReadExpressions();
        Expect("}");
        return (SetNode)Limited(new SetNode(at, items, 1 + items.Max(item => item.Depth)));
    }

    private ImmutableArray<Expression> ReadExpressions()
    {
        var expressions = ImmutableArray.CreateBuilder<Expression>();
        do
        {
            expressions.Add(ReadExpression());
        }
        while (TrySymbol(","));
        return expressions.ToImmutable();
    }

    private Expression ReadExpression()
    {
        Enter();
        Expression value = IsThree ? ReadLevel(0) : ReadLevel(s_levels.Length - 5);
        _depth--;
        return value;
    }

    private Expression ReadLevel(int level)
    {
        if (level == s_levels.Length)
        {
            return ReadUnary();
        }

        Expression left = ReadLevel(level + 1);
        while (Current.Kind == TokenKind.Symbol && Array.IndexOf(s_levels[level], Current.Text) >= 0)
        {
            Token sign = Take();
            left = Binary(sign.At, sign.Text, left, ReadLevel(level + 1));
        }

        return left;
    }

    private Expression ReadUnary()
    {
        if (Current.Is("-") || Current.Is("+") || (IsThree && (Current.Is("!") || Current.Is("~"))))
        {
            Enter();
            Token sign = Take();
            Expression operand = ReadUnary();
            _depth--;
            return Limited(new UnaryNode(sign.At, sign.Text, operand, operand.Depth + 1));
        }

        Expression value = ReadIndices(ReadPrimary());
        if (!Current.Is(IsThree ? "**" : "^"))
        {
            return value;
        }

        // Right-associative, and stronger than a minus on its left: -2**2 is -4, 2**-1 is a half.
        Enter();
        Token power = Take();
        Expression exponent = ReadUnary();
        _depth--;
        return Binary(power.At, "**", value, exponent);
    }

    private Expression ReadPrimary()
    {
        Token token = Take();
        switch (token.Kind)
        {
            case TokenKind.Integer:
                return new IntegerNode(token.At, Whole(token));
            case TokenKind.Real:
                double number = double.Parse(token.Text.Replace("_", "", StringComparison.Ordinal), NumberStyles.Float, CultureInfo.InvariantCulture);
                return double.IsFinite(number) ? new RealNode(token.At, number) : throw token.At.Error($"The number {token.Text} is too large; the largest is 1.79e308.");
            case TokenKind.Text:
                return token.Text.Length > 0 && !token.Text.AsSpan().ContainsAnyExcept('0', '1', '_')
                    ? new BitStringNode(token.At, token.Text.Replace("_", "", StringComparison.Ordinal))
                    : throw token.At.Error($"A string in an expression has bits 0 and 1 alone, as in \"0110\"; got \"{token.Text}\".");
            case TokenKind.HardwareQubit when IsThree:
                return new HardwareQubitNode(token.At, (int)Math.Min(int.MaxValue, Whole(token, token.Text, 10)));
            case TokenKind.Name when token.Text == "measure" && IsThree:
                throw token.At.Error("A measurement stands alone on the right of an equals sign, as in c = measure q.");
            case TokenKind.Name:
                return ReadNameOrCall(token);
            case TokenKind.Symbol when token.Text == "(":
                Expression inner = ReadExpression();
                Expect(")");
                return inner;
            default:
                throw token.At.Error($"A value belongs here, like 2, pi or a name; got {token.Shown}.");
        }
    }

    private Expression ReadNameOrCall(Token name)
    {
        if (IsThree && s_types.Contains(name.Text) && Current.Is("["))
        {
            TryDesignator();
        }

        if (!TrySymbol("("))
        {
            return new NameNode(name.At, name.Text);
        }

        ImmutableArray<Expression> arguments = Current.Is(")") ? [] : ReadExpressions();
        Expect(")");
        return Limited(new CallNode(name.At, name.Text, arguments, 1 + (arguments.IsEmpty ? 0 : arguments.Max(argument => argument.Depth))));
    }

    private static long Whole(Token token)
    {
        string text = token.Text;
        (string digits, int numberBase) = text.Length > 2 && text[0] == '0' && char.IsAsciiLetter(text[1])
            ? (text[2..], char.ToLowerInvariant(text[1]) switch { 'x' => 16, 'o' => 8, _ => 2 })
            : (text, 10);
        return Whole(token, digits, numberBase);
    }

    private static long Whole(Token token, string digits, int numberBase)
    {
        UInt128 value = 0;
        foreach (char c in digits)
        {
            if (c == '_')
            {
                continue;
            }

            int digit = !char.IsAsciiHexDigit(c) ? numberBase : c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
            if (digit >= numberBase)
            {
                throw token.At.Error($"{token.Shown} is no number: '{c}' is not a digit of base {numberBase}.");
            }

            value = (value * (uint)numberBase) + (uint)digit;
            if (value > long.MaxValue)
            {
                throw token.At.Error($"The number {token.Shown} is too large; whole numbers go to {long.MaxValue}.");
            }
        }

        return (long)value;
    }

    private Expression? TryDesignator()
    {
        if (!TrySymbol("["))
        {
            return null;
        }

        Expression size = ReadExpression();
        Expect("]");
        return size;
    }

    private static Expression Binary(Position at, string sign, Expression left, Expression right) =>
        Limited(new BinaryNode(at, sign, left, right, 1 + Math.Max(left.Depth, right.Depth)));

    private static Expression Limited(Expression expression) => expression.Depth <= MaximumDepth
        ? expression
        : throw expression.At.Error($"An expression nests at most {MaximumDepth} deep; give a part of this one a name with const, or split it.");

    private void Enter()
    {
        if (++_depth > MaximumDepth)
        {
            throw Current.At.Error($"Blocks and parentheses nest at most {MaximumDepth} deep; this goes deeper.");
        }
    }

    private Token Take()
    {
        Token token = Current;
        _at = Math.Min(_at + 1, _tokens.Count - 1);
        return token;
    }

    private Token TakeName(string what)
    {
        Token token = Take();
        return token.Kind == TokenKind.Name ? token : throw token.At.Error($"Here belongs {what}; got {token.Shown}.");
    }

    private bool TrySymbol(string symbol)
    {
        if (!Current.Is(symbol))
        {
            return false;
        }

        _at++;
        return true;
    }

    private void Expect(string symbol)
    {
        if (!TrySymbol(symbol))
        {
            throw Current.At.Error($"Here belongs '{symbol}'; got {Current.Shown}.");
        }
    }
}

namespace QDiff.Engine.OpenQasm.Writing;

/// <summary>Names of a file: each is used once and means nothing else in the language.</summary>
internal sealed class Names
{
    private static readonly HashSet<string> s_reserved =
    [
        "OPENQASM", "include", "qubit", "qreg", "creg", "bit", "gate", "opaque", "measure", "reset", "barrier", "if", "else", "for", "in", "let", "const",
        "input", "output", "int", "uint", "float", "angle", "bool", "complex", "array", "duration", "stretch", "def", "extern", "defcal", "defcalgrammar",
        "cal", "box", "delay", "durationof", "while", "switch", "case", "default", "return", "break", "continue", "end", "nop", "pragma", "void", "readonly",
        "mutable", "ctrl", "negctrl", "inv", "pow", "gphase", "pi", "tau", "euler", "true", "false", "im", "sin", "cos", "tan", "exp", "ln", "log", "sqrt",
        "arcsin", "arccos", "arctan", "asin", "acos", "atan", "floor", "ceiling", "abs", "mod", "popcount", "sizeof", "U", "CX",
    ];

    private readonly HashSet<string> _used = [];

    /// <summary>Keeps a name for itself.</summary>
    public void Reserve(string name) => _used.Add(name);

    /// <summary>The wished name, or one like it that is free and begins with a small letter.</summary>
    public string Take(string wish)
    {
        string clean = new([.. wish.Where(c => char.IsAsciiLetterOrDigit(c) || c == '_')]);
        clean = clean.Length == 0 ? "q" : char.IsAsciiLetterLower(clean[0]) ? clean : "r" + clean;
        string name = clean;
        for (int i = 0; s_reserved.Contains(name) || !_used.Add(name); i++)
        {
            name = FormattableString.Invariant($"{clean}_{i}");
        }

        return name;
    }
}

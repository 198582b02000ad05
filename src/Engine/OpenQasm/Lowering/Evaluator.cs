using QDiff.Engine.OpenQasm.Syntax;

namespace QDiff.Engine.OpenQasm.Lowering;

/// <summary>Computes expressions whose values are known when a text is read.</summary>
/// <param name="findVariable">The symbol that a name stands for; null where there is none.</param>
/// <param name="version">OpenQASM 2 has fewer constants.</param>
internal sealed class Evaluator(Func<string, Symbol?> findVariable, OpenQasmVersion version)
{
    private static readonly Dictionary<string, (Func<double, double> Of, string Domain)> s_functions = new()
    {
        ["sin"] = (Math.Sin, ""),
        ["cos"] = (Math.Cos, ""),
        ["tan"] = (Math.Tan, ""),
        ["arcsin"] = (Math.Asin, "from -1 to 1"),
        ["arccos"] = (Math.Acos, "from -1 to 1"),
        ["arctan"] = (Math.Atan, ""),
        ["asin"] = (Math.Asin, "from -1 to 1"),
        ["acos"] = (Math.Acos, "from -1 to 1"),
        ["atan"] = (Math.Atan, ""),
        ["exp"] = (Math.Exp, "below 709.78"),
        ["ln"] = (Math.Log, "above 0"),
        ["log"] = (Math.Log, "above 0"),
        ["sqrt"] = (Math.Sqrt, "0 or greater"),
        ["floor"] = (Math.Floor, ""),
        ["ceiling"] = (Math.Ceiling, ""),
        ["abs"] = (Math.Abs, ""),
    };

    public Value Evaluate(Expression expression) => expression switch
    {
        IntegerNode node => Value.Of(node.Value),
        RealNode node => Value.Of(node.Value),
        BitStringNode node => Value.Of(Bits(node)),
        NameNode node => Name(node),
        UnaryNode node => Unary(node),
        BinaryNode node => Binary(node),
        CallNode node => Call(node),
        IndexNode node => Bit(node),
        RangeNode or SetNode => throw expression.At.Error("A range or a set belongs into an index or a loop, not into an expression."),
        MeasureNode => throw expression.At.Error("A measurement goes into a bit, as in c = measure q, not into a variable."),
        _ => throw expression.At.Error("A qubit is no number; a number belongs here."),
    };

    /// <summary>A number that may depend on inputs.</summary>
    public Angle Real(Expression expression) => Evaluate(expression).Angle;

    /// <summary>A number that depends on no input.</summary>
    public double Constant(Expression expression, string what) => Known(Evaluate(expression), expression.At, what).Number;

    /// <summary>A whole number.</summary>
    public long Whole(Expression expression, string what) => Whole(Evaluate(expression), expression.At, what);

    public static long Whole(Value value, Position at, string what)
    {
        Known(value, at, what);
        if (value.IsWhole)
        {
            return value.Whole;
        }

        double number = value.Number;
        return number == Math.Floor(number) && Math.Abs(number) < 9e15
            ? (long)number
            : throw at.Error($"{what} must be a whole number; got {value}.");
    }

    public bool Truth(Expression expression) => Known(Evaluate(expression), expression.At, "A condition").Number != 0;

    /// <summary>The value brought into the form of a declared type.</summary>
    public static Value Convert(Value value, string type, Position at)
    {
        switch (type)
        {
            case "int":
                return Value.Of(Whole(value, at, "An int"));
            case "uint":
                long whole = Whole(value, at, "A uint");
                return whole >= 0 ? Value.Of(whole) : throw at.Error($"A uint is 0 or greater; got {whole}.");
            case "bool":
                return Value.Of(Known(value, at, "A bool").Number != 0);
            default:
                return value.IsSymbolic ? value : Value.Of(value.Number);
        }
    }

    private static Value Known(Value value, Position at, string what) => value.IsSymbolic
        ? throw at.Error($"{what} must be known when the file is read; this one depends on an input, so give that a value.")
        : value;

    private static long Bits(BitStringNode node) => node.Bits.Length <= 63
        ? System.Convert.ToInt64(node.Bits, 2)
        : throw node.At.Error($"A bit string in an expression has at most 63 bits; got {node.Bits.Length}.");

    private Value Name(NameNode node)
    {
        switch (findVariable(node.Name))
        {
            case VariableSymbol variable:
                return variable.Value ?? throw node.At.Error($"'{node.Name}' has no value yet; assign one first.");
            case ElementsSymbol elements:
                throw node.At.Error(elements.Elements.AreQubits
                    ? $"'{node.Name}' is a qubit or a register of qubits; a number belongs here."
                    : $"'{node.Name}' is measured when the program runs; only 'if' can test it.");
        }

        return Constant(node.Name) ?? throw Undefined(node);
    }

    /// <summary>Checks that every name in an expression means something, without computing it.</summary>
    public void CheckNames(Expression expression)
    {
        switch (expression)
        {
            case NameNode node when findVariable(node.Name) is null && Constant(node.Name) is null:
                throw Undefined(node);
            case UnaryNode node:
                CheckNames(node.Operand);
                break;
            case BinaryNode node:
                CheckNames(node.Left);
                CheckNames(node.Right);
                break;
            case IndexNode node:
                CheckNames(node.Target);
                CheckNames(node.Index);
                break;
            case CallNode node:
                foreach (Expression argument in node.Arguments)
                {
                    CheckNames(argument);
                }

                break;
        }
    }

    private Value? Constant(string name) => name switch
    {
        "pi" or "π" => Value.Of(Math.PI),
        "tau" or "τ" when version == OpenQasmVersion.Three => Value.Of(Math.Tau),
        "euler" or "ℇ" when version == OpenQasmVersion.Three => Value.Of(Math.E),
        "true" when version == OpenQasmVersion.Three => Value.Of(true),
        "false" when version == OpenQasmVersion.Three => Value.Of(false),
        _ => null,
    };

    private static OpenQasmException Undefined(NameNode node) => node.At.Error($"'{node.Name}' is not defined here; declare it first.");

    /// <summary>One bit of a whole number's value.</summary>
    private Value Bit(IndexNode node)
    {
        if (node.Target is not NameNode name || findVariable(name.Name) is not VariableSymbol)
        {
            throw node.At.Error("An element of a register is no number here; measured bits can be tested by 'if' alone.");
        }

        long whole = Whole(node.Target, "A value whose bits are read"), index = Whole(node.Index, "The number of a bit");
        return index is >= 0 and <= 63
            ? Value.Of((whole >> (int)index) & 1)
            : throw node.Index.At.Error($"The bits of a whole number are 0 to 63; got {index}.");
    }

    private Value Unary(UnaryNode node)
    {
        Value value = Evaluate(node.Operand);
        switch (node.Operator)
        {
            case "-":
                return value.IsWhole ? Value.Of(-value.Whole) : Value.Of(-value.Angle);
            case "+":
                return value;
            case "!":
                return Value.Of(Known(value, node.At, "What '!' turns round").Number == 0);
            default:
                return Value.Of(~Whole(value, node.At, "What '~' turns round"));
        }
    }

    private Value Binary(BinaryNode node)
    {
        if (node.Operator is "&&" or "||")
        {
            bool left = Truth(node.Left);
            return Value.Of(node.Operator == "&&" ? left && Truth(node.Right) : left || Truth(node.Right));
        }

        return Binary(node.Operator, Evaluate(node.Left), Evaluate(node.Right), node.At);
    }

    /// <summary>One of the binary operators but <c>&amp;&amp;</c>, <c>||</c> and <c>++</c>.</summary>
    public static Value Binary(string sign, Value a, Value b, Position at)
    {
        if (a.IsSymbolic || b.IsSymbolic)
        {
            return Linear(sign, a, b, at);
        }

        try
        {
            return sign switch
            {
                "+" => a.IsWhole && b.IsWhole ? Value.Of(checked(a.Whole + b.Whole)) : Finite(a.Number + b.Number, at),
                "-" => a.IsWhole && b.IsWhole ? Value.Of(checked(a.Whole - b.Whole)) : Finite(a.Number - b.Number, at),
                "*" => a.IsWhole && b.IsWhole ? Value.Of(checked(a.Whole * b.Whole)) : Finite(a.Number * b.Number, at),
                "/" => Divide(a, b, at),
                "%" => Remainder(a, b, at),
                "**" => Power(a, b, at),
                "==" => Value.Of(a.IsWhole && b.IsWhole ? a.Whole == b.Whole : a.Number == b.Number),
                "!=" => Value.Of(a.IsWhole && b.IsWhole ? a.Whole != b.Whole : a.Number != b.Number),
                "<" => Value.Of(a.IsWhole && b.IsWhole ? a.Whole < b.Whole : a.Number < b.Number),
                "<=" => Value.Of(a.IsWhole && b.IsWhole ? a.Whole <= b.Whole : a.Number <= b.Number),
                ">" => Value.Of(a.IsWhole && b.IsWhole ? a.Whole > b.Whole : a.Number > b.Number),
                ">=" => Value.Of(a.IsWhole && b.IsWhole ? a.Whole >= b.Whole : a.Number >= b.Number),
                "&" => Value.Of(Bitwise(a, at) & Bitwise(b, at)),
                "|" => Value.Of(Bitwise(a, at) | Bitwise(b, at)),
                "^" => Value.Of(Bitwise(a, at) ^ Bitwise(b, at)),
                "<<" => Shift(Bitwise(a, at), Bitwise(b, at), at),
                ">>" => Shift(Bitwise(a, at), -Bitwise(b, at), at),
                _ => throw at.Error($"'{sign}' joins registers in 'let' and has no meaning for numbers."),
            };
        }
        catch (OverflowException)
        {
            throw at.Error($"{a} {sign} {b} is too large for a whole number (64 bits); write one of them as a real number.");
        }
    }

    private static Value Linear(string sign, Value a, Value b, Position at)
    {
        switch (sign)
        {
            case "+":
                return Value.Of(a.Angle + b.Angle);
            case "-":
                return Value.Of(a.Angle - b.Angle);
            case "*" when !a.IsSymbolic:
                return Value.Of(a.Number * b.Angle);
            case "*" when !b.IsSymbolic:
                return Value.Of(b.Number * a.Angle);
            case "/" when !b.IsSymbolic:
                Divisor(b, at);
                return Value.Of(1 / b.Number * a.Angle);
            default:
                throw at.Error($"'{sign}' is applied to an input, of which angles may be linear functions alone; give the input a value.");
        }
    }

    private static Value Finite(double value, Position at) =>
        double.IsFinite(value) ? Value.Of(value) : throw at.Error("This is too large for a number; the largest is 1.79e308.");

    private static void Divisor(Value b, Position at)
    {
        if (b.Number == 0)
        {
            throw at.Error("This divides by zero; the divisor must be another number.");
        }
    }

    private static Value Divide(Value a, Value b, Position at)
    {
        Divisor(b, at);
        return a.IsWhole && b.IsWhole && b.Whole != -1 && a.Whole % b.Whole == 0
            ? Value.Of(a.Whole / b.Whole)
            : Finite(a.Number / b.Number, at);
    }

    private static Value Remainder(Value a, Value b, Position at)
    {
        Divisor(b, at);
        return a.IsWhole && b.IsWhole ? Value.Of(b.Whole == -1 ? 0 : a.Whole % b.Whole) : Finite(a.Number % b.Number, at);
    }

    private static Value Power(Value a, Value b, Position at)
    {
        if (a.IsWhole && b.IsWhole && b.Whole >= 0)
        {
            long result = 1, factor = a.Whole;
            for (long rest = b.Whole; rest > 0; rest >>= 1)
            {
                result = (rest & 1) == 1 ? checked(result * factor) : result;
                factor = rest > 1 ? checked(factor * factor) : factor;
            }

            return Value.Of(result);
        }

        double power = Math.Pow(a.Number, b.Number);
        return double.IsNaN(power)
            ? throw at.Error($"{a} to the power {b} is no real number; a negative base needs a whole exponent.")
            : Finite(power, at);
    }

    private static long Bitwise(Value value, Position at) => Whole(value, at, "An operand of a bitwise operator");

    private static Value Shift(long value, long by, Position at) => by switch
    {
        < -63 or > 63 => throw at.Error("A shift goes by 0 to 63 places."),
        < 0 => Value.Of(value >> (int)-by),
        _ => Value.Of(checked(value * (1L << (int)Math.Min(by, 62)) * (by == 63 ? 2 : 1))),
    };

    private Value Call(CallNode node)
    {
        if (version == OpenQasmVersion.Three && node.Name is "int" or "uint" or "float" or "angle" or "bool")
        {
            Count(node, 1);
            Value cast = Evaluate(node.Arguments[0]);
            return node.Name is "int" or "uint" && !cast.IsSymbolic && !cast.IsWhole && Math.Abs(cast.Number) < 9e15
                ? Convert(Value.Of((long)cast.Number), node.Name, node.At)
                : Convert(cast, node.Name, node.At);
        }

        if (node.Name is "mod" or "pow" && version == OpenQasmVersion.Three)
        {
            Count(node, 2);
            return Binary(node.Name == "mod" ? "%" : "**", Evaluate(node.Arguments[0]), Evaluate(node.Arguments[1]), node.At);
        }

        if (node.Name == "popcount" && version == OpenQasmVersion.Three)
        {
            Count(node, 1);
            return Value.Of((long)System.Numerics.BitOperations.PopCount((ulong)Whole(node.Arguments[0], "The argument of popcount")));
        }

        if (!s_functions.TryGetValue(node.Name, out var function))
        {
            throw node.At.Error($"There is no function '{node.Name}'; these are known: {string.Join(", ", s_functions.Keys)}, mod, pow, popcount.");
        }

        Count(node, 1);
        Value argument = Evaluate(node.Arguments[0]);
        if (argument.IsSymbolic)
        {
            throw node.At.Error($"'{node.Name}' is applied to an input, of which angles may be linear functions alone; give the input a value.");
        }

        double result = function.Of(argument.Number);
        return double.IsFinite(result)
            ? Value.Of(result)
            : throw node.At.Error($"'{node.Name}' needs a number {function.Domain}; got {argument}.");
    }

    private static void Count(CallNode node, int count)
    {
        if (node.Arguments.Length != count)
        {
            throw node.At.Error($"'{node.Name}' takes {count} argument{(count == 1 ? "" : "s")}; got {node.Arguments.Length}.");
        }
    }
}

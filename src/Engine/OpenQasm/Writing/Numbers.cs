using System.Globalization;
using QDiff.Engine.Circuits;

namespace QDiff.Engine.OpenQasm.Writing;

/// <summary>Numbers as they are written: read back, they are the same to the last bit.</summary>
internal static class Numbers
{
    private static readonly int[] s_denominators = [1, 2, 3, 4, 6, 8, 16];

    /// <summary>A simple fraction of pi where that is the number itself, else the shortest digits.</summary>
    public static string Of(double value)
    {
        if (value != 0 && Math.Abs(value) <= 2 * Math.PI)
        {
            foreach (int denominator in s_denominators)
            {
                double numerator = Math.Round(Math.Abs(value) / Math.PI * denominator);
                if (numerator > 0 && numerator * Math.PI / denominator == Math.Abs(value))
                {
                    return (value < 0 ? "-" : "") + (numerator == 1 ? "" : Digits(numerator) + "*") + "pi" + (denominator == 1 ? "" : "/" + Digits(denominator));
                }
            }
        }

        return Digits(value);
    }

    /// <summary>scale · name + offset.</summary>
    public static string Of(Parameter parameter, string name)
    {
        string scaled = parameter.Scale switch
        {
            1 => name,
            -1 => "-" + name,
            _ => $"{Digits(parameter.Scale)}*{name}",
        };
        return parameter.Offset switch
        {
            0 => scaled,
            < 0 => $"{scaled} - {Of(-parameter.Offset)}",
            _ => $"{scaled} + {Of(parameter.Offset)}",
        };
    }

    private static string Digits(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}

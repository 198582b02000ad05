using System.Collections.Immutable;
using QDiff.Engine.Circuits;

namespace QDiff.Engine.OpenQasm.Lowering;

/// <summary>A real number that may be linear in the program's parameters: constant + Σ coefficient · parameter.</summary>
internal readonly record struct Angle(double Constant, ImmutableArray<AngleTerm> Terms)
{
    public static Angle Zero => new(0, []);

    public bool IsConstant => Terms.IsEmpty;

    /// <summary>Whether several parameters take part, so that no single <see cref="Parameter"/> can hold it.</summary>
    public bool IsSum => Terms.Length > 1;

    public static implicit operator Angle(double value) => new(value, []);

    public static Angle operator +(Angle a, Angle b)
    {
        double constant = a.Constant + b.Constant;
        if (b.Terms.IsEmpty || a.Terms.IsEmpty)
        {
            return new Angle(constant, b.Terms.IsEmpty ? a.Terms : b.Terms);
        }

        var terms = new SortedDictionary<int, double>();
        foreach (AngleTerm term in a.Terms.AddRange(b.Terms))
        {
            terms[term.Index] = terms.GetValueOrDefault(term.Index) + term.Coefficient;
        }

        return new Angle(constant, [.. terms.Where(t => t.Value != 0).Select(t => new AngleTerm(t.Key, t.Value))]);
    }

    public static Angle operator -(Angle a) => -1.0 * a;

    public static Angle operator -(Angle a, Angle b) => a + -b;

    public static Angle operator *(double factor, Angle a) =>
        a.Terms.IsEmpty ? new Angle(factor * a.Constant, [])
        : factor == 0 ? Zero
        : new Angle(factor * a.Constant, [.. a.Terms.Select(t => t with { Coefficient = factor * t.Coefficient })]);

    /// <summary>Parameters that add up to the angle, one for each term; one constant where there is none.</summary>
    public ImmutableArray<Parameter> ToParameters(ParameterKind kind)
    {
        if (Terms.IsEmpty)
        {
            return [Parameter.Constant(Constant)];
        }

        double constant = Constant;
        return [.. Terms.Select((term, i) => new Parameter(kind, term.Index, term.Coefficient, i == 0 ? constant : 0, true))];
    }
}

/// <summary>Coefficient · parameter.</summary>
internal readonly record struct AngleTerm(int Index, double Coefficient);

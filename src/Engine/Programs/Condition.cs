using System.Collections.Immutable;

namespace QDiff.Engine.Programs;

/// <summary>A test of classical bits, read as an unsigned number.</summary>
/// <param name="Bits">The bits, least significant first; 1-64 of them.</param>
/// <param name="Value">What they are compared with.</param>
/// <param name="Comparison">How.</param>
public sealed record Condition(ImmutableArray<int> Bits, ulong Value, Comparison Comparison = Comparison.Equal)
{
    /// <summary>Whether the condition holds.</summary>
    /// <param name="bits">All classical bits of the program, one for each element.</param>
    public bool Holds(ReadOnlySpan<bool> bits)
    {
        ulong number = 0;
        for (int i = 0; i < Bits.Length; i++)
        {
            number |= bits[Bits[i]] ? 1UL << i : 0;
        }

        return Comparison switch
        {
            Comparison.Equal => number == Value,
            Comparison.NotEqual => number != Value,
            Comparison.Less => number < Value,
            Comparison.LessOrEqual => number <= Value,
            Comparison.Greater => number > Value,
            _ => number >= Value,
        };
    }
}

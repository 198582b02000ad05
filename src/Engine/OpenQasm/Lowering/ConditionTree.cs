using System.Collections.Immutable;
using QDiff.Engine.Programs;

namespace QDiff.Engine.OpenQasm.Lowering;

/// <summary>A condition of measured bits and known values.</summary>
internal abstract record ConditionTree;

internal sealed record KnownCondition(bool Holds) : ConditionTree;

internal sealed record BitsCondition(Condition Test) : ConditionTree;

internal sealed record NotCondition(ConditionTree Inner) : ConditionTree;

internal sealed record BothConditions(ConditionTree Left, ConditionTree Right) : ConditionTree;

internal sealed record EitherCondition(ConditionTree Left, ConditionTree Right) : ConditionTree;

/// <summary>A list of instructions with its length, inner blocks counted.</summary>
internal readonly record struct Block(ImmutableArray<Instruction> Instructions, long Size)
{
    /// <summary>The two blocks under a condition. 'and', 'or' and 'not' become nested tests, all made before either block runs.</summary>
    /// <param name="tree">The condition.</param>
    /// <param name="then">Run where it holds.</param>
    /// <param name="otherwise">Run where it does not.</param>
    /// <param name="check">Told of every size that a block grows to; may throw.</param>
    public static Block Under(ConditionTree tree, Block then, Block otherwise, Action<long> check)
    {
        switch (tree)
        {
            case KnownCondition known:
                return known.Holds ? then : otherwise;
            case NotCondition not:
                return Under(not.Inner, otherwise, then, check);
            case BothConditions both:
                return Under(both.Left, Under(both.Right, then, otherwise, check), otherwise, check);
            case EitherCondition either:
                return Under(either.Left, then, Under(either.Right, then, otherwise, check), check);
            default:
                long size = 1 + then.Size + otherwise.Size;
                check(size);
                return new Block([new IfInstruction(((BitsCondition)tree).Test, then.Instructions, otherwise.Instructions)], size);
        }
    }
}

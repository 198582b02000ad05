using System.Numerics;
using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>Running sums and products over [outer, length, inner], and the products of all elements but one.</summary>
internal static unsafe class CumulativeKernel
{
    /// <summary>y_l = Σ_{k ≤ l} x_k, or from the end.</summary>
    public static void Sum(in ReductionPlan plan, Tensor result, bool fromEnd)
    {
        switch (result.Type)
        {
            case ScalarType.Float32: Sum<float>(plan, result, fromEnd); break;
            case ScalarType.Float64: Sum<double>(plan, result, fromEnd); break;
            case ScalarType.Int64: Sum<long>(plan, result, fromEnd); break;
            case ScalarType.Int32: Sum<int>(plan, result, fromEnd); break;
            default: throw DTypes.Unsupported(result.Type);
        }
    }

    /// <summary>Π x over length.</summary>
    public static void Product(in ReductionPlan plan, Tensor result)
    {
        switch (result.Type)
        {
            case ScalarType.Float32: Product<float>(plan, result); break;
            case ScalarType.Float64: Product<double>(plan, result); break;
            case ScalarType.Int64: Product<long>(plan, result); break;
            case ScalarType.Int32: Product<int>(plan, result); break;
            default: throw DTypes.Unsupported(result.Type);
        }
    }

    /// <summary>For each element the product of the others: right where some are zero.</summary>
    public static void OtherFactors(in ReductionPlan plan, Tensor result)
    {
        if (result.Type == ScalarType.Float32) OtherFactors<float>(plan, result);
        else OtherFactors<double>(plan, result);
    }

    private static void Sum<T>(ReductionPlan plan, Tensor result, bool fromEnd)
        where T : unmanaged, INumber<T>
    {
        var source = (T*)plan.Source.Data;
        var target = (T*)result.Data;
        for (var o = 0L; o < plan.Outer; o++)
        {
            for (var i = 0L; i < plan.Inner; i++)
            {
                var at = (o * plan.Length * plan.Inner) + i;
                var total = T.Zero;
                for (var l = 0L; l < plan.Length; l++)
                {
                    var place = at + ((fromEnd ? plan.Length - 1 - l : l) * plan.Inner);
                    total += source[place];
                    target[place] = total;
                }
            }
        }

        GC.KeepAlive(plan.Source);
        GC.KeepAlive(result);
    }

    private static void Product<T>(ReductionPlan plan, Tensor result)
        where T : unmanaged, INumber<T>
    {
        var source = (T*)plan.Source.Data;
        var target = (T*)result.Data;
        for (var o = 0L; o < plan.Outer; o++)
        {
            for (var i = 0L; i < plan.Inner; i++)
            {
                var product = T.One;
                for (var l = 0L; l < plan.Length; l++)
                {
                    product *= source[(((o * plan.Length) + l) * plan.Inner) + i];
                }

                target[(o * plan.Inner) + i] = product;
            }
        }

        GC.KeepAlive(plan.Source);
        GC.KeepAlive(result);
    }

    private static void OtherFactors<T>(ReductionPlan plan, Tensor result)
        where T : unmanaged, INumber<T>
    {
        var source = (T*)plan.Source.Data;
        var target = (T*)result.Data;
        for (var o = 0L; o < plan.Outer; o++)
        {
            for (var i = 0L; i < plan.Inner; i++)
            {
                var at = (o * plan.Length * plan.Inner) + i;
                var before = T.One;
                for (var l = 0L; l < plan.Length; l++)
                {
                    target[at + (l * plan.Inner)] = before;
                    before *= source[at + (l * plan.Inner)];
                }

                var after = T.One;
                for (var l = plan.Length - 1; l >= 0; l--)
                {
                    target[at + (l * plan.Inner)] *= after;
                    after *= source[at + (l * plan.Inner)];
                }
            }
        }

        GC.KeepAlive(plan.Source);
        GC.KeepAlive(result);
    }
}

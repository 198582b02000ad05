using System.Numerics;
using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>Largest or smallest elements of [outer, length, inner] over length, with their places. NaN beats every number; of equal elements the first counts.</summary>
internal static unsafe class ExtremeKernel
{
    /// <summary>Values (of the source's type) and places (Int64), both of the reduced shape.</summary>
    public static (Tensor Values, Tensor Places) Run(in ReductionPlan plan, bool largest, string name)
    {
        if (plan.Length == 0) throw DTypes.Error($"{name}: the dimension has no elements to choose from.");
        var values = Tensor.Allocate(plan.DroppedSizes, plan.Source.Type);
        var places = Tensor.Allocate(plan.DroppedSizes, ScalarType.Int64);
        switch (plan.Source.Type)
        {
            case ScalarType.Float32: Find<float>(plan, values, places, largest); break;
            case ScalarType.Float64: Find<double>(plan, values, places, largest); break;
            case ScalarType.Int64: Find<long>(plan, values, places, largest); break;
            case ScalarType.Int32: Find<int>(plan, values, places, largest); break;
            case ScalarType.Byte or ScalarType.Bool: Find<byte>(plan, values, places, largest); break;
            default: throw DTypes.Unsupported(plan.Source.Type);
        }

        return (values, places);
    }

    private static void Find<T>(ReductionPlan plan, Tensor values, Tensor places, bool largest)
        where T : unmanaged, INumber<T>
    {
        var source = (T*)plan.Source.Data;
        var value = (T*)values.Data;
        var place = (long*)places.Data;
        var (length, inner) = (plan.Length, plan.Inner);
        void Outer(long o)
        {
            for (var i = 0L; i < inner; i++)
            {
                var element = source + (o * length * inner) + i;
                var best = *element;
                var at = 0L;
                for (var l = 1L; l < length && !T.IsNaN(best); l++)
                {
                    var candidate = element[l * inner];
                    if ((largest ? candidate > best : candidate < best) || T.IsNaN(candidate))
                    {
                        best = candidate;
                        at = l;
                    }
                }

                value[(o * inner) + i] = best;
                place[(o * inner) + i] = at;
            }
        }

        if (plan.Outer * length * inner <= Elementwise.Piece)
        {
            for (var o = 0L; o < plan.Outer; o++)
            {
                Outer(o);
            }
        }
        else
        {
            WorkSplit.Run(checked((int)plan.Outer), o => Outer(o));
        }

        GC.KeepAlive(plan.Source);
        GC.KeepAlive(values);
        GC.KeepAlive(places);
    }
}

using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace TorchSharp;

/// <summary>
/// The loop over all elements of up to four operands of one shape with their own strides. Dimensions that are adjacent in every operand's
/// memory are merged; the innermost one is left to a row function.
/// </summary>
internal unsafe struct StridedLoop
{
    public const int MaxRank = 10;
    public const int MaxOperands = 4;

    private fixed long size[MaxRank];
    private fixed long step[MaxRank * MaxOperands];
    private readonly int operands;
    private int rank;

    private StridedLoop(int operandCount)
    {
        operands = operandCount;
        rank = 0;
    }

    /// <summary>Size of the innermost dimension.</summary>
    public readonly long Inner => rank == 0 ? 1 : size[rank - 1];

    /// <summary>How many rows of <see cref="Inner"/> elements there are.</summary>
    public readonly long Rows
    {
        get
        {
            var rows = 1L;
            for (var i = 0; i < rank - 1; i++)
            {
                rows *= size[i];
            }

            return rows;
        }
    }

    /// <summary>Step, in elements, of an operand along the innermost dimension.</summary>
    public readonly long InnerStep(int operand) => rank == 0 ? 0 : step[(operand * MaxRank) + rank - 1];

    /// <summary>A loop over the shape, with the strides of each operand in it (0 where it is repeated).</summary>
    public static StridedLoop Over(long[] shape, long[] first, long[] second, long[]? third = null, long[]? fourth = null)
    {
        var loop = new StridedLoop(fourth is not null ? 4 : third is not null ? 3 : 2);
        for (var d = 0; d < shape.Length; d++)
        {
            if (shape[d] == 1) continue;
            var (a, b) = (first[d], second[d]);
            var c = third is null ? 0 : third[d];
            var e = fourth is null ? 0 : fourth[d];
            var last = loop.rank - 1;
            if (last >= 0 && loop.step[last] == a * shape[d] && loop.step[MaxRank + last] == b * shape[d] &&
                loop.step[(2 * MaxRank) + last] == c * shape[d] && loop.step[(3 * MaxRank) + last] == e * shape[d])
            {
                loop.size[last] *= shape[d];
            }
            else
            {
                if (loop.rank == MaxRank)
                {
                    throw DTypes.Error($"A tensor of shape {Shapes.Text(shape)} has more than the {MaxRank} separate dimensions that this build handles.");
                }

                last = loop.rank++;
                loop.size[last] = shape[d];
            }

            loop.step[last] = a;
            loop.step[MaxRank + last] = b;
            loop.step[(2 * MaxRank) + last] = c;
            loop.step[(3 * MaxRank) + last] = e;
        }

        return loop;
    }

    /// <summary>An odometer over the rows from a given one: see <see cref="RowCursor"/>.</summary>
    [UnscopedRef]
    public readonly RowCursor From(long row) => new(in this, row);

    /// <summary>Steps through the rows of a loop without divisions.</summary>
    public ref struct RowCursor
    {
        private readonly ref readonly StridedLoop loop;
        private fixed long index[MaxRank];
        private fixed long offset[MaxOperands];

        internal RowCursor(in StridedLoop loop, long row)
        {
            this.loop = ref loop;
            for (var d = loop.rank - 2; d >= 0; d--)
            {
                (row, index[d]) = Math.DivRem(row, loop.size[d]);
                for (var o = 0; o < loop.operands; o++)
                {
                    offset[o] += index[d] * loop.step[(o * MaxRank) + d];
                }
            }
        }

        /// <summary>Offset of the operand's first element in the row.</summary>
        public readonly long this[int operand]
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => offset[operand];
        }

        public void Next()
        {
            for (var d = loop.rank - 2; d >= 0; d--)
            {
                if (++index[d] < loop.size[d])
                {
                    for (var o = 0; o < loop.operands; o++)
                    {
                        offset[o] += loop.step[(o * MaxRank) + d];
                    }

                    return;
                }

                for (var o = 0; o < loop.operands; o++)
                {
                    offset[o] -= (loop.size[d] - 1) * loop.step[(o * MaxRank) + d];
                }

                index[d] = 0;
            }
        }
    }
}

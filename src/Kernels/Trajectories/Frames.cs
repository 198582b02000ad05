using System.Numerics;
using ILGPU;
using QDiff.Engine.Programs;
using QDiff.Engine.Randomness;
using QDiff.Engine.Trajectories;

namespace QDiff.Kernels.Trajectories;

/// <summary>
/// Moves one trajectory's Pauli frame past events, on one thread: draws, renamings of basis states, the signs that angles take from it, conditions. Random
/// numbers are those of <see cref="TrajectoryRun"/>.
/// </summary>
internal static class Frames
{
    /// <summary>Lets everything happen that comes before a place in the code.</summary>
    /// <param name="state">The frame so far.</param>
    /// <param name="end">Where the code ends so far.</param>
    /// <param name="code">See <see cref="EventCode"/>.</param>
    /// <param name="numbers">Probabilities.</param>
    /// <param name="signs">The signs of all rows: 1, −1, or 0 for a rotation that the trajectory has not.</param>
    /// <param name="firstSign">The first sign of this row.</param>
    /// <param name="bits">Classical bits of all rows.</param>
    /// <param name="firstBit">The first bit of this row.</param>
    /// <param name="seed">Seed of the run.</param>
    /// <param name="number">Number of the trajectory.</param>
    public static FrameState Advance(
        FrameState state, int end, ArrayView<int> code, ArrayView<double> numbers, ArrayView<sbyte> signs, long firstSign, ArrayView<byte> bits,
        long firstBit, ulong seed, ulong number)
    {
        while (state.Next < end)
        {
            int at = state.Next + EventCode.Header, kind = code[state.Next];
            state.Next += code[state.Next + 1];
            if (kind == EventCode.FrameSign)
            {
                int minus = (BitOperations.PopCount((uint)(code[at + 1] & state.Z)) ^ BitOperations.PopCount((uint)(code[at + 2] & state.X))) & 1;
                signs[firstSign + code[at]] = (sbyte)(state.IsActive * (1 - 2 * minus));
            }
            else if (kind == EventCode.Renaming)
            {
                state = Rename(state, code, at);
            }
            else if (kind == EventCode.PauliDraw)
            {
                state = WithUniform(state, code[at], seed, number);
                double uniform = Uniform(state, code[at]);
                int choice = 0, last = code[at + 1] - 1;
                while (choice < last && uniform >= numbers[code[at + 2] + choice])
                {
                    choice++;
                }

                state.X ^= state.IsActive * code[at + 3 + 2 * choice];
                state.Z ^= state.IsActive * code[at + 4 + 2 * choice];
            }
            else if (kind == EventCode.DepolarizingDraw)
            {
                state = Depolarize(state, code, at, numbers, seed, number);
            }
            else if (kind == EventCode.PauliFlip)
            {
                state.X ^= state.IsActive * code[at];
                state.Z ^= state.IsActive * code[at + 1];
            }
            else if (kind == EventCode.BlockBegin)
            {
                int holds = Holds(code, at, bits, firstBit) ? 1 : 0;
                ulong place = 1UL << state.Depth;
                state.Outer = (state.Outer & ~place) | (state.IsActive != 0 ? place : 0);
                state.Holds = (state.Holds & ~place) | (holds != 0 ? place : 0);
                state.Depth++;
                state.IsActive &= holds;
            }
            else
            {
                ulong place = 1UL << (state.Depth - 1);
                bool came = (state.Outer & place) != 0;
                state.IsActive = came && (kind == EventCode.BlockEnd || (state.Holds & place) == 0) ? 1 : 0;
                state.Depth -= kind == EventCode.BlockEnd ? 1 : 0;
            }
        }

        return state;
    }

    /// <summary>The state with a uniform number at hand, and its neighbour.</summary>
    public static FrameState WithUniform(FrameState state, int draw, ulong seed, ulong number)
    {
        if (draw >> 1 != state.Block)
        {
            state.Block = draw >> 1;
            var words = Philox.Block(CounterRandom.Counter(number, TrajectoryRun.Operation, state.Block), seed);
            state.Even = CounterRandom.ToDouble(words.Word0, words.Word1);
            state.Odd = CounterRandom.ToDouble(words.Word2, words.Word3);
        }

        return state;
    }

    /// <summary>A uniform number that is at hand.</summary>
    public static double Uniform(FrameState state, int draw) => (draw & 1) == 0 ? state.Even : state.Odd;

    private static FrameState Depolarize(FrameState state, ArrayView<int> code, int at, ArrayView<double> numbers, ulong seed, ulong number)
    {
        state = WithUniform(state, code[at], seed, number);
        if (Uniform(state, code[at]) < numbers[code[at + 1]])
        {
            return state;
        }

        var words = Philox.Block(CounterRandom.Counter(number, TrajectoryRun.StringOperation, code[at]), seed);
        int qubits = code[at + 2];
        ulong index = 1 + MultiplyHigh(((ulong)words.Word1 << 32) | words.Word0, (1UL << (2 * qubits)) - 1);
        for (int q = 0; q < qubits; q++)
        {
            int digit = (int)(index >> (2 * q)) & 3, own = state.IsActive << code[at + 3 + q];
            state.X ^= digit == 1 || digit == 2 ? own : 0;
            state.Z ^= digit >= 2 ? own : 0;
        }

        return state;
    }

    // The upper 64 of the 128 bits of a product.
    private static ulong MultiplyHigh(ulong a, ulong b)
    {
        const ulong Low = 0xFFFF_FFFF;
        ulong low = (a & Low) * (b & Low), middle = (a >> 32) * (b & Low) + (low >> 32), other = (a & Low) * (b >> 32) + (middle & Low);
        return (a >> 32) * (b >> 32) + (middle >> 32) + (other >> 32);
    }

    private static FrameState Rename(FrameState state, ArrayView<int> code, int at)
    {
        int count = code[at], oldX = 0, oldZ = 0;
        for (int i = 0; i < count; i++)
        {
            int qubit = code[at + 1 + 3 * i];
            oldX |= ((state.X >> qubit) & 1) << i;
            oldZ |= ((state.Z >> qubit) & 1) << i;
        }

        for (int i = 0; i < count; i++)
        {
            int qubit = code[at + 1 + 3 * i];
            int x = BitOperations.PopCount((uint)(code[at + 2 + 3 * i] & oldX)) & 1, z = BitOperations.PopCount((uint)(code[at + 3 + 3 * i] & oldZ)) & 1;
            state.X = (state.X & ~(1 << qubit)) | (x << qubit);
            state.Z = (state.Z & ~(1 << qubit)) | (z << qubit);
        }

        return state;
    }

    private static bool Holds(ArrayView<int> code, int at, ArrayView<byte> bits, long firstBit)
    {
        ulong number = 0, value = (uint)code[at + 1] | ((ulong)(uint)code[at + 2] << 32);
        for (int i = 0; i < code[at + 3]; i++)
        {
            number |= (ulong)bits[firstBit + code[at + 4 + i]] << i;
        }

        int comparison = code[at];
        return comparison == (int)Comparison.Equal ? number == value
            : comparison == (int)Comparison.NotEqual ? number != value
            : comparison == (int)Comparison.Less ? number < value
            : comparison == (int)Comparison.LessOrEqual ? number <= value
            : comparison == (int)Comparison.Greater ? number > value
            : number >= value;
    }
}

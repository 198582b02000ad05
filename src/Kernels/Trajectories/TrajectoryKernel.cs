using System.Numerics;
using ILGPU;
using ILGPU.Runtime;
using QDiff.Kernels.Devices;
using QDiff.Kernels.StateVectors;

namespace QDiff.Kernels.Trajectories;

/// <summary>
/// Monte-Carlo trajectories: the whole program with its random choices and what is read of it, in one launch. One group owns one trajectory, whose state lies in
/// shared memory, or where it does not fit there in global memory; a thread owns eight amplitudes of a pass in registers.
/// </summary>
/// <remarks>
/// Shared memory sees 4·2^n numbers for each pass; global memory the signs and coefficients of angles, and the values.
/// Source: Dalibard, Castin, Mølmer, "Wave-function approach to dissipative processes" (docs/references.md: Dalibard1992).
/// </remarks>
internal sealed class TrajectoryKernel<T, TPrecision>(DeviceSession session)
    where T : unmanaged, INumber<T>
    where TPrecision : IPrecision<T>
{
    private readonly Lazy<Action<AcceleratorStream, KernelConfig, ArrayView<T>, ArrayView<int>, ArrayView<int>, ArrayView<int>, ArrayView<double>, ArrayView<T>,
        ArrayView<sbyte>, ArrayView<byte>, ArrayView<int>, ArrayView<double>, ArrayView<int>, ArrayView<T>, TrajectoryShape>> _small =
            session.Compile("trajectories", accelerator => accelerator.LoadKernel<
                ArrayView<T>, ArrayView<int>, ArrayView<int>, ArrayView<int>, ArrayView<double>, ArrayView<T>, ArrayView<sbyte>, ArrayView<byte>,
                ArrayView<int>, ArrayView<double>, ArrayView<int>, ArrayView<T>, TrajectoryShape>(Run));

    private readonly Lazy<Action<AcceleratorStream, KernelConfig, ArrayView<T>, ArrayView<int>, ArrayView<int>, ArrayView<int>, ArrayView<double>, ArrayView<T>,
        ArrayView<sbyte>, ArrayView<byte>, ArrayView<int>, ArrayView<double>, ArrayView<int>, ArrayView<T>, TrajectoryShape>> _large =
            session.Compile("trajectories of large registers", accelerator => accelerator.LoadKernel<
                ArrayView<T>, ArrayView<int>, ArrayView<int>, ArrayView<int>, ArrayView<double>, ArrayView<T>, ArrayView<sbyte>, ArrayView<byte>,
                ArrayView<int>, ArrayView<double>, ArrayView<int>, ArrayView<T>, TrajectoryShape>(RunLarge));

    /// <summary>Numbers of shared memory that a group with its state there needs.</summary>
    public static long SharedNumbers(int bits, int threads) => (2L << bits) + TrajectorySteps<T, TPrecision>.WorkNumbers(threads);

    /// <summary>The kernel for states in shared memory.</summary>
    /// <param name="states">Not used.</param>
    /// <param name="passes">See <see cref="PassCode"/>.</param>
    /// <param name="tables">Tables of places.</param>
    /// <param name="code">See <see cref="EventCode"/> and <see cref="StepCode"/>.</param>
    /// <param name="numbers">Probabilities, effects and conditions.</param>
    /// <param name="coefficients">Angles and matrices.</param>
    /// <param name="signs">[rows, Signs].</param>
    /// <param name="bits">[rows, ClassicalBits].</param>
    /// <param name="records">[rows, Records].</param>
    /// <param name="scales">[rows, Records].</param>
    /// <param name="strings">See <see cref="PauliCode"/>, then X and Z masks.</param>
    /// <param name="values">[rows, Values].</param>
    /// <param name="shape">Sizes.</param>
    public static void Run(
        ArrayView<T> states, ArrayView<int> passes, ArrayView<int> tables, ArrayView<int> code, ArrayView<double> numbers, ArrayView<T> coefficients,
        ArrayView<sbyte> signs, ArrayView<byte> bits, ArrayView<int> records, ArrayView<double> scales, ArrayView<int> strings, ArrayView<T> values,
        TrajectoryShape shape)
    {
        int size = 1 << shape.Bits;
        var memory = SharedMemory.GetDynamic<T>();
        var work = memory.SubView(2 * size, TrajectorySteps<T, TPrecision>.WorkNumbers(Group.DimX));
        var row = TrajectoryRows<T>.Make(passes, tables, code, numbers, coefficients, signs, bits, records, scales, shape);
        Body(memory.SubView(0, size), memory.SubView(size, size), work, states, row, strings, values, shape);
    }

    /// <summary>The kernel for states in global memory, [rows, 2, 2^Bits].</summary>
    public static void RunLarge(
        ArrayView<T> states, ArrayView<int> passes, ArrayView<int> tables, ArrayView<int> code, ArrayView<double> numbers, ArrayView<T> coefficients,
        ArrayView<sbyte> signs, ArrayView<byte> bits, ArrayView<int> records, ArrayView<double> scales, ArrayView<int> strings, ArrayView<T> values,
        TrajectoryShape shape)
    {
        long size = 1L << shape.Bits, first = 2 * size * Grid.IdxX;
        var work = SharedMemory.GetDynamic<T>();
        var row = TrajectoryRows<T>.Make(passes, tables, code, numbers, coefficients, signs, bits, records, scales, shape);
        Body(states.SubView(first, size), states.SubView(first + size, size), work, states, row, strings, values, shape);
    }

    /// <summary>Launches one group for each trajectory.</summary>
    public void Launch(
        int rows, int threads, bool isLarge, ArrayView<T> states, ArrayView<int> passes, ArrayView<int> tables, ArrayView<int> code, ArrayView<double> numbers,
        ArrayView<T> coefficients, ArrayView<sbyte> signs, ArrayView<byte> bits, ArrayView<int> records, ArrayView<double> scales, ArrayView<int> strings,
        ArrayView<T> values, TrajectoryShape shape)
    {
        long shared = isLarge ? TrajectorySteps<T, TPrecision>.WorkNumbers(threads) : SharedNumbers(shape.Bits, threads);
        (isLarge ? _large : _small).Value(
            session.Stream, new KernelConfig(rows, threads, SharedMemoryConfig.RequestDynamic<T>((int)shared)), states, passes, tables, code, numbers,
            coefficients, signs, bits, records, scales, strings, values, shape);
    }

    private static void Body(
        ArrayView<T> re, ArrayView<T> im, ArrayView<T> work, ArrayView<T> copies, TrajectoryRow<T> row, ArrayView<int> strings, ArrayView<T> values,
        TrajectoryShape shape)
    {
        TrajectorySteps<T, TPrecision>.Forward(re, im, work, copies, row, shape, int.MaxValue);
        if ((shape.Flags & TrajectoryShape.Sampling) == 0)
        {
            var scratch = work.SubView(0, GroupSum.Scratch(Group.DimX));
            TrajectoryRead<T, TPrecision>.Values(re, im, scratch, row, strings, values, (long)Grid.IdxX * shape.Values, shape);
        }
        else if (shape.SampledCount > 0)
        {
            TrajectoryRead<T, TPrecision>.Sample(re, im, row, shape);
        }
    }
}

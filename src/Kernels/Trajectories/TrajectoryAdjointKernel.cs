using System.Numerics;
using ILGPU;
using ILGPU.Runtime;
using QDiff.Kernels.Devices;
using QDiff.Kernels.StateVectors;

namespace QDiff.Kernels.Trajectories;

/// <summary>
/// Adjoint differentiation through trajectories, with the drawn operators and their probabilities held fixed: the trajectory is run again, |λ⟩ = Σ_k c_k O_k|ψ⟩, and
/// every step is undone on ψ and λ together. One group owns one trajectory, whose state and co-state lie in shared memory, or where they do not fit there in global memory.
/// </summary>
/// <remarks>
/// Shared memory sees 12·2^n numbers for each pass; global memory one gradient for each angle, and copies of states before operators that cannot be undone.
/// Source: Jones and Gacon, "Efficient calculation of gradients in classical simulations of variational quantum algorithms" (docs/references.md: JonesGacon2020).
/// </remarks>
internal sealed class TrajectoryAdjointKernel<T, TPrecision>(DeviceSession session)
    where T : unmanaged, INumber<T>
    where TPrecision : IPrecision<T>
{
    private readonly Lazy<Action<AcceleratorStream, KernelConfig, ArrayView<T>, ArrayView<int>, ArrayView<int>, ArrayView<int>, ArrayView<double>, ArrayView<T>,
        ArrayView<sbyte>, ArrayView<byte>, ArrayView<int>, ArrayView<double>, ArrayView<int>, ArrayView<T>, ArrayView<T>, TrajectoryShape>> _small =
            session.Compile("trajectories backwards", accelerator => accelerator.LoadKernel<
                ArrayView<T>, ArrayView<int>, ArrayView<int>, ArrayView<int>, ArrayView<double>, ArrayView<T>, ArrayView<sbyte>, ArrayView<byte>,
                ArrayView<int>, ArrayView<double>, ArrayView<int>, ArrayView<T>, ArrayView<T>, TrajectoryShape>(Run));

    private readonly Lazy<Action<AcceleratorStream, KernelConfig, ArrayView<T>, ArrayView<int>, ArrayView<int>, ArrayView<int>, ArrayView<double>, ArrayView<T>,
        ArrayView<sbyte>, ArrayView<byte>, ArrayView<int>, ArrayView<double>, ArrayView<int>, ArrayView<T>, ArrayView<T>, TrajectoryShape>> _large =
            session.Compile("trajectories of large registers backwards", accelerator => accelerator.LoadKernel<
                ArrayView<T>, ArrayView<int>, ArrayView<int>, ArrayView<int>, ArrayView<double>, ArrayView<T>, ArrayView<sbyte>, ArrayView<byte>,
                ArrayView<int>, ArrayView<double>, ArrayView<int>, ArrayView<T>, ArrayView<T>, TrajectoryShape>(RunLarge));

    /// <summary>Numbers of shared memory that a group with its states there needs.</summary>
    public static long SharedNumbers(int bits, int threads) => (4L << bits) + TrajectorySteps<T, TPrecision>.WorkNumbers(threads);

    /// <summary>The kernel for states in shared memory.</summary>
    /// <param name="states">[rows, KeptCount, 2, 2^Bits] from Kept on: copies of states.</param>
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
    /// <param name="cotangents">[rows, Values].</param>
    /// <param name="gradients">[rows, Columns].</param>
    /// <param name="shape">Sizes.</param>
    public static void Run(
        ArrayView<T> states, ArrayView<int> passes, ArrayView<int> tables, ArrayView<int> code, ArrayView<double> numbers, ArrayView<T> coefficients,
        ArrayView<sbyte> signs, ArrayView<byte> bits, ArrayView<int> records, ArrayView<double> scales, ArrayView<int> strings, ArrayView<T> cotangents,
        ArrayView<T> gradients, TrajectoryShape shape)
    {
        int size = 1 << shape.Bits;
        var memory = SharedMemory.GetDynamic<T>();
        var work = memory.SubView(4 * size, TrajectorySteps<T, TPrecision>.WorkNumbers(Group.DimX));
        var row = TrajectoryRows<T>.Make(passes, tables, code, numbers, coefficients, signs, bits, records, scales, shape);
        Body(
            memory.SubView(0, size), memory.SubView(size, size), memory.SubView(2 * size, size), memory.SubView(3 * size, size), work, states, row, strings,
            cotangents, gradients, shape);
    }

    /// <summary>The kernel for states in global memory, [rows, 4, 2^Bits] before the copies.</summary>
    public static void RunLarge(
        ArrayView<T> states, ArrayView<int> passes, ArrayView<int> tables, ArrayView<int> code, ArrayView<double> numbers, ArrayView<T> coefficients,
        ArrayView<sbyte> signs, ArrayView<byte> bits, ArrayView<int> records, ArrayView<double> scales, ArrayView<int> strings, ArrayView<T> cotangents,
        ArrayView<T> gradients, TrajectoryShape shape)
    {
        long size = 1L << shape.Bits, first = 4 * size * Grid.IdxX;
        var work = SharedMemory.GetDynamic<T>();
        var row = TrajectoryRows<T>.Make(passes, tables, code, numbers, coefficients, signs, bits, records, scales, shape);
        Body(
            states.SubView(first, size), states.SubView(first + size, size), states.SubView(first + 2 * size, size), states.SubView(first + 3 * size, size), work,
            states, row, strings, cotangents, gradients, shape);
    }

    /// <summary>Launches one group for each trajectory.</summary>
    public void Launch(
        int rows, int threads, bool isLarge, ArrayView<T> states, ArrayView<int> passes, ArrayView<int> tables, ArrayView<int> code, ArrayView<double> numbers,
        ArrayView<T> coefficients, ArrayView<sbyte> signs, ArrayView<byte> bits, ArrayView<int> records, ArrayView<double> scales, ArrayView<int> strings,
        ArrayView<T> cotangents, ArrayView<T> gradients, TrajectoryShape shape)
    {
        long shared = isLarge ? TrajectorySteps<T, TPrecision>.WorkNumbers(threads) : SharedNumbers(shape.Bits, threads);
        (isLarge ? _large : _small).Value(
            session.Stream, new KernelConfig(rows, threads, SharedMemoryConfig.RequestDynamic<T>((int)shared)), states, passes, tables, code, numbers,
            coefficients, signs, bits, records, scales, strings, cotangents, gradients, shape);
    }

    private static void Body(
        ArrayView<T> re, ArrayView<T> im, ArrayView<T> coRe, ArrayView<T> coIm, ArrayView<T> work, ArrayView<T> states, TrajectoryRow<T> row,
        ArrayView<int> strings, ArrayView<T> cotangents, ArrayView<T> gradients, TrajectoryShape shape)
    {
        long own = (long)shape.KeptCount * (2L << shape.Bits);
        var copies = own > 0 ? states.SubView(shape.Kept + own * Grid.IdxX, own) : states;
        TrajectorySteps<T, TPrecision>.Forward(re, im, work, copies, row, shape, shape.FirstStep);
        TrajectoryRead<T, TPrecision>.CoState(re, im, coRe, coIm, row, strings, cotangents, (long)Grid.IdxX * shape.Values, shape);
        TrajectorySteps<T, TPrecision>.Backward(re, im, coRe, coIm, work, copies, row, gradients, (long)Grid.IdxX * shape.Columns, shape);
    }
}

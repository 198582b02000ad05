using System.Numerics;
using ILGPU;
using ILGPU.Runtime;
using QDiff.Kernels.Devices;

namespace QDiff.Kernels.StateVectors;

/// <summary>
/// Every pass's coefficients: angle = constant + Σ weight · parameter + Σ weight · input, summed in double, then cos θ/2 and sin θ/2 of rotations and
/// cos A and sin A of sums of phases. One thread owns one pass of one sample, or of all samples where they share it; at most 14 numbers are written.
/// </summary>
internal sealed class AngleKernel<T, TPrecision>(DeviceSession session)
    where T : unmanaged, INumber<T>
    where TPrecision : IPrecision<T>
{
    private readonly Lazy<Action<AcceleratorStream, KernelConfig, ArrayView<int>, ArrayView<int>, ArrayView<double>, ArrayView<T>, ArrayView<T>,
        ArrayView<T>, AngleShape, long>> _launch = session.Compile("angles", accelerator => accelerator.LoadKernel<
            ArrayView<int>, ArrayView<int>, ArrayView<double>, ArrayView<T>, ArrayView<T>, ArrayView<T>, AngleShape, long>(Run));

    /// <summary>The kernel.</summary>
    /// <param name="entries">See <see cref="AngleShape"/>.</param>
    /// <param name="slots">Every slot's terms, then the source of every term.</param>
    /// <param name="numbers">Every slot's constant, then the weight of every term.</param>
    /// <param name="parameters">[TrainableCount].</param>
    /// <param name="inputs">[rows, InputCount].</param>
    /// <param name="coefficients">Where they go.</param>
    /// <param name="shape">Sizes.</param>
    /// <param name="items">rows × entries.</param>
    public static void Run(
        ArrayView<int> entries, ArrayView<int> slots, ArrayView<double> numbers, ArrayView<T> parameters, ArrayView<T> inputs, ArrayView<T> coefficients,
        AngleShape shape, long items)
    {
        long item = (long)Grid.IdxX * Group.DimX + Group.IdxX;
        if (item >= items)
        {
            return;
        }

        long row = item / shape.Entries;
        int entry = (int)(item - row * shape.Entries) * AngleShape.EntryLength, slot = entry + AngleShape.Slot;
        long to = entries[entry + AngleShape.Offset] + row * entries[entry + AngleShape.Stride];
        if (entries[entry] == PassCode.BlockPhase)
        {
            Store(coefficients, to, Angle(slots, numbers, parameters, inputs, shape, entries[slot], row));
            return;
        }

        for (int rotation = 0; rotation < 3; rotation++)
        {
            Store(coefficients, to + 2 * rotation, 0.5 * Angle(slots, numbers, parameters, inputs, shape, entries[slot + rotation], row));
        }

        double phase0 = Angle(slots, numbers, parameters, inputs, shape, entries[slot + 3], row);
        double phase1 = Angle(slots, numbers, parameters, inputs, shape, entries[slot + 4], row);
        double phase2 = Angle(slots, numbers, parameters, inputs, shape, entries[slot + 5], row);
        Store(coefficients, to + 6, phase2 + phase1 + phase0);
        Store(coefficients, to + 8, phase2 + phase1 - phase0);
        Store(coefficients, to + 10, phase2 - phase1 + phase0);
        Store(coefficients, to + 12, phase2 - phase1 - phase0);
    }

    private static double Angle(
        ArrayView<int> slots, ArrayView<double> numbers, ArrayView<T> parameters, ArrayView<T> inputs, AngleShape shape, int slot, long row)
    {
        if (slot < 0)
        {
            return 0;
        }

        int code = slot * AngleShape.SlotLength, sources = shape.Slots * AngleShape.SlotLength;
        double angle = numbers[slot];
        for (int term = slots[code]; term < slots[code + 1]; term++)
        {
            angle += numbers[shape.Slots + term] * TPrecision.Widen(parameters[slots[sources + term]]);
        }

        for (int term = slots[code + 2]; term < slots[code + 3]; term++)
        {
            angle += numbers[shape.Slots + term] * TPrecision.Widen(inputs[row * shape.Inputs + slots[sources + term]]);
        }

        return angle;
    }

    private static void Store(ArrayView<T> coefficients, long to, double angle)
    {
        coefficients[to] = TPrecision.Narrow(KernelTrigonometry.Sine(angle, 1));
        coefficients[to + 1] = TPrecision.Narrow(KernelTrigonometry.Sine(angle, 0));
    }

    /// <summary>Launches one thread for each entry of each row.</summary>
    public void Launch(
        int rows, ArrayView<int> entries, ArrayView<int> slots, ArrayView<double> numbers, ArrayView<T> parameters, ArrayView<T> inputs,
        ArrayView<T> coefficients, AngleShape shape)
    {
        long items = (long)rows * shape.Entries;
        if (items > 0)
        {
            _launch.Value(session.Stream, session.PerItem(items), entries, slots, numbers, parameters, inputs, coefficients, shape, items);
        }
    }
}

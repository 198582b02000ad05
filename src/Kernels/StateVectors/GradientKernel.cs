using System.Numerics;
using ILGPU;
using ILGPU.Runtime;
using QDiff.Kernels.Devices;

namespace QDiff.Kernels.StateVectors;

/// <summary>
/// From gradients of angles to those of what the angles are made of: ∂L/∂x = Σ weight · ∂L/∂angle over the terms that x occurs in. One thread owns
/// one parameter, or one input of one sample.
/// </summary>
internal sealed class GradientKernel<T, TPrecision>(DeviceSession session)
    where T : unmanaged, INumber<T>
    where TPrecision : IPrecision<T>
{
    private readonly Lazy<Action<AcceleratorStream, KernelConfig, ArrayView<double>, ArrayView<int>, ArrayView<double>, ArrayView<T>, int, long>> _parameters =
        session.Compile("parameter gradients", accelerator => accelerator.LoadKernel<
            ArrayView<double>, ArrayView<int>, ArrayView<double>, ArrayView<T>, int, long>(Parameters));

    private readonly Lazy<Action<AcceleratorStream, KernelConfig, ArrayView<T>, ArrayView<int>, ArrayView<double>, ArrayView<T>, int, int, long>> _inputs =
        session.Compile("input gradients", accelerator => accelerator.LoadKernel<
            ArrayView<T>, ArrayView<int>, ArrayView<double>, ArrayView<T>, int, int, long>(Inputs));

    /// <summary>The kernel of shared parameters.</summary>
    /// <param name="totals">Gradient of every angle, summed over samples.</param>
    /// <param name="terms">For every parameter, the first of its terms and, as the last, their number; then every term's angle.</param>
    /// <param name="weights">Every term's weight.</param>
    /// <param name="gradients">[TrainableCount].</param>
    /// <param name="count">TrainableCount.</param>
    /// <param name="items">TrainableCount.</param>
    public static void Parameters(
        ArrayView<double> totals, ArrayView<int> terms, ArrayView<double> weights, ArrayView<T> gradients, int count, long items)
    {
        long item = (long)Grid.IdxX * Group.DimX + Group.IdxX;
        if (item < items)
        {
            double sum = 0;
            for (int term = terms[item]; term < terms[item + 1]; term++)
            {
                sum += weights[term] * totals[terms[count + 1 + term]];
            }

            gradients[item] = TPrecision.Narrow(sum);
        }
    }

    /// <summary>The kernel of inputs.</summary>
    /// <param name="columns">[batch, Columns], gradient of every angle of every sample.</param>
    /// <param name="terms">As for parameters.</param>
    /// <param name="weights">As for parameters.</param>
    /// <param name="gradients">[batch, InputCount].</param>
    /// <param name="count">InputCount.</param>
    /// <param name="columnCount">Columns.</param>
    /// <param name="items">batch × InputCount.</param>
    public static void Inputs(
        ArrayView<T> columns, ArrayView<int> terms, ArrayView<double> weights, ArrayView<T> gradients, int count, int columnCount, long items)
    {
        long item = (long)Grid.IdxX * Group.DimX + Group.IdxX;
        if (item < items)
        {
            long sample = item / count, input = item % count;
            double sum = 0;
            for (int term = terms[input]; term < terms[input + 1]; term++)
            {
                sum += weights[term] * TPrecision.Widen(columns[sample * columnCount + terms[count + 1 + term]]);
            }

            gradients[item] = TPrecision.Narrow(sum);
        }
    }

    /// <summary>Launches one thread for each parameter.</summary>
    public void LaunchParameters(ArrayView<double> totals, ArrayView<int> terms, ArrayView<double> weights, ArrayView<T> gradients, int count) =>
        _parameters.Value(session.Stream, session.PerItem(count), totals, terms, weights, gradients, count, count);

    /// <summary>Launches one thread for each input of each sample.</summary>
    public void LaunchInputs(
        int batch, ArrayView<T> columns, ArrayView<int> terms, ArrayView<double> weights, ArrayView<T> gradients, int count, int columnCount)
    {
        long items = (long)batch * count;
        _inputs.Value(session.Stream, session.PerItem(items), columns, terms, weights, gradients, count, columnCount, items);
    }
}

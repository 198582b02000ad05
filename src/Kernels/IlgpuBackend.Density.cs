using System.Numerics;
using QDiff.Engine;
using QDiff.Engine.Backends;
using QDiff.Engine.Density;
using QDiff.Engine.Observables;
using QDiff.Engine.States;
using QDiff.Kernels.Density;

namespace QDiff.Kernels;

// Density matrices.
public sealed partial class IlgpuBackend : IDensityBackend
{
    private DensityRuns<float>? _densitySingle;
    private DensityRuns<double>? _densityDouble;

    /// <inheritdoc/>
    public void Evolve<T>(DensityPlan plan, Bindings<T> bindings, DensityMatrixBatch<T> states)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(states);
        Guard.DensityRun(plan, bindings, states.Batch, states);
        lock (_gate)
        {
            DensityRuns<T>().Evolve(plan, bindings, states);
        }
    }

    /// <inheritdoc/>
    public void Measure<T>(DensityMatrixBatch<T> states, Readout readout, Span<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.DensityMeasurement(states, readout, values.Length);
        lock (_gate)
        {
            DensityRuns<T>().Measure(states, readout, values);
        }
    }

    /// <inheritdoc/>
    public void Run<T>(DensityPlan plan, Readout readout, Bindings<T> bindings, int batch, Span<T> values, DensityMatrixBatch<T>? initial = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.DensityReadRun(plan, readout, bindings, batch, values.Length, initial);
        lock (_gate)
        {
            DensityRuns<T>().Run(plan, readout, bindings, batch, values, initial);
        }
    }

    /// <inheritdoc/>
    public DensityTape<T> Forward<T>(
        DensityPlan plan, Readout readout, Bindings<T> bindings, int batch, Span<T> values, DensityMatrixBatch<T>? initial = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Run(plan, readout, bindings, batch, values, initial);
        return new DensityTape<T>(this, plan, readout, batch, new DensityRecord<T>(bindings, initial));
    }

    /// <inheritdoc/>
    public void Backward<T>(DensityTape<T> tape, ReadOnlySpan<T> cotangents, Span<T> parameterGradients, Span<T> inputGradients)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.DensityBackward(this, tape, cotangents, parameterGradients.Length, inputGradients.Length);
        lock (_gate)
        {
            DensityRuns<T>().Backward(tape, cotangents, parameterGradients, inputGradients);
        }
    }

    private DensityRuns<T> DensityRuns<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        Guard.Precision<T>();
        return typeof(T) == typeof(float)
            ? (DensityRuns<T>)(object)(_densitySingle ??= new DensityRuns<float>(_device, Notify))
            : (DensityRuns<T>)(object)(_densityDouble ??= new DensityRuns<double>(_device, Notify));
    }
}

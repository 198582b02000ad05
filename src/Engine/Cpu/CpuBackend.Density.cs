using System.Numerics;
using QDiff.Engine.Backends;
using QDiff.Engine.Density;
using QDiff.Engine.Observables;
using QDiff.Engine.States;

namespace QDiff.Engine.Cpu;

public sealed partial class CpuBackend : IDensityBackend
{
    private DensitySession<float>? _densitySingle;
    private DensitySession<double>? _densityDouble;

    /// <inheritdoc/>
    public void Evolve<T>(DensityPlan plan, Bindings<T> bindings, DensityMatrixBatch<T> states)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(states);
        Guard.DensityRun(plan, bindings, states.Batch, states);
        lock (_gate)
        {
            DensitySession<T>().Evolve(plan, bindings, states);
        }
    }

    /// <inheritdoc/>
    public void Measure<T>(DensityMatrixBatch<T> states, Readout readout, Span<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.DensityMeasurement(states, readout, values.Length);
        lock (_gate)
        {
            DensitySession<T>().Measure(states, readout, values);
        }
    }

    /// <inheritdoc/>
    public void Run<T>(DensityPlan plan, Readout readout, Bindings<T> bindings, int batch, Span<T> values, DensityMatrixBatch<T>? initial = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.DensityReadRun(plan, readout, bindings, batch, values.Length, initial);
        lock (_gate)
        {
            DensitySession<T>().Run(plan, readout, bindings, batch, values, initial, null);
        }
    }

    /// <inheritdoc/>
    public DensityTape<T> Forward<T>(
        DensityPlan plan, Readout readout, Bindings<T> bindings, int batch, Span<T> values, DensityMatrixBatch<T>? initial = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.DensityReadRun(plan, readout, bindings, batch, values.Length, initial);
        lock (_gate)
        {
            DensitySession<T> session = DensitySession<T>();
            TapeRecord<T> record = session.NewRecord(plan, bindings, batch);
            try
            {
                session.Run(plan, readout, bindings, batch, values, initial, record);
            }
            catch
            {
                record.Dispose();
                throw;
            }

            return new DensityTape<T>(this, plan, readout, batch, record);
        }
    }

    /// <inheritdoc/>
    public void Backward<T>(DensityTape<T> tape, ReadOnlySpan<T> cotangents, Span<T> parameterGradients, Span<T> inputGradients)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.DensityBackward(this, tape, cotangents, parameterGradients.Length, inputGradients.Length);
        lock (_gate)
        {
            DensitySession<T>().Backward(tape, cotangents, parameterGradients, inputGradients);
        }
    }

    private DensitySession<T> DensitySession<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        Guard.Precision<T>();
        return typeof(T) == typeof(float)
            ? (DensitySession<T>)(object)(_densitySingle ??= new DensitySession<float>(_pool, LaneWidth))
            : (DensitySession<T>)(object)(_densityDouble ??= new DensitySession<double>(_pool, LaneWidth));
    }
}

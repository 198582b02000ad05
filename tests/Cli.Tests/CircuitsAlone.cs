using System.Numerics;
using QDiff.Engine.Backends;
using QDiff.Engine.Observables;
using QDiff.Engine.Planning;
using QDiff.Engine.States;

namespace QDiff.Cli.Tests;

/// <summary>A device that runs circuits and has neither trajectories nor density matrices. These tests never get as far as running one.</summary>
internal sealed class CircuitsAlone : IBackend
{
    public string Name => "circuits";

    public void Apply<T>(Plan plan, Bindings<T> bindings, StateVectorBatch<T> states)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => throw new NotSupportedException();

    public void Measure<T>(StateVectorBatch<T> states, Readout readout, Span<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => throw new NotSupportedException();

    public void Run<T>(Plan plan, Readout readout, Bindings<T> bindings, int batch, Span<T> values, StateVectorBatch<T>? initial = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => throw new NotSupportedException();

    public AdjointTape<T> Forward<T>(Plan plan, Readout readout, Bindings<T> bindings, int batch, Span<T> values, StateVectorBatch<T>? initial = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => throw new NotSupportedException();

    public void Backward<T>(AdjointTape<T> tape, ReadOnlySpan<T> cotangents, Span<T> parameterGradients, Span<T> inputGradients)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => throw new NotSupportedException();

    public void Dispose()
    {
    }
}

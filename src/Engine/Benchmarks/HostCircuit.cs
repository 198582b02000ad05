using System.Numerics;
using QDiff.Engine.Backends;
using QDiff.Engine.Observables;
using QDiff.Engine.Planning;
using QDiff.Engine.States;

namespace QDiff.Engine.Benchmarks;

/// <summary>A circuit on numbers in the host's memory.</summary>
internal sealed class HostCircuit<T>(IBackend backend, Plan plan, Readout readout, T[] parameters, T[] weights, int batch, StateVectorBatch<T>? initial)
    : PreparedCircuit
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T[] _values = new T[batch * readout.Count];
    private readonly T[] _gradients = new T[plan.Circuit.TrainableCount];

    public override void Run() => backend.Run(plan, readout, new Bindings<T>(parameters), batch, _values, initial);

    public override void Gradient()
    {
        using AdjointTape<T> tape = backend.Forward(plan, readout, new Bindings<T>(parameters), batch, _values, initial);
        backend.Backward(tape, weights, _gradients, default);
    }
}

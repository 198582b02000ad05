using System.Numerics;
using QDiff.Engine.Observables;
using QDiff.Engine.Planning;
using QDiff.Engine.States;

namespace QDiff.Kernels.StateVectors;

/// <summary>What a backend does with state vectors of one precision.</summary>
internal abstract class StateSession<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Applies a circuit in place.</summary>
    public abstract void Apply(Plan plan, Numbers<T> parameters, Numbers<T> inputs, StateVectorBatch<T> states);

    /// <summary>What a forward run does for each sample.</summary>
    public abstract PlanWork Work(Plan plan, Readout readout, bool given);

    /// <summary>Reads states.</summary>
    public abstract void Measure(StateVectorBatch<T> states, Readout readout, Numbers<T> values);

    /// <summary>Runs a circuit and reads the final states.</summary>
    public abstract void Run(
        Plan plan, Readout readout, Numbers<T> parameters, Numbers<T> inputs, int batch, Numbers<T> values, InitialStates<T> initial);

    /// <summary>As <see cref="Run"/>, and keeps what <see cref="Backward"/> needs.</summary>
    public abstract AdjointRecord<T> Forward(
        Plan plan, Readout readout, Numbers<T> parameters, Numbers<T> inputs, int batch, Numbers<T> values, InitialStates<T> initial);

    /// <summary>Adjoint differentiation; input gradients are left out when there is no room for them.</summary>
    public abstract void Backward(
        AdjointRecord<T> record, Readout readout, int batch, Numbers<T> cotangents, Numbers<T> parameterGradients, Numbers<T> inputGradients);
}

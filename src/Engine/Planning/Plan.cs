using System.Runtime.CompilerServices;
using QDiff.Engine.Circuits;
using QDiff.Engine.Observables;

namespace QDiff.Engine.Planning;

/// <summary>
/// A circuit lowered to few kinds of steps, ready for a backend. Immutable; made by <see cref="Planner"/>.
/// </summary>
public sealed class Plan
{
    private readonly int _backwardPasses;
    private readonly ConditionalWeakTable<Readout, ReadoutPlan> _readouts = [];

    internal Plan(
        Circuit circuit, int qubitCount, PlanStep[] steps, AngleSlot[] slots, AngleSlot globalPhase, IndexMap finalMap, int denseCount)
    {
        Circuit = circuit;
        QubitCount = qubitCount;
        Steps = steps;
        Slots = slots;
        SlotTable = new SlotTable(slots, globalPhase);
        FinalMap = finalMap;
        DenseCount = denseCount;
        FirstDifferentiable = Array.FindIndex(steps, step => step.IsDifferentiable);
        FirstDifferentiable = FirstDifferentiable < 0 ? steps.Length : FirstDifferentiable;
        InitialMap = steps.Length > 0 ? steps[0].Map : finalMap;
        InitialIndex = InitialMap.Logical(0);
        ProductSteps = steps.TakeWhile(step => step is RotationStep && step.Map.SameAs(steps[0].Map)).Count();
        for (int s = 0; s < steps.Length; s++)
        {
            var rotation = steps[s] as RotationStep;
            PassCount += rotation?.ForwardPasses.Length ?? 1;
            ForwardOperations += OperationCount.Forward(steps[s]);
            if (s >= FirstDifferentiable)
            {
                _backwardPasses += rotation?.Passes.Length ?? 1;
                BackwardOperations += OperationCount.Backward(steps[s]);
            }
        }
    }

    /// <summary>The circuit that was planned.</summary>
    public Circuit Circuit { get; }

    /// <summary>Passes over all amplitudes in a forward run.</summary>
    public int PassCount { get; }

    /// <summary>Multiply-adds (a lone addition or multiplication counts as one) of the steps for one sample, forward.</summary>
    public long ForwardOperations { get; }

    /// <summary>Multiply-adds of the steps for one sample in the backward sweep over state and co-state.</summary>
    public long BackwardOperations { get; }

    /// <summary>Bytes read and written for one sample of a forward run when no pass finds its amplitudes in a cache.</summary>
    /// <param name="bytesPerNumber">4 for float, 8 for double.</param>
    public long ForwardBytes(int bytesPerNumber) => (long)PassCount * 4 * bytesPerNumber << QubitCount;

    /// <summary>Bytes read and written for one sample of a backward sweep, from the copy of the final state on, when no pass finds its amplitudes in a cache.</summary>
    /// <param name="bytesPerNumber">4 for float, 8 for double.</param>
    public long BackwardBytes(int bytesPerNumber) => (2L * _backwardPasses + 1) * 4 * bytesPerNumber << QubitCount;

    /// <summary>Qubits of the simulated register: the circuit's, or 2 for a circuit of one qubit.</summary>
    internal int QubitCount { get; }

    internal PlanStep[] Steps { get; }

    internal AngleSlot[] Slots { get; }

    /// <summary>Where the slots' angles come from.</summary>
    internal SlotTable SlotTable { get; }

    internal IndexMap FinalMap { get; }

    internal int DenseCount { get; }

    /// <summary>The earliest step with a differentiable parameter: the backward sweep ends there.</summary>
    internal int FirstDifferentiable { get; }

    /// <summary>Leading steps that keep |0…0⟩ a product state.</summary>
    internal int ProductSteps { get; }

    /// <summary>Where amplitudes lie when the first step begins.</summary>
    internal IndexMap InitialMap { get; }

    /// <summary>The logical index that |0…0⟩ has by then: renamings ahead of the first step may have changed it.</summary>
    internal int InitialIndex { get; }

    // The look-up comes first: it makes no delegate.
    internal ReadoutPlan For(Readout readout) =>
        _readouts.TryGetValue(readout, out var known) ? known : _readouts.GetValue(readout, r => new ReadoutPlan(r, FinalMap));
}

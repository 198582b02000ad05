using System.Collections.Immutable;
using QDiff.Engine.Gates;

namespace QDiff.Engine.Noise;

/// <summary>Which channels happen where: after given gates, after resets or before measurements, on all qubits or on given ones. Immutable.</summary>
public sealed class NoiseRule
{
    private NoiseRule(
        NoiseMoment moment, int arity, ImmutableArray<GateDefinition> gates, ImmutableArray<int> qubits, ImmutableArray<NoiseStep> steps)
    {
        Moment = moment;
        Arity = arity;
        Gates = gates;
        Qubits = qubits;
        Steps = steps;
    }

    /// <summary>When the channels happen.</summary>
    public NoiseMoment Moment { get; }

    /// <summary>Number of qubits of the gates that it follows; 1 for resets and measurements.</summary>
    public int Arity { get; }

    /// <summary>The gates that it follows; empty for every gate on <see cref="Arity"/> qubits.</summary>
    public ImmutableArray<GateDefinition> Gates { get; }

    /// <summary>
    /// The qubits of the gates that it follows, whatever their order in the gate; the channels' first qubit is the first one listed here. Empty for
    /// gates on any qubits; the channels' first qubit is then the gate's.
    /// </summary>
    public ImmutableArray<int> Qubits { get; }

    /// <summary>The channels, in the order in which they happen; empty for no noise at all.</summary>
    public ImmutableArray<NoiseStep> Steps { get; }

    /// <summary>
    /// Of several rules that fit a gate only the most specific ones act: those for its name and qubits (3) before those for its qubits (2), its name (1) and
    /// its number of qubits (0).
    /// </summary>
    public int Specificity => (Qubits.IsEmpty ? 0 : 2) + (Gates.IsEmpty ? 0 : 1);

    /// <summary>Channels after given gates.</summary>
    /// <param name="gates">At least one, all on the same number of qubits.</param>
    /// <param name="steps">Channels on as many qubits, or on one with <see cref="NoiseStep.Each"/>.</param>
    /// <exception cref="ArgumentException">Gates or channels do not fit.</exception>
    public static NoiseRule After(ImmutableArray<GateDefinition> gates, params ImmutableArray<NoiseStep> steps) =>
        new(NoiseMoment.AfterGate, Guard.RuleGates(gates, steps), gates, [], steps);

    /// <summary>Channels after every gate on a number of qubits.</summary>
    /// <param name="arity">1-3.</param>
    /// <param name="steps">Channels on as many qubits, or on one with <see cref="NoiseStep.Each"/>.</param>
    /// <exception cref="ArgumentException">The number or a channel does not fit.</exception>
    public static NoiseRule AfterEveryGate(int arity, params ImmutableArray<NoiseStep> steps)
    {
        Guard.RuleArity(arity, steps);
        return new NoiseRule(NoiseMoment.AfterGate, arity, [], [], steps);
    }

    /// <summary>Channels on one qubit after resets.</summary>
    /// <exception cref="ArgumentException">A channel is not on one qubit.</exception>
    public static NoiseRule AfterReset(params ImmutableArray<NoiseStep> steps)
    {
        Guard.RuleArity(1, steps);
        return new NoiseRule(NoiseMoment.AfterReset, 1, [], [], steps);
    }

    /// <summary>Channels on one qubit before measurements.</summary>
    /// <exception cref="ArgumentException">A channel is not on one qubit.</exception>
    public static NoiseRule BeforeMeasurement(params ImmutableArray<NoiseStep> steps)
    {
        Guard.RuleArity(1, steps);
        return new NoiseRule(NoiseMoment.BeforeMeasurement, 1, [], [], steps);
    }

    /// <summary>This rule for given qubits alone.</summary>
    /// <param name="qubits">As many as the gates have, each once.</param>
    /// <exception cref="ArgumentException">Another number of them, a negative one or one twice.</exception>
    public NoiseRule On(params ImmutableArray<int> qubits)
    {
        Guard.RuleQubits(Arity, qubits);
        return new NoiseRule(Moment, Arity, Gates, qubits, Steps);
    }

    /// <summary>Whether the rule fits a gate, reset or measurement; which of the fitting rules act is up to <see cref="Specificity"/>.</summary>
    internal bool Fits(NoiseMoment moment, GateDefinition? gate, ReadOnlySpan<int> qubits)
    {
        if (moment != Moment || qubits.Length != Arity || (!Gates.IsEmpty && !Gates.Contains(gate!)))
        {
            return false;
        }

        foreach (int qubit in Qubits)
        {
            if (!qubits.Contains(qubit))
            {
                return false;
            }
        }

        return true;
    }
}

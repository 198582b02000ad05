using QDiff.Engine.Programs;

namespace QDiff.Engine.Planning;

/// <summary>
/// A program lowered for Monte-Carlo trajectories: the steps of its gates, merged as if there were no noise, with selections of Kraus
/// operators between them, and what happens to the Pauli frame of every trajectory meanwhile. Immutable; made by <see cref="TrajectoryPlanner"/>.
/// </summary>
public sealed class TrajectoryPlan
{
    internal TrajectoryPlan(
        QuantumProgram program, Plan steps, FrameEvent[] events, int[] eventEnds, int signCount, int drawCount, (int Qubit, int Bit)[] sampled)
    {
        Program = program;
        Steps = steps;
        Events = events;
        EventEnds = eventEnds;
        SignCount = signCount;
        DrawCount = drawCount;
        Sampled = sampled;
        var selections = steps.Steps.OfType<SelectionStep>().ToArray();
        MatrixVectors = selections.Sum(step => step.MatrixVectors);
        HasSelections = selections.Length > 0;
        Replays = selections.Any(step => step.NeedsState);
    }

    /// <summary>The program that was planned.</summary>
    public QuantumProgram Program { get; }

    /// <summary>Passes that change amplitudes in a forward run; those that only read, for a choice, are not counted.</summary>
    public int PassCount => Steps.PassCount;

    /// <summary>
    /// Whether every noise of the program is a mixture of Paulis that the frame carries: no pass over the amplitudes is made for it.
    /// </summary>
    public bool IsPauliFrame => !HasSelections;

    internal Plan Steps { get; }

    internal FrameEvent[] Events { get; }

    /// <summary>For every step: the events before this one happen before the step.</summary>
    internal int[] EventEnds { get; }

    /// <summary>Number of signs that rotations take from frames.</summary>
    internal int SignCount { get; }

    /// <summary>Uniform numbers of a trajectory; one more, of this number, samples the deferred measurements.</summary>
    internal int DrawCount { get; }

    /// <summary>Deferred measurements, which the final state answers together.</summary>
    internal (int Qubit, int Bit)[] Sampled { get; }

    internal int MatrixVectors { get; }

    internal bool HasSelections { get; }

    /// <summary>Whether selections depend on the state, so that a backward sweep repeats the forward run.</summary>
    internal bool Replays { get; }
}

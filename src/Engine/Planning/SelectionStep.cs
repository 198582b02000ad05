namespace QDiff.Engine.Planning;

/// <summary>
/// One of the Kraus operators K_i of a channel, a measurement or a reset is drawn with probability p_i = ‖K_i ψ‖² and the state becomes
/// K_i ψ/√p_i: the first i whose running sum of probabilities is above the uniform number.
/// </summary>
/// <param name="map">Where amplitudes lie.</param>
/// <param name="qubits">The qubits, the first being the least significant bit of the operators' indices.</param>
/// <param name="set">The operators.</param>
/// <param name="draw">Number of the uniform number.</param>
/// <param name="bit">The classical bit that takes the outcome, or <see cref="None"/>.</param>
/// <param name="resets">Whether the qubit is in |0⟩ afterwards.</param>
/// <param name="index">Number of this step among the selections of its plan.</param>
/// <param name="matrixOffset">Where its matrices are kept, in vectors.</param>
/// <param name="previous">The step before; null when this is the first.</param>
internal sealed class SelectionStep(
    IndexMap map, int[] qubits, OperatorSet set, int draw, int bit, bool resets, int index, int matrixOffset, PlanStep? previous) : PlanStep(map)
{
    /// <summary>No classical bit.</summary>
    public const int None = -1;

    public int[] Qubits { get; } = qubits;

    public PassGeometry Geometry { get; } = new(map, qubits);

    public OperatorSet Set { get; } = set;

    public int Draw { get; } = draw;

    public int Bit { get; } = bit;

    public bool Resets { get; } = resets;

    public int Index { get; } = index;

    public int MatrixOffset { get; } = matrixOffset;

    /// <summary>Whether the probabilities depend on the state.</summary>
    public bool NeedsState => Set.Probabilities is null;

    /// <summary>
    /// Where the step before is a selection too, both are on one qubit, and this one needs the state: a pass that applies that one and reads for this one. Else null.
    /// </summary>
    public PassGeometry? ReadWithPrevious { get; } =
        set.Probabilities is null && qubits.Length == 1 && previous is SelectionStep { Qubits: [var before] } && before != qubits[0] && previous.Map.SameAs(map)
            ? new PassGeometry(map, before, qubits[0])
            : null;

    /// <summary>Vectors of its matrices: real and imaginary parts of every entry.</summary>
    public int MatrixVectors => 2 << (2 * Qubits.Length);

    public override bool IsDifferentiable => false;
}

using System.Collections.Immutable;
using System.Numerics;
using QDiff.Engine.Gates;
using QDiff.Engine.Observables;

namespace QDiff.Engine.Noise;

/// <summary>
/// A completely positive, trace-preserving map ρ → Σ_i K_i ρ K_i† on k qubits. Immutable. The first qubit that it acts on is the
/// least significant bit of the indices of its matrices. Named channels are made by <see cref="ChannelCatalog"/>, a user's own by
/// <see cref="FromKraus"/>, <see cref="FromUnitaries"/> and <see cref="FromPauliProbabilities"/>.
/// </summary>
/// <remarks>
/// What a simulator may use, from the most to the least special: <see cref="Depolarizing"/> (any number of qubits; for more than three it is
/// the only form), <see cref="PauliProbabilities"/>, <see cref="UnitaryMixture"/>, <see cref="Kraus"/>. All that are present describe the same map.
/// </remarks>
public sealed partial class Channel
{
    /// <summary>Greatest number of qubits of a channel with Kraus operators: 3.</summary>
    public const int MaximumKrausQubits = 3;

    internal const double Tolerance = 1e-6;

    // For a channel with Pauli table or unitaries and no Kraus operators of its own they are made when first asked for.
    private readonly Lazy<ImmutableArray<Complex[,]>> _kraus;
    private readonly ImmutableArray<WeightedUnitary> _unitaries;

    /// <summary>Unchecked: callers have checked ranges. Any form may be left empty as long as one is there.</summary>
    internal Channel(
        string name, ImmutableArray<double> parameters, int qubitCount, ImmutableArray<Complex[,]> kraus,
        ImmutableArray<double> pauliProbabilities, ImmutableArray<WeightedUnitary> unitaries, DepolarizingChannel? depolarizing = null)
    {
        Name = name;
        Parameters = parameters;
        QubitCount = qubitCount;
        PauliProbabilities = pauliProbabilities;
        Depolarizing = depolarizing;
        _unitaries = unitaries;
        _kraus = new(() => kraus.IsEmpty ? [.. Branches().Select(b => Matrices.Scale(Math.Sqrt(b.Probability), b.Unitary))] : kraus);
    }

    /// <summary>Name in messages: that of its row in the catalog, for example "AmplitudeDamping", or the user's.</summary>
    public string Name { get; }

    /// <summary>The numbers that it was made with, in the order of its row in the catalog; empty for a user's own.</summary>
    public ImmutableArray<double> Parameters { get; }

    /// <summary>Number of qubits k: 1-3, or 1-30 for a depolarizing channel.</summary>
    public int QubitCount { get; }

    /// <summary>Whether <see cref="Kraus"/> can be asked for: always, but for depolarizing on more than three qubits.</summary>
    public bool HasKraus => QubitCount <= MaximumKrausQubits;

    /// <summary>Copies of the Kraus operators, each 2^k × 2^k; none is zero.</summary>
    /// <exception cref="InvalidOperationException">The channel is depolarizing on more than three qubits.</exception>
    public ImmutableArray<Complex[,]> Kraus => [.. KrausOperators.Select(k => (Complex[,])k.Clone())];

    /// <summary>
    /// For a mixture of Paulis on 1-3 qubits: the probability of each of the 4^k strings, index Σ_q digit_q·4^q with digits 0-3 for I, X, Y, Z on
    /// the channel's q-th qubit. Empty when the channel is no mixture of Paulis, and for depolarizing on more than three qubits.
    /// </summary>
    public ImmutableArray<double> PauliProbabilities { get; }

    /// <summary>Whether <see cref="PauliProbabilities"/> is there.</summary>
    public bool IsPauli => !PauliProbabilities.IsEmpty;

    /// <summary>
    /// For a channel that applies one of several unitaries at random, Pauli channels included: copies of them with their probabilities, all
    /// above 0. One entry for a coherent error. Empty for any other channel, and for depolarizing on more than three qubits.
    /// </summary>
    public ImmutableArray<WeightedUnitary> UnitaryMixture =>
        HasKraus ? [.. Branches().Select(b => b with { Unitary = (Complex[,])b.Unitary.Clone() })] : [];

    /// <summary>Whether <see cref="UnitaryMixture"/> is there: such a channel needs no state to draw its branch.</summary>
    public bool IsUnitaryMixture => IsPauli || !_unitaries.IsEmpty;

    /// <summary>
    /// The strength where the channel is ρ → (1 − p) ρ + p tr(ρ) I/2^k on its k qubits; null for any other. For k above 3 it is the only form:
    /// run on density matrices by that formula, on state vectors by a Pauli string drawn with
    /// <see cref="DepolarizingChannel.ErrorProbability"/> from all strings but the identity.
    /// </summary>
    public DepolarizingChannel? Depolarizing { get; }

    /// <summary>The operators themselves, not to be written to.</summary>
    internal ImmutableArray<Complex[,]> KrausOperators => HasKraus ? _kraus.Value : throw Guard.NoKraus(this);

    /// <summary>Makes a channel of a user's own Kraus operators.</summary>
    /// <param name="operators">At least one matrix, all 2^k × 2^k for k = 1-3; copied.</param>
    /// <param name="name">Name for messages.</param>
    /// <exception cref="ArgumentException">
    /// Sizes differ or are not 2, 4 or 8, an entry is not finite, or Σ K†K differs from 1 by more than 1e-6 (the message has the deviation).
    /// </exception>
    public static Channel FromKraus(IReadOnlyList<Complex[,]> operators, string name = "user's channel")
    {
        ArgumentNullException.ThrowIfNull(operators);
        ImmutableArray<Complex[,]> own = [.. operators.Select(k => (Complex[,])(k ?? throw Guard.MissingMatrix(name)).Clone())];
        int qubits = Guard.KrausArity(name, own);
        own = [.. own.Where(k => k.Cast<Complex>().Any(entry => entry != 0))];
        return new Channel(name, [], qubits, own, [], []);
    }

    /// <summary>Makes a channel that applies one of several unitaries at random (Qiskit Aer: mixed_unitary_error).</summary>
    /// <param name="unitaries">At least one matrix, all 2^k × 2^k for k = 1-3, unitary to 1e-6; copied.</param>
    /// <param name="probabilities">One for each, 0 or more, with sum 1 to 1e-6.</param>
    /// <param name="name">Name for messages.</param>
    /// <exception cref="ArgumentException">Sizes differ, a matrix is not unitary, or the probabilities do not fit.</exception>
    public static Channel FromUnitaries(IReadOnlyList<Complex[,]> unitaries, IReadOnlyList<double> probabilities, string name = "MixedUnitary")
    {
        ArgumentNullException.ThrowIfNull(unitaries);
        ArgumentNullException.ThrowIfNull(probabilities);
        int qubits = Guard.UnitaryMixture(name, unitaries, probabilities);
        ImmutableArray<WeightedUnitary> own =
            [.. unitaries.Zip(probabilities, (u, p) => new WeightedUnitary(p, (Complex[,])u.Clone())).Where(branch => branch.Probability > 0)];
        return new Channel(name, [], qubits, [], [], own);
    }

    /// <summary>Makes a channel that applies one unitary: a coherent error (Qiskit Aer: coherent_unitary_error).</summary>
    /// <param name="unitary">2^k × 2^k for k = 1-3, unitary to 1e-6; copied.</param>
    /// <param name="name">Name for messages.</param>
    /// <exception cref="ArgumentException">The size is not 2, 4 or 8, or the matrix is not unitary.</exception>
    public static Channel FromUnitary(Complex[,] unitary, string name = "coherent error") => FromUnitaries([unitary], [1], name);

    /// <summary>Makes a mixture of Pauli strings on 1-3 qubits (Qiskit Aer: pauli_error).</summary>
    /// <param name="probabilities">
    /// 4, 16 or 64 numbers, index Σ_q digit_q·4^q with digits 0-3 for I, X, Y, Z on the q-th qubit; 0 or more, with sum 1 to 1e-6.
    /// </param>
    /// <param name="name">Name for messages.</param>
    /// <exception cref="ArgumentException">Another number of them, or they are no probabilities.</exception>
    public static Channel FromPauliProbabilities(IReadOnlyList<double> probabilities, string name = "Pauli")
    {
        ArgumentNullException.ThrowIfNull(probabilities);
        return new Channel(name, [], Guard.PauliTable(name, probabilities), [], [.. probabilities], []);
    }

    /// <summary>Name and parameters.</summary>
    public override string ToString() => Parameters.IsEmpty ? Name : $"{Name}({string.Join(", ", Parameters)})";

    /// <summary>The matrix of the Pauli string with the given number among 4^k, see <see cref="PauliProbabilities"/>.</summary>
    internal static Complex[,] PauliMatrix(int index, int qubits)
    {
        Complex[,] matrix = Matrices.Identity(1);
        for (int qubit = 0; qubit < qubits; qubit++)
        {
            matrix = Matrices.Kronecker(
                (Pauli)((index >> (2 * qubit)) & 3) switch
                {
                    Pauli.X => Matrices.PauliX,
                    Pauli.Y => Matrices.PauliY,
                    Pauli.Z => Matrices.PauliZ,
                    _ => Matrices.Identity(2),
                },
                matrix);
        }

        return matrix;
    }

    private IEnumerable<WeightedUnitary> Branches() => IsPauli
        ? PauliProbabilities.Select((p, index) => (p, index)).Where(branch => branch.p > 0)
            .Select(branch => new WeightedUnitary(branch.p, PauliMatrix(branch.index, QubitCount)))
        : _unitaries;
}

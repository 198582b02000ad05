using System.Collections.Immutable;
using System.Numerics;
using QDiff.Engine.Gates;

namespace QDiff.Engine.Noise;

public sealed partial class Channel
{
    // A mixture of more unitaries than this is kept by its Kraus operators, of which there are at most 4^k.
    private const int MaximumBranches = 64;

    /// <summary>
    /// This channel, then <paramref name="next"/>, on the same qubits. Depolarizing strengths, Pauli tables and (up to 64 branches) unitary mixtures
    /// compose as such; other channels by canonical Kraus operators, at most 4^k.
    /// </summary>
    /// <exception cref="ArgumentException">The numbers of qubits differ.</exception>
    /// <exception cref="InvalidOperationException">More than three qubits, and one of the two is not depolarizing.</exception>
    public Channel Then(Channel next)
    {
        ArgumentNullException.ThrowIfNull(next);
        Guard.SameChannelQubits(QubitCount, next.QubitCount);
        if (Depolarizing is { } first && next.Depolarizing is { } second)
        {
            return DepolarizingChannel.FromShrink(first.Shrink * second.Shrink, QubitCount).ToChannel();
        }

        string name = $"{Name}, {next.Name}";
        if (IsPauli && next.IsPauli)
        {
            return new Channel(name, [], QubitCount, [], PauliProduct(PauliProbabilities, next.PauliProbabilities), []);
        }

        if (IsUnitaryMixture && next.IsUnitaryMixture && Branches().Count() * next.Branches().Count() <= MaximumBranches)
        {
            return new Channel(
                name, [], QubitCount, [], [],
                [
                    .. from a in Branches()
                       from b in next.Branches()
                       select new WeightedUnitary(a.Probability * b.Probability, Matrices.Multiply(b.Unitary, a.Unitary)),
                ]);
        }

        return SuperOperator.Of(this).Then(SuperOperator.Of(next)).ToChannel(name);
    }

    /// <summary>Both channels side by side: this one on the first qubits, <paramref name="other"/> on those that follow; at most three in all.</summary>
    /// <exception cref="ArgumentException">There would be more than three qubits.</exception>
    public Channel Tensor(Channel other)
    {
        ArgumentNullException.ThrowIfNull(other);
        Guard.TensorQubits(QubitCount, other.QubitCount);
        string name = $"{Name} ⊗ {other.Name}";
        int qubits = QubitCount + other.QubitCount;
        if (IsPauli && other.IsPauli)
        {
            return new Channel(name, [], qubits, [], [.. from high in other.PauliProbabilities from low in PauliProbabilities select high * low], []);
        }

        if (IsUnitaryMixture && other.IsUnitaryMixture)
        {
            return new Channel(
                name, [], qubits, [], [],
                [
                    .. from high in other.Branches()
                       from low in Branches()
                       select new WeightedUnitary(high.Probability * low.Probability, Matrices.Kronecker(high.Unitary, low.Unitary)),
                ]);
        }

        return new Channel(
            name, [], qubits, [.. from high in other.KrausOperators from low in KrausOperators select Matrices.Kronecker(high, low)], [], []);
    }

    /// <summary>
    /// The fidelity of the Choi states of the channel and of a unitary: F = Σ_i |tr(U†K_i)|²/d², in [0, 1].
    /// Source: Nielsen 2002 (docs/references.md: Nielsen2002).
    /// </summary>
    /// <param name="unitary">U, 2^k × 2^k and unitary to 1e-6; the identity if left out.</param>
    /// <exception cref="ArgumentException">The matrix has another size or is not unitary.</exception>
    /// <exception cref="InvalidOperationException">A unitary is given, and the channel is depolarizing on more than three qubits.</exception>
    public double ProcessFidelity(Complex[,]? unitary = null)
    {
        if (unitary is null && Depolarizing is not null)
        {
            return 1 - Depolarizing.ErrorProbability;
        }

        if (unitary is not null)
        {
            Guard.SameChannelQubits(QubitCount, Guard.UnitaryArity(unitary));
        }

        double sum = 0, size = 1 << QubitCount;
        foreach (Complex[,] k in KrausOperators)
        {
            Complex[,] product = unitary is null ? k : Matrices.Multiply(Matrices.Adjoint(unitary), k);
            Complex trace = 0;
            for (int i = 0; i < size; i++)
            {
                trace += product[i, i];
            }

            sum += trace.Real * trace.Real + trace.Imaginary * trace.Imaginary;
        }

        return sum / (size * size);
    }

    /// <summary>
    /// Average over all pure states of the fidelity of the channel's output with U|ψ⟩: (d·F + 1)/(d + 1) with F from <see cref="ProcessFidelity"/>.
    /// This is what randomised benchmarking measures. Source: Nielsen 2002 (docs/references.md: Nielsen2002).
    /// </summary>
    /// <param name="unitary">U; the identity if left out.</param>
    /// <exception cref="ArgumentException">The matrix has another size or is not unitary.</exception>
    /// <exception cref="InvalidOperationException">A unitary is given, and the channel is depolarizing on more than three qubits.</exception>
    public double AverageGateFidelity(Complex[,]? unitary = null)
    {
        double size = Math.ScaleB(1, QubitCount);
        return (size * ProcessFidelity(unitary) + 1) / (size + 1);
    }

    // Up to phase the product of two different ones of X, Y, Z is the third: digits 1, 2, 3 multiply by exclusive or.
    private static ImmutableArray<double> PauliProduct(ImmutableArray<double> first, ImmutableArray<double> second)
    {
        double[] product = new double[first.Length];
        for (int a = 0; a < first.Length; a++)
        {
            for (int b = 0; b < second.Length; b++)
            {
                product[a ^ b] += first[a] * second[b];
            }
        }

        return [.. product];
    }
}

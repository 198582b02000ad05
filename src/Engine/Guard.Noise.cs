using QDiff.Engine.Noise;
using QDiff.Engine.Randomness;

namespace QDiff.Engine;

internal static partial class Guard
{
    public static void Depolarizing(double p, int qubits)
    {
        QubitCount(qubits);
        if (!(p >= 0 && p <= DepolarizingChannel.MaximumOf(qubits)))
        {
            long strings = 1L << (2 * qubits);
            string on = qubits == 1 ? "" : $" on {qubits} qubits";
            throw new ArgumentOutOfRangeException(nameof(p), $"'Depolarizing'{on} needs p in [0, {strings}/{strings - 1}]; got {p}.");
        }
    }

    public static void GateFidelity(double fidelity, int qubits)
    {
        QubitCount(qubits);
        long least = (1L << qubits) + 1;
        if (!(fidelity * least >= 1 && fidelity <= 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(fidelity), $"The average fidelity of a gate on {qubits} qubit(s) with depolarizing noise lies in [1/{least}, 1]; got {fidelity}.");
        }
    }

    public static void OneQubitUnravelling(DepolarizingChannel channel)
    {
        if (channel.QubitCount != 1)
        {
            throw new ArgumentException($"An unravelling takes a depolarizing channel on 1 qubit; got one on {channel.QubitCount}.", nameof(channel));
        }
    }

    public static void Defined(UnravellingKind kind)
    {
        if (!Enum.IsDefined(kind))
        {
            throw new ArgumentOutOfRangeException(
                nameof(kind), $"An unravelling is one of {string.Join(", ", Enum.GetNames<UnravellingKind>())}; got {(int)kind}.");
        }
    }

    public static void UnravellingThreads(int? threads)
    {
        if (threads < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(threads), $"An unravelling uses 1 thread or more; got {threads}.");
        }
    }

    public static void DistinctQubits(ReadOnlySpan<int> qubits, int register)
    {
        for (var i = 0; i < qubits.Length; i++)
        {
            Qubit(qubits[i], register);
            if (qubits[..i].Contains(qubits[i]))
            {
                throw new ArgumentException($"A channel acts once on each listed qubit; got qubit {qubits[i]} twice.", nameof(qubits));
            }
        }
    }

    public static void SampleNumbers(long firstSample, long samples)
    {
        if (firstSample < 0 || firstSample > CounterRandom.SampleLimit - samples)
        {
            throw new ArgumentOutOfRangeException(
                nameof(firstSample),
                $"Sample numbers lie in 0 to {CounterRandom.SampleLimit - 1}; got {samples} samples from {firstSample}.");
        }
    }

    public static void Kappa(double kappa)
    {
        if (!(kappa >= 0))
        {
            throw new ArgumentOutOfRangeException(nameof(kappa), $"The von Mises-Fisher distribution needs κ in [0, ∞); got {kappa}.");
        }
    }

    public static void MeanLength(double meanLength)
    {
        if (!(meanLength is >= 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(meanLength),
                $"A von Mises-Fisher mean length lies in [0, 1); got {meanLength} (1 would need infinite concentration).");
        }
    }

    /// <summary>The number of vectors and of samples in a request for von Mises-Fisher draws.</summary>
    public static (int Count, int Samples) DirectionSizes(int means, int kappas, int outputs, int vectorsPerSample)
    {
        if (vectorsPerSample < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(vectorsPerSample), $"A sample has at least one vector; got {vectorsPerSample}.");
        }

        if (means % (3L * vectorsPerSample) != 0)
        {
            throw new ArgumentException(
                $"Mean directions are [count, 3] with count a multiple of {vectorsPerSample}; got {means} numbers.", "mean");
        }

        var count = means / 3;
        var samples = count / vectorsPerSample;
        if (outputs != means)
        {
            throw new ArgumentException($"The output needs {means} numbers, as many as the means; got {outputs}.", "output");
        }

        if (kappas != 1 && kappas != samples && kappas != count)
        {
            throw new ArgumentException($"Give one κ, one per sample ({samples}) or one per vector ({count}); got {kappas}.", "kappa");
        }

        return (count, samples);
    }

    /// <summary>Called with a row that the sampler could not draw: says which of its numbers is at fault.</summary>
    public static void BadDirection(int row, ReadOnlySpan<float> mean, float kappa)
    {
        throw kappa >= 0 && float.IsFinite(kappa)
            ? new ArgumentException(
                $"Mean direction {row} is ({mean[0]}, {mean[1]}, {mean[2]}); it needs finite components and a length above 0.", nameof(mean))
            : new ArgumentException($"κ of vector {row} is {kappa}; it needs a finite value of 0 or more.", nameof(kappa));
    }
}

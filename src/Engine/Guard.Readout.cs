using System.Collections.Immutable;
using System.Numerics;
using QDiff.Engine.Measurement;
using QDiff.Engine.Noise;

namespace QDiff.Engine;

internal static partial class Guard
{
    /// <summary>The number of qubits of a confusion matrix.</summary>
    public static int Confusion(double[,] probabilities)
    {
        ArgumentNullException.ThrowIfNull(probabilities);
        int rows = probabilities.GetLength(0), columns = probabilities.GetLength(1);
        if (rows != columns || rows < 2 || rows > 1 << ReadoutError.MaximumQubits || !BitOperations.IsPow2(rows))
        {
            throw new ArgumentException(
                $"A confusion matrix is 2^k × 2^k for k = 1-{ReadoutError.MaximumQubits} qubits; got {rows}×{columns}.", nameof(probabilities));
        }

        for (int prepared = 0; prepared < rows; prepared++)
        {
            double sum = 0;
            for (int read = 0; read < rows; read++)
            {
                double p = probabilities[prepared, read];
                if (!(p is >= 0 and <= 1))
                {
                    throw new ArgumentOutOfRangeException(
                        nameof(probabilities), $"P(read {read} | prepared {prepared}) of a readout error lies in [0, 1]; got {p}.");
                }

                sum += p;
            }

            if (Math.Abs(sum - 1) > ProbabilitySumTolerance)
            {
                throw new ArgumentException(
                    $"Row {prepared} of a confusion matrix, the answers where {prepared} was prepared, must sum to 1 (to {ProbabilitySumTolerance:G1}); it sums to {sum}.",
                    nameof(probabilities));
            }
        }

        return BitOperations.Log2((uint)rows);
    }

    public static void Flip(string what, double probability)
    {
        if (!(probability is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(probability), $"{what} of a readout error lies in [0, 1]; got {probability}.");
        }
    }

    public static void ReadoutErrorQubits(int qubits)
    {
        if (qubits > ReadoutError.MaximumQubits)
        {
            throw new ArgumentException(
                $"A readout error acts on at most {ReadoutError.MaximumQubits} qubits; got {qubits}: place independent errors in groups of their own.", nameof(qubits));
        }
    }

    public static void ReadoutChannel(int qubits)
    {
        if (qubits > Channel.MaximumKrausQubits)
        {
            throw new InvalidOperationException(
                $"A readout error on {qubits} qubits cannot be written as a channel (at most {Channel.MaximumKrausQubits}); apply it to the outcomes.");
        }
    }

    public static void ReadoutGroups(int width, ImmutableArray<ReadoutGroup> groups)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(width);
        var seen = new HashSet<int>();
        foreach (ReadoutGroup group in groups)
        {
            if (group.Positions.Length != group.Error.QubitCount)
            {
                throw new ArgumentException(
                    $"A readout error on {group.Error.QubitCount} qubit(s) needs as many positions; got {group.Positions.Length}.", nameof(groups));
            }

            foreach (int position in group.Positions)
            {
                if (position < 0 || position >= width)
                {
                    throw new ArgumentOutOfRangeException(
                        nameof(groups), $"Position {position} of a readout error is outside this outcome of {width} (valid: 0-{width - 1}).");
                }

                if (!seen.Add(position))
                {
                    throw new ArgumentException($"Position {position} is in two readout errors; combine them into one on all their qubits.", nameof(groups));
                }
            }
        }
    }

    public static void OutcomeProbabilities(int length, int width)
    {
        if (width > MaximumQubits || length != 1 << width)
        {
            throw new ArgumentException($"Probabilities of outcomes of {width} position(s) are 2^{width} numbers; got {length}.", nameof(length));
        }
    }

    public static void ReadoutDraws(long shots, int groups)
    {
        if (shots * groups > BornSampler.ShotLimit)
        {
            throw new ArgumentException(
                $"One operation number draws {BornSampler.ShotLimit} readout errors for each state; got {shots} shots × {groups} groups: split the shots.", nameof(shots));
        }
    }

    public static void Outcomes(int[,] outcomes, int width)
    {
        foreach (int outcome in outcomes)
        {
            if (outcome < 0 || (long)outcome >> width != 0)
            {
                throw new ArgumentOutOfRangeException(nameof(outcomes), $"An outcome of {width} position(s) lies in 0 to {(1L << width) - 1}; got {outcome}.");
            }
        }
    }

    public static int BitRows(int length, int width)
    {
        if (width == 0 ? length != 0 : length % width != 0)
        {
            throw new ArgumentException($"Rows of {width} bit(s) fill a multiple of that many places; got {length}.", nameof(length));
        }

        return width == 0 ? 0 : length / width;
    }
}

using System.Collections.Immutable;
using QDiff.Engine.Randomness;

namespace QDiff.Engine.Noise;

/// <summary>
/// Readout errors on the positions (qubits or classical bits) of an outcome, independent between groups. Works on probabilities and on sampled
/// outcomes after the simulation, which is exact because nothing follows the measurements. Immutable.
/// </summary>
public sealed class ReadoutNoise
{
    /// <summary>Places errors on positions.</summary>
    /// <param name="width">Number of positions of an outcome, 0 or more.</param>
    /// <param name="groups">The errors; a position is in one group at most, and in none where it is read without error.</param>
    /// <exception cref="ArgumentException">A position is outside the width, in two groups, or their number is not the error's.</exception>
    public ReadoutNoise(int width, ImmutableArray<ReadoutGroup> groups)
    {
        Guard.ReadoutGroups(width, groups);
        Width = width;
        Groups = groups;
    }

    /// <summary>Number of positions of an outcome.</summary>
    public int Width { get; }

    /// <summary>The errors and where they act.</summary>
    public ImmutableArray<ReadoutGroup> Groups { get; }

    /// <summary>Probabilities of what is read: Σ over prepared outcomes of P(read | prepared) p(prepared).</summary>
    /// <param name="probabilities">p, [2^Width] by index, position 0 at its least significant bit; stays as it is.</param>
    /// <remarks>Cost: 2^k multiply-adds for each probability and each group of k positions.</remarks>
    /// <exception cref="ArgumentException">Another length.</exception>
    public double[] Apply(ReadOnlySpan<double> probabilities)
    {
        Guard.OutcomeProbabilities(probabilities.Length, Width);
        double[] result = probabilities.ToArray();
        foreach (ReadoutGroup group in Groups)
        {
            Transform(result, group.Positions, group.Error.Probability);
        }

        return result;
    }

    /// <summary>Draws what is read in the place of sampled outcomes, as <see cref="Measurement.BornSampler"/> gives them.</summary>
    /// <param name="outcomes">[batch, shots] indices, changed in place.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="operation">Which use of randomness this is: another number than that of the sampling itself.</param>
    /// <param name="firstSample">Number within the run of row 0.</param>
    /// <remarks>The draw of shot i and group g is number i·Groups.Length + g of the stream (seed, sample, operation).</remarks>
    /// <exception cref="ArgumentException">An outcome or sample number is out of range, or shots × groups exceed 2^25.</exception>
    public void Apply(int[,] outcomes, ulong seed, ulong operation, long firstSample = 0)
    {
        ArgumentNullException.ThrowIfNull(outcomes);
        int batch = outcomes.GetLength(0), shots = outcomes.GetLength(1);
        Guard.SampleNumbers(firstSample, batch);
        Guard.ReadoutDraws(shots, Groups.Length);
        Guard.Outcomes(outcomes, Width);
        for (int sample = 0; sample < batch; sample++)
        {
            var random = new CounterRandom(seed, firstSample + sample, operation);
            for (int shot = 0; shot < shots; shot++)
            {
                int outcome = outcomes[sample, shot];
                for (int g = 0; g < Groups.Length; g++)
                {
                    ReadoutGroup group = Groups[g];
                    int prepared = 0;
                    for (int i = 0; i < group.Positions.Length; i++)
                    {
                        prepared |= ((outcome >> group.Positions[i]) & 1) << i;
                    }

                    int read = group.Error.Draw(prepared, random.Double(shot * Groups.Length + g));
                    outcome ^= Spread(prepared ^ read, group.Positions);
                }

                outcomes[sample, shot] = outcome;
            }
        }
    }

    /// <summary>Draws what is read in the place of rows of bits, as trajectories give them; any width.</summary>
    /// <param name="bits">[rows, Width], changed in place.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="operation">Which use of randomness this is: a number that nothing else in the run uses.</param>
    /// <param name="firstRow">Number within the run of row 0.</param>
    /// <remarks>The draw of group g is number g of the stream (seed, row, operation).</remarks>
    /// <exception cref="ArgumentException">The length is no multiple of the width, or a row number is out of range.</exception>
    public void Apply(Span<bool> bits, ulong seed, ulong operation, long firstRow = 0)
    {
        int rows = Guard.BitRows(bits.Length, Width);
        Guard.SampleNumbers(firstRow, rows);
        for (int row = 0; row < rows; row++)
        {
            Span<bool> outcome = bits.Slice(row * Width, Width);
            var random = new CounterRandom(seed, firstRow + row, operation);
            for (int g = 0; g < Groups.Length; g++)
            {
                ReadoutGroup group = Groups[g];
                int prepared = 0;
                for (int i = 0; i < group.Positions.Length; i++)
                {
                    prepared |= outcome[group.Positions[i]] ? 1 << i : 0;
                }

                int read = group.Error.Draw(prepared, random.Double(g));
                for (int i = 0; i < group.Positions.Length; i++)
                {
                    outcome[group.Positions[i]] = ((read >> i) & 1) != 0;
                }
            }
        }
    }

    /// <summary>Multiplies a vector over outcomes by a matrix on some positions: v'(r) = Σ_c entry(r, c) v(c), r and c the bits there.</summary>
    internal static void Transform(double[] vector, ImmutableArray<int> positions, Func<int, int, double> entry)
    {
        int size = 1 << positions.Length;
        int[] spread = [.. Enumerable.Range(0, size).Select(pattern => Spread(pattern, positions))];
        double[] matrix = [.. Enumerable.Range(0, size * size).Select(i => entry(i / size, i % size))];
        double[] old = new double[size];
        int mask = spread[^1];
        for (int rest = 0; rest < vector.Length; rest++)
        {
            if ((rest & mask) != 0)
            {
                continue;
            }

            for (int i = 0; i < size; i++)
            {
                old[i] = vector[rest | spread[i]];
            }

            for (int row = 0; row < size; row++)
            {
                double sum = 0;
                for (int i = 0; i < size; i++)
                {
                    sum += matrix[row * size + i] * old[i];
                }

                vector[rest | spread[row]] = sum;
            }
        }
    }

    private static int Spread(int pattern, ImmutableArray<int> positions)
    {
        int spread = 0;
        for (int i = 0; i < positions.Length; i++)
        {
            spread |= ((pattern >> i) & 1) << positions[i];
        }

        return spread;
    }
}

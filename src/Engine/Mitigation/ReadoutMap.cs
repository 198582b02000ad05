using System.Collections.Immutable;
using System.Numerics;
using QDiff.Engine.Noise;
using QDiff.Engine.Observables;

namespace QDiff.Engine.Mitigation;

/// <summary>
/// What readout errors of single qubits make of measured values, or what undoes them, in the mean: an affine map v → M v + o of the K values of a
/// readout, which gradients follow by its transpose.
/// </summary>
/// <remarks>
/// A qubit that is read wrongly with P(1|0) and P(0|1) shows Z as a + bZ, with a = P(0|1) − P(1|0) and b = 1 − P(0|1) − P(1|0); after the rotation into a
/// string's measurement basis the same holds for X and Y. So a string becomes Π_q (a_q + b_q P_q), a sum over its parts. The correction is the same
/// with Z = (read − a)/b. Born probabilities are multiplied by the confusion matrices or their inverses.
/// </remarks>
public sealed class ReadoutMap
{
    private readonly Func<double[], double[]> _apply;
    private readonly Func<double[], double[]> _transpose;

    private ReadoutMap(int count, Func<double[], double[]> apply, Func<double[], double[]> transpose)
    {
        Count = count;
        _apply = apply;
        _transpose = transpose;
    }

    /// <summary>Numbers per sample, K.</summary>
    public int Count { get; }

    /// <summary>What errors make of the values of a readout.</summary>
    /// <param name="readout">The readout; with every Pauli string it has the string's parts on fewer qubits, unless their factor a is 0.</param>
    /// <param name="noise">Errors of single qubits, position q being qubit q.</param>
    /// <exception cref="ArgumentException">An error is on several qubits, the readout does not fit, or a part of a string is missing.</exception>
    public static ReadoutMap Confusion(Readout readout, ReadoutNoise noise) => Of(readout, noise, (zero, one) => (one - zero, 1 - zero - one), inverse: false);

    /// <summary>What undoes calibrated errors.</summary>
    /// <inheritdoc cref="Confusion" path="/param"/>
    /// <exception cref="ArgumentException">As <see cref="Confusion"/>, or a qubit's readout says nothing about its state.</exception>
    public static ReadoutMap Correction(Readout readout, ReadoutNoise noise) => Of(
        readout, noise, (zero, one) => ((zero - one) / (1 - zero - one), 1 / (1 - zero - one)), inverse: true);

    /// <summary>This map and then another of the same readout.</summary>
    public ReadoutMap Then(ReadoutMap next)
    {
        ArgumentNullException.ThrowIfNull(next);
        Guard.Length(nameof(next), next.Count, Count, "values of the readout");
        return new ReadoutMap(Count, v => next._apply(_apply(v)), c => _transpose(next._transpose(c)));
    }

    /// <summary>Maps values in place.</summary>
    /// <param name="values">[batch, K].</param>
    public void Apply<T>(Span<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => EachRow(values, _apply);

    /// <summary>Turns gradients with respect to mapped values into those with respect to the values before, in place: c → Mᵀ c.</summary>
    /// <param name="cotangents">[batch, K].</param>
    public void ApplyTransposed<T>(Span<T> cotangents)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => EachRow(cotangents, _transpose);

    private static ReadoutMap Of(Readout readout, ReadoutNoise noise, Func<double, double, (double A, double B)> line, bool inverse)
    {
        ArgumentNullException.ThrowIfNull(noise);
        Guard.ReadoutFits(readout, noise.Width);
        Guard.SingleQubitErrors(noise);
        var lines = new (double A, double B)[noise.Width];
        Array.Fill(lines, (0, 1));
        foreach (ReadoutGroup group in noise.Groups)
        {
            double zero = group.Error.Probability(1, 0), one = group.Error.Probability(0, 1);
            if (inverse)
            {
                Guard.InvertibleConfusion(Math.Abs(1 - zero - one), group.Positions);
            }

            lines[group.Positions[0]] = line(zero, one);
        }

        return readout.IsBorn ? OfBorn(readout.Count, lines) : OfStrings(readout, lines);
    }

    /// <summary>(a, b) as a matrix on probabilities: the parity (1, −1) of what is read is a + b times that of what was there.</summary>
    private static ReadoutMap OfBorn(int count, (double A, double B)[] lines)
    {
        return new ReadoutMap(count, v => Through(v, transposed: false), v => Through(v, transposed: true));

        double[] Through(double[] vector, bool transposed)
        {
            double[] result = (double[])vector.Clone();
            for (int q = 0; q < lines.Length; q++)
            {
                var (a, b) = lines[q];
                ReadoutNoise.Transform(result, [q], transposed ? (r, c) => Entry(c, r) : Entry);

                double Entry(int read, int prepared) => 0.5 * (1 + (read == 0 ? 1 : -1) * (a + (prepared == 0 ? b : -b)));
            }

            return result;
        }
    }

    private static ReadoutMap OfStrings(Readout readout, (double A, double B)[] lines)
    {
        var places = new Dictionary<PauliString, int>();
        for (int k = 0; k < readout.Count; k++)
        {
            places.TryAdd(readout.Strings[k], k);
        }

        var offsets = new double[readout.Count];
        var terms = ImmutableArray.CreateBuilder<(int Row, int Column, double Coefficient)>();
        for (int k = 0; k < readout.Count; k++)
        {
            ImmutableArray<(int Qubit, Pauli Pauli)> factors = readout.Strings[k].Factors;
            for (int part = 0; part < 1 << factors.Length; part++)
            {
                double coefficient = 1;
                for (int i = 0; i < factors.Length; i++)
                {
                    var (a, b) = lines[factors[i].Qubit];
                    coefficient *= ((part >> i) & 1) != 0 ? b : a;
                }

                if (coefficient == 0)
                {
                    continue;
                }

                PauliString kept = PauliString.From([.. factors.Where((_, i) => ((part >> i) & 1) != 0)]);
                if (kept.Support == 0)
                {
                    offsets[k] += coefficient;
                }
                else if (kept.Equals(readout.Strings[k]))
                {
                    terms.Add((k, k, coefficient));
                }
                else
                {
                    terms.Add((k, Guard.PartOfString(places, kept, readout.Strings[k]), coefficient));
                }
            }
        }

        var all = terms.ToImmutable();
        return new ReadoutMap(
            readout.Count,
            v =>
            {
                double[] result = (double[])offsets.Clone();
                foreach (var (row, column, coefficient) in all)
                {
                    result[row] += coefficient * v[column];
                }

                return result;
            },
            c =>
            {
                var result = new double[c.Length];
                foreach (var (row, column, coefficient) in all)
                {
                    result[column] += coefficient * c[row];
                }

                return result;
            });
    }

    private void EachRow<T>(Span<T> rows, Func<double[], double[]> map)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.Length(nameof(rows), rows.Length, (long)Math.Max(1, (rows.Length + Count - 1) / Count) * Count, "a multiple of the readout");
        var row = new double[Count];
        for (int first = 0; first < rows.Length; first += Count)
        {
            for (int k = 0; k < Count; k++)
            {
                row[k] = double.CreateChecked(rows[first + k]);
            }

            double[] mapped = map(row);
            for (int k = 0; k < Count; k++)
            {
                rows[first + k] = T.CreateChecked(mapped[k]);
            }
        }
    }
}

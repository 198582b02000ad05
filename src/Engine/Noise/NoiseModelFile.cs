using System.Collections.Immutable;
using System.Numerics;
using QDiff.Engine.Files;
using QDiff.Engine.Gates;

namespace QDiff.Engine.Noise;

/// <summary>Reads noise models from JSON; docs/noise.md has the format. Strict: what it does not know it refuses.</summary>
public static class NoiseModelFile
{
    /// <summary>What the key "format" of such a file says.</summary>
    public const string Format = "qdiff-noise-1";

    private static readonly ImmutableArray<string> EveryGate = ["one-qubit gates", "two-qubit gates", "three-qubit gates"];

    /// <summary>Reads a model from the text of a file.</summary>
    /// <param name="text">The JSON.</param>
    /// <exception cref="NoiseFileException">The text is no JSON, or something in it is unknown, missing or out of range.</exception>
    public static NoiseModel Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Parse(JsonPlace.Parse(text));
    }

    internal static NoiseModel Parse(JsonPlace root)
    {
        root.Only("format", "name", "qubits", "rules", "readout");
        JsonPlace format = root["format"];
        if (format.Text() != Format)
        {
            throw format.Refusal($"the format of a noise model is \"{Format}\"; got \"{format.Text()}\"");
        }

        string name = root.Find("name")?.Text() ?? "noise model";
        int? qubits = root.Find("qubits") is { } register
            ? register.Checked(() =>
            {
                Guard.QubitCount(register.Integer());
                return register.Integer();
            })
            : null;
        var rules = ImmutableArray.CreateBuilder<NoiseRule>();
        foreach (JsonPlace rule in root.Find("rules")?.Items ?? [])
        {
            rules.AddRange(Rules(rule, qubits));
        }

        var readout = ImmutableArray.CreateBuilder<ReadoutGroup>();
        ReadoutError? others = null;
        foreach (JsonPlace entry in root.Find("readout")?.Items ?? [])
        {
            entry.Only("qubits", "probabilities");
            JsonPlace matrix = entry["probabilities"];
            ReadoutError error = matrix.Checked(() => new ReadoutError(RealMatrix(matrix)));
            if (entry.Find("qubits") is { } places)
            {
                var group = new ReadoutGroup(error, Qubits(places, qubits));
                places.Checked(() => new ReadoutNoise(qubits ?? Guard.MaximumQubits, [.. readout, group]));
                readout.Add(group);
            }
            else if (others is null && error.QubitCount == 1)
            {
                others = error;
            }
            else
            {
                throw entry.Refusal(
                    others is null ? $"an error on {error.QubitCount} qubits needs the key \"qubits\"" : "only one readout error may leave out \"qubits\"");
            }
        }

        return root.Checked(() => new NoiseModel(name, rules.ToImmutable(), readout.ToImmutable(), others, qubits));
    }

    // One rule for each list of qubits.
    private static IEnumerable<NoiseRule> Rules(JsonPlace place, int? register)
    {
        place.Only("after", "before", "qubits", "channels");
        NoiseRule rule = place.Find("before") is { } before ? Before(place, before) : After(place, place["after"]);
        if (place.Find("qubits") is not { } qubits)
        {
            return [rule];
        }

        IReadOnlyList<JsonPlace> lists = qubits.Items.Count > 0 && qubits.Items[0].IsArray ? qubits.Items : [qubits];
        return [.. lists.Select(list => list.Checked(() => rule.On(Qubits(list, register))))];
    }

    private static NoiseRule Before(JsonPlace place, JsonPlace before)
    {
        if (place.Find("after") is { } after)
        {
            throw after.Refusal("a rule has \"after\" or \"before\", not both");
        }

        return before.Text() == "measure"
            ? place.Checked(() => NoiseRule.BeforeMeasurement(Steps(place, 1)))
            : throw before.Refusal($"noise comes before \"measure\"; got \"{before.Text()}\"");
    }

    private static NoiseRule After(JsonPlace place, JsonPlace after)
    {
        if (after.IsText && after.Text() == "reset")
        {
            return place.Checked(() => NoiseRule.AfterReset(Steps(place, 1)));
        }

        if (after.IsText && EveryGate.IndexOf(after.Text()) is >= 0 and var every)
        {
            return place.Checked(() => NoiseRule.AfterEveryGate(every + 1, Steps(place, every + 1)));
        }

        IReadOnlyList<JsonPlace> names = after.IsText ? [after] : after.Items;
        if (names.Count == 0)
        {
            throw after.Refusal("this names no gate");
        }

        ImmutableArray<GateDefinition> gates = [.. names.Select(name => name.Checked(() => GateCatalog.Find(name.Text())))];
        return place.Checked(() => NoiseRule.After(gates, Steps(place, gates[0].Arity)));
    }

    private static ImmutableArray<NoiseStep> Steps(JsonPlace place, int arity) => [.. place["channels"].Items.Select(channel => Step(channel, arity))];

    private static NoiseStep Step(JsonPlace place, int arity)
    {
        JsonPlace name = place["name"];
        ChannelDefinition row = name.Checked(() => ChannelCatalog.Find(name.Text()));
        bool each = place.Find("each")?.Truth() ?? false;
        Channel channel = row switch
        {
            { TakesMatrices: true } => OfMatrices(place, row),
            _ when row == ChannelCatalog.Pauli && place.Find("strings") is { } strings => OfStrings(place, strings),
            _ => OfNumbers(place, row, each ? 1 : arity),
        };
        if (channel.QubitCount != (each ? 1 : arity))
        {
            throw place.Refusal(
                each ? $"a channel for each qubit acts on 1 qubit; this one acts on {channel.QubitCount}"
                : channel.QubitCount == 1 ? $"'{row.Name}' acts on 1 qubit and this rule on {arity}: add \"each\": true for each of them"
                : $"this channel acts on {channel.QubitCount} qubits and the rule on {arity}");
        }

        return new NoiseStep(channel, each && arity > 1);
    }

    private static Channel OfNumbers(JsonPlace place, ChannelDefinition row, int qubits)
    {
        string[] names = [.. row.Parameters.Select(parameter => parameter.Name)];
        place.Only(["name", "each", .. names, .. row == ChannelCatalog.Pauli ? ["strings"] : Array.Empty<string>()]);
        double[] values =
        [
            .. row.Parameters.Select(parameter => place.Find(parameter.Name)?.Number() ?? parameter.Default ?? place[parameter.Name].Number()),
        ];
        return place.Checked(() => row.CreateOn(Math.Min(qubits, row.MaximumQubits), values));
    }

    private static Channel OfMatrices(JsonPlace place, ChannelDefinition row)
    {
        bool weighted = !row.Parameters.IsEmpty;
        place.Only(weighted ? ["name", "each", "unitaries", "probabilities"] : ["name", "each", "operators"]);
        JsonPlace list = place[weighted ? "unitaries" : "operators"];
        Complex[][,] matrices = [.. list.Items.Select(ComplexMatrix)];
        double[] weights = weighted ? [.. place["probabilities"].Items.Select(weight => weight.Number())] : [];
        return list.Checked(() => row.CreateOf(matrices, weights));
    }

    // {"XI": 0.1}: X on the second qubit. What is left belongs to the identity.
    private static Channel OfStrings(JsonPlace place, JsonPlace strings)
    {
        place.Only("name", "each", "strings");
        double[]? table = null;
        foreach (var (text, weight) in strings.Entries)
        {
            table ??= new double[1 << (2 * Math.Clamp(text.Length, 1, Channel.MaximumKrausQubits))];
            int index = 0;
            foreach (char letter in text)
            {
                int digit = "IXYZ".IndexOf(letter);
                index = digit < 0 ? throw weight.Refusal($"a Pauli string has the letters I, X, Y, Z; got '{text}'") : 4 * index + digit;
            }

            if (table.Length != 1 << (2 * text.Length) || text.Length == 0)
            {
                throw weight.Refusal($"the Pauli strings of a channel have the same number of letters, 1-{Channel.MaximumKrausQubits}; got '{text}'");
            }

            table[index] += weight.Number();
        }

        if (table is null)
        {
            throw strings.Refusal("this names no Pauli string");
        }

        // Where the identity is given the numbers must sum to 1 by themselves.
        table[0] += table[0] == 0 ? Math.Max(1 - table.Sum(), 0) : 0;
        return strings.Checked(() => Channel.FromPauliProbabilities(table));
    }

    private static ImmutableArray<int> Qubits(JsonPlace place, int? register)
    {
        var qubits = ImmutableArray.CreateBuilder<int>();
        foreach (JsonPlace item in place.Items)
        {
            qubits.Add(item.Checked(() =>
            {
                Guard.Qubit(item.Integer(), register ?? Guard.MaximumQubits);
                return item.Integer();
            }));
        }

        return qubits.ToImmutable();
    }

    private static double[,] RealMatrix(JsonPlace place) => Matrix(place, entry => entry.Number());

    // An entry is a number or [real, imaginary].
    private static Complex[,] ComplexMatrix(JsonPlace place) => Matrix(place, entry =>
    {
        if (!entry.IsArray)
        {
            return entry.Number();
        }

        IReadOnlyList<JsonPlace> parts = entry.Items;
        return parts.Count == 2 ? new Complex(parts[0].Number(), parts[1].Number()) : throw entry.Refusal("a complex number is [real, imaginary]");
    });

    private static T[,] Matrix<T>(JsonPlace place, Func<JsonPlace, T> read)
    {
        IReadOnlyList<JsonPlace> rows = place.Items;
        var matrix = new T[rows.Count, rows.Count];
        for (int row = 0; row < rows.Count; row++)
        {
            IReadOnlyList<JsonPlace> entries = rows[row].Items;
            if (entries.Count != rows.Count)
            {
                throw rows[row].Refusal($"a matrix of {rows.Count} rows has as many columns; got {entries.Count}");
            }

            for (int column = 0; column < rows.Count; column++)
            {
                matrix[row, column] = read(entries[column]);
            }
        }

        return matrix;
    }
}

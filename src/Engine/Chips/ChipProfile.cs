using System.Collections.Immutable;
using QDiff.Engine.Files;
using QDiff.Engine.Gates;
using QDiff.Engine.Noise;

namespace QDiff.Engine.Chips;

/// <summary>
/// A calibration of a chip: fidelities of gates and readout, coherence times and which qubits are coupled. Immutable. Qubits have the
/// chip's own numbers, with gaps where a qubit is out of use; a program's qubits 0, 1, … are placed on them by a list.
/// </summary>
/// <remarks>
/// docs/noise.md has the format. What contradicts itself in a file and can be decided is decided towards more noise and said in <see cref="Notes"/>.
/// </remarks>
public sealed class ChipProfile
{
    // Above this a number is a slip, and the list of qubits that are out of use would have no end.
    private const int GreatestNumber = 9999;

    // Fidelities are given with four digits.
    private const double RoundingOfFile = 1e-3;

    private ChipProfile(
        string name, string calibration, ImmutableSortedDictionary<int, ChipQubit> qubits, ImmutableArray<ChipCoupling> couplings,
        ImmutableArray<string> notes)
    {
        Name = name;
        Calibration = calibration;
        Qubits = qubits;
        Couplings = couplings;
        Notes = notes;
    }

    /// <summary>Name of the chip.</summary>
    public string Name { get; }

    /// <summary>When it was calibrated, as the file says it; empty where it does not.</summary>
    public string Calibration { get; }

    /// <summary>The qubits in use, by number.</summary>
    public ImmutableSortedDictionary<int, ChipQubit> Qubits { get; }

    /// <summary>The pairs with a CZ gate, by number.</summary>
    public ImmutableArray<ChipCoupling> Couplings { get; }

    /// <summary>What is odd about the file, a sentence each, and what was done about it.</summary>
    public ImmutableArray<string> Notes { get; }

    /// <summary>Reads a profile from the text of a file.</summary>
    /// <param name="text">The JSON.</param>
    /// <exception cref="NoiseFileException">The text is no JSON, or something in it is missing or out of range.</exception>
    public static ChipProfile Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Parse(JsonPlace.Parse(text));
    }

    /// <summary>The coupling of two qubits, in either order; null where there is none.</summary>
    public ChipCoupling? Coupling(int first, int second) =>
        Couplings.FirstOrDefault(pair => (pair.First == first && pair.Second == second) || (pair.First == second && pair.Second == first));

    /// <summary>
    /// The noise of programs whose qubit i is the chip's qubit <paramref name="qubits"/>[i]: after each one-qubit gate and each CZ the depolarizing
    /// channel that gives it its average fidelity, after other two-qubit gates that of the CZ gates that they cost (<see cref="CzCost"/>), and readout
    /// errors. Gates on pairs without a coupling are refused. T1 and T2* do not enter, because gate fidelities contain them already and the profile has no
    /// gate times; <see cref="ChipQubit.Waiting"/> gives the channel for a known time.
    /// </summary>
    /// <param name="qubits">The chip's numbers, each once; 1-30 of them.</param>
    /// <exception cref="ArgumentException">A number is not in use or given twice.</exception>
    public NoiseModel ToNoiseModel(ImmutableArray<int> qubits)
    {
        Guard.ChipQubits(this, qubits);
        var rules = ImmutableArray.CreateBuilder<NoiseRule>();
        var readout = ImmutableArray.CreateBuilder<ReadoutGroup>();
        for (int i = 0; i < qubits.Length; i++)
        {
            ChipQubit qubit = Qubits[qubits[i]];
            rules.Add(NoiseRule.AfterEveryGate(1, qubit.GateNoise.ToChannel()).On(i));
            readout.Add(new ReadoutGroup(qubit.ReadoutError, [i]));
        }

        var pairs = Connections(qubits);
        foreach (var (first, second) in pairs)
        {
            DepolarizingChannel noise = Coupling(qubits[first], qubits[second])!.GateNoise;
            foreach (var gates in GateCatalog.All.Where(gate => gate.Arity == 2).GroupBy(CzCost.Of))
            {
                rules.Add(NoiseRule.After([.. gates], Repeated(noise, gates.Key)).On(first, second));
            }

            rules.Add(NoiseRule.AfterEveryGate(2, Repeated(noise, CzCost.AnyTwoQubitGate)).On(first, second));
        }

        return new NoiseModel(Name, rules.ToImmutable(), readout.ToImmutable(), null, qubits.Length, pairs);
    }

    /// <summary>The pairs of positions of a list of qubits that are coupled, the smaller position first.</summary>
    /// <param name="qubits">The chip's numbers, each once; 1-30 of them.</param>
    /// <exception cref="ArgumentException">A number is not in use or given twice.</exception>
    public ImmutableArray<(int First, int Second)> Connections(ImmutableArray<int> qubits)
    {
        Guard.ChipQubits(this, qubits);
        return
        [
            .. from first in Enumerable.Range(0, qubits.Length)
               from second in Enumerable.Range(first + 1, qubits.Length - first - 1)
               where Coupling(qubits[first], qubits[second]) is not null
               select (first, second),
        ];
    }

    internal static ChipProfile Parse(JsonPlace root)
    {
        var notes = ImmutableArray.CreateBuilder<string>();
        string name = root["chip"].Text();
        var qubits = ImmutableSortedDictionary.CreateBuilder<int, ChipQubit>();
        var pairs = new SortedDictionary<(int, int), double>();
        foreach (var (key, place) in root["profiles"].Entries)
        {
            int number = Number(place, key);
            qubits.Add(number, Qubit(number, place, notes));
        }

        foreach (var (key, place) in root["profiles"].Entries)
        {
            ReadCouplings(Number(place, key), place["two_gate_fidelities"], qubits, pairs, notes);
        }

        if (qubits.Count == 0)
        {
            throw root["profiles"].Refusal("this chip has no qubit");
        }

        CompareTopology(root, pairs, notes);
        CompareCount(root, "num_qubits", qubits.Count, "qubits", notes);
        CompareCount(root, "num_connections", pairs.Count, "couplings", notes);
        int last = qubits.Keys.Last(), first = Math.Min(qubits.Keys.First(), 1);
        int[] missing = [.. Enumerable.Range(first, last - first + 1).Where(number => !qubits.ContainsKey(number))];
        if (missing.Length > 0)
        {
            notes.Add($"Of qubits {first} to {last} these are out of use: {string.Join(", ", missing)}.");
        }

        int[] alone = [.. qubits.Keys.Where(number => !pairs.Keys.Any(pair => pair.Item1 == number || pair.Item2 == number))];
        if (alone.Length > 0)
        {
            notes.Add($"These qubits are coupled to no other: {string.Join(", ", alone)}.");
        }

        return new ChipProfile(
            name, root.Find("calibration_time")?.Text() ?? "", qubits.ToImmutable(),
            [.. pairs.Select(pair => new ChipCoupling(pair.Key.Item1, pair.Key.Item2, pair.Value))], notes.ToImmutable());
    }

    private static int Number(JsonPlace place, string key) =>
        int.TryParse(key, System.Globalization.NumberStyles.None, null, out int number) && number <= GreatestNumber
            ? number
            : throw place.Refusal($"a qubit has a number from 0 to {GreatestNumber}; got \"{key}\"");

    private static ChipQubit Qubit(int number, JsonPlace place, ImmutableArray<string>.Builder notes)
    {
        double fidelity = Fidelity(place["single_gate_fidelity"], 1);
        IReadOnlyList<JsonPlace> readout = place["readout_fidelity"].Items;
        if (readout.Count != 2)
        {
            throw place["readout_fidelity"].Refusal($"the readout fidelity is [P(0|0), P(1|1)]; got {readout.Count} number(s)");
        }

        double zero = Probability(readout[0]), one = Probability(readout[1]);
        if (zero + one <= 1)
        {
            notes.Add($"The readout of qubit {number} says nothing about its state: P(0|0) + P(1|1) = {zero + one:0.####} is not above 1.");
        }
        else if (Math.Min(zero, one) < 0.5)
        {
            notes.Add(
                $"Qubit {number} reads {(one < zero ? "1 as 0" : "0 as 1")} more often than not (P(0|0) = {zero}, P(1|1) = {one}); kept, since the two "
                + "can still be told apart.");
        }

        if (place.Find("composite_fidelity")?.Number() is { } composite && Math.Abs(composite - Math.Sqrt(fidelity * (zero + one) / 2)) > RoundingOfFile)
        {
            notes.Add($"The composite fidelity {composite} of qubit {number} is not the root of gate fidelity × mean readout fidelity; it is not used.");
        }

        double t1 = Time(place["t1_us"]), t2 = Time(place["t2star_us"]);
        if (t2 > 2 * t1)
        {
            notes.Add($"T2* = {t2} µs of qubit {number} is above 2·T1, which cannot be; taken as 2·T1 = {2 * t1} µs.");
        }

        return new ChipQubit(number, fidelity, zero, one, t1, Math.Min(t2, 2 * t1));
    }

    private static void ReadCouplings(
        int number, JsonPlace place, ImmutableSortedDictionary<int, ChipQubit>.Builder qubits, SortedDictionary<(int, int), double> pairs,
        ImmutableArray<string>.Builder notes)
    {
        foreach (var (key, value) in place.Entries)
        {
            int other = Number(value, key);
            double fidelity = Fidelity(value, 2);
            var pair = (Math.Min(number, other), Math.Max(number, other));
            if (other == number)
            {
                throw value.Refusal("a qubit is not coupled to itself");
            }

            if (!qubits.ContainsKey(other))
            {
                notes.Add($"The coupling {pair.Item1}-{pair.Item2} is left out: qubit {other} has no profile.");
            }
            else if (!pairs.TryAdd(pair, fidelity) && pairs[pair] != fidelity)
            {
                notes.Add($"The CZ fidelity of {pair.Item1}-{pair.Item2} is given as {pairs[pair]} and as {fidelity}; the lower one is used.");
                pairs[pair] = Math.Min(pairs[pair], fidelity);
            }
        }
    }

    // The couplings are those with a fidelity; the topology, where the file has one, must say the same.
    private static void CompareTopology(JsonPlace root, SortedDictionary<(int, int), double> pairs, ImmutableArray<string>.Builder notes)
    {
        if (root.Find("topology") is not { } topology)
        {
            return;
        }

        var drawn = new SortedSet<(int, int)>();
        foreach (var (key, place) in topology.Entries)
        {
            int number = Number(place, key);
            foreach (JsonPlace item in place.Items)
            {
                int other = Number(item, item.Text());
                drawn.Add((Math.Min(number, other), Math.Max(number, other)));
            }
        }

        foreach (var (first, second) in drawn.Where(pair => !pairs.ContainsKey(pair)))
        {
            notes.Add($"The coupling {first}-{second} is left out: the topology has it and no CZ fidelity is given.");
        }

        foreach (var pair in pairs.Keys.Where(pair => !drawn.Contains(pair)).ToArray())
        {
            notes.Add($"The coupling {pair.Item1}-{pair.Item2} is left out: it has a CZ fidelity and is not in the topology.");
            pairs.Remove(pair);
        }
    }

    private static void CompareCount(JsonPlace root, string key, int count, string what, ImmutableArray<string>.Builder notes)
    {
        if (root.Find(key)?.Integer() is { } said && said != count)
        {
            notes.Add($"The file says {said} {what} and describes {count}; these are used.");
        }
    }

    private static Channel Repeated(DepolarizingChannel noise, int times) =>
        DepolarizingChannel.FromShrink(Math.Pow(noise.Shrink, times), noise.QubitCount).ToChannel();

    private static double Fidelity(JsonPlace place, int qubits)
    {
        double value = place.Number();
        place.Checked(() =>
        {
            Guard.GateFidelity(value, qubits);
            return value;
        });
        return value;
    }

    private static double Probability(JsonPlace place) =>
        place.Number() is >= 0 and <= 1 and var value ? value : throw place.Refusal($"a probability lies in [0, 1]; got {place.Number()}");

    private static double Time(JsonPlace place) =>
        place.Number() is > 0 and var value ? value : throw place.Refusal($"a time is above 0; got {place.Number()}");
}

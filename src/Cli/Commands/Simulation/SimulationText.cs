using System.Collections.Immutable;
using System.Globalization;
using System.Numerics;
using System.Text;
using QDiff.Engine.Measurement;
using QDiff.Engine.Programs;
using QDiff.Engine.States;
using static QDiff.Cli.Display.Sentence;

namespace QDiff.Cli.Commands.Simulation;

/// <summary>Prints what a simulation gave. Bit strings are as Qiskit prints them: qubit or bit 0 rightmost, the last register first.</summary>
internal static class SimulationText
{
    /// <summary>Probabilities up to this are rounding and are not written.</summary>
    public const double Cut = 1e-12;

    // Less would be printed as 0.000000.
    private const double LeastPrinted = 5e-7;
    private const int MostLines = 32;
    private const int SpillLength = 1 << 16;

    /// <summary>{"qubits":n,"probabilities":{…}} with every probability above <see cref="Cut"/>, by rising index.</summary>
    public static void WriteJson(TextWriter output, int qubits, Func<int, double> probability)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{{\"qubits\":{qubits},\"probabilities\":{{");
        string separator = "";
        for (int k = 0; k < 1 << qubits; k++)
        {
            double p = probability(k);
            if (p > Cut)
            {
                text.Append(separator).Append('"').Append(Bitstring.Format(k, qubits)).Append(CultureInfo.InvariantCulture, $"\":{p:R}");
                separator = ",";
                Spill(text, output, SpillLength);
            }
        }

        text.Append("}}");
        Spill(text, output, 0);
        output.WriteLine();
    }

    /// <summary>{"counts":{…}}.</summary>
    public static void WriteJson(TextWriter output, IEnumerable<KeyValuePair<string, int>> counts)
    {
        output.Write("{\"counts\":{");
        output.Write(string.Join(',', counts.Select(count => Invariant($"\"{count.Key}\":{count.Value}"))));
        output.WriteLine("}}");
    }

    /// <summary>[[re, im], …] in index order.</summary>
    public static void WriteAmplitudes<T>(TextWriter output, StateVectorBatch<T> state)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var text = new StringBuilder("[");
        for (int k = 0; k < state.Dimension; k++)
        {
            text.Append(k == 0 ? "" : ", ").Append(CultureInfo.InvariantCulture, $"[{state.Real(0)[k]:R}, {state.Imaginary(0)[k]:R}]");
            Spill(text, output, SpillLength);
        }

        text.Append(']');
        Spill(text, output, 0);
        output.WriteLine();
    }

    /// <summary>A line for each of the most probable basis states.</summary>
    public static void Write(TextWriter output, int qubits, Func<int, double> probability)
    {
        // The least of those that are kept lies on top.
        var kept = new PriorityQueue<int, double>();
        long written = 0;
        for (int k = 0; k < 1 << qubits; k++)
        {
            double p = probability(k);
            if (p <= LeastPrinted)
            {
                continue;
            }

            written++;
            if (kept.Count < MostLines)
            {
                kept.Enqueue(k, p);
            }
            else if (kept.TryPeek(out _, out double least) && p > least)
            {
                kept.DequeueEnqueue(k, p);
            }
        }

        foreach ((int k, double p) in kept.UnorderedItems.OrderByDescending(item => item.Priority).ThenBy(item => item.Element))
        {
            output.WriteLine(Invariant($"{Bitstring.Format(k, qubits)}  {p:0.000000}"));
        }

        WriteRest(output, written);
    }

    /// <summary>A line for each of the most frequent outcomes.</summary>
    public static void Write(TextWriter output, IReadOnlyCollection<KeyValuePair<string, int>> counts)
    {
        int shots = counts.Sum(count => count.Value);
        int width = counts.Max(count => Invariant($"{count.Value}").Length);
        foreach ((string bits, int count) in counts.OrderByDescending(count => count.Value).ThenBy(count => count.Key, StringComparer.Ordinal).Take(MostLines))
        {
            output.WriteLine($"{bits}  {count.ToString(CultureInfo.InvariantCulture).PadLeft(width)}  {Invariant($"{(double)count / shots:0.0000}")}");
        }

        WriteRest(output, counts.Count);
    }

    /// <summary>The string of all classical bits with a space between registers, the last declared one first.</summary>
    public static string Spaced(string bits, ImmutableArray<Register> registers) => registers.Length < 2
        ? bits
        : string.Join(' ', registers.Reverse().Select(register => bits.Substring(bits.Length - register.First - register.Size, register.Size)));

    private static void WriteRest(TextWriter output, long lines)
    {
        if (lines > MostLines)
        {
            output.WriteLine(Invariant($"… and {lines - MostLines:#,0} more; --json prints all of them."));
        }
    }

    /// <summary>Hands on what has gathered: a million small writes to a terminal take seconds.</summary>
    private static void Spill(StringBuilder text, TextWriter output, int length)
    {
        if (text.Length > length)
        {
            output.Write(text);
            text.Clear();
        }
    }
}

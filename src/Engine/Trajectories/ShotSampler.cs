using System.Numerics;
using System.Runtime.CompilerServices;
using QDiff.Engine.Backends;
using QDiff.Engine.Circuits;
using QDiff.Engine.Measurement;
using QDiff.Engine.Noise;
using QDiff.Engine.Planning;
using QDiff.Engine.Programs;
using QDiff.Engine.States;

namespace QDiff.Engine.Trajectories;

/// <summary>
/// Runs a program shot by shot and returns its classical bits. A program that is gates and then measurements is simulated once, and its outcomes
/// are drawn from the one state; any other runs one trajectory for each shot.
/// </summary>
/// <remarks>
/// Shot i is a function of (seed, i) and the program: of gates alone it is number i of <see cref="BornSampler"/>'s stream (seed, sample 0,
/// <see cref="BornOperation"/>), else trajectory i. Readout errors are drawn in the stream (seed, i, <see cref="ReadoutOperation"/>).
/// </remarks>
public static class ShotSampler
{
    /// <summary>The operation number of shots drawn from one state, "SHOT" in ASCII.</summary>
    public const ulong BornOperation = 0x53484F54;

    /// <summary>The operation number of readout errors, "READ".</summary>
    public const ulong ReadoutOperation = 0x52454144;

    private const int TrajectoriesPerRun = 1 << 14;

    private static readonly ConditionalWeakTable<QuantumProgram, PureProgram> PurePrograms = [];

    /// <summary>Classical bits of every shot.</summary>
    /// <param name="backend">Where to run.</param>
    /// <param name="program">The program; it has classical bits.</param>
    /// <param name="bindings">Values of its parameters, with one row of inputs where it reads any.</param>
    /// <param name="shots">Number of shots, 1 to 2^25.</param>
    /// <param name="seed">Any value.</param>
    /// <param name="readout">Errors of what is read, on the classical bits of the program; null for none.</param>
    /// <returns>[shots, BitCount], bits that are never measured being 0.</returns>
    /// <exception cref="ArgumentException">The program has no bits, a number is out of range, or the readout errors are for another number of bits.</exception>
    public static bool[] Sample<T>(
        ITrajectoryBackend backend, QuantumProgram program, Bindings<T> bindings, int shots, ulong seed, ReadoutNoise? readout = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(backend);
        ArgumentNullException.ThrowIfNull(program);
        Guard.ClassicalBits(program.BitCount);
        Guard.Shots(shots);
        Guard.ReadoutWidth(readout, program.BitCount);
        bool[] bits = new bool[checked(shots * program.BitCount)];
        if (PurePrograms.GetValue(program, static p => new PureProgram(p)) is { Circuit: { } circuit } pure)
        {
            SampleState(backend, circuit, pure.Measured, bindings, shots, seed, bits, program.BitCount);
        }
        else
        {
            var plan = TrajectoryPlanner.Plan(program);
            for (int first = 0; first < shots; first += TrajectoriesPerRun)
            {
                int count = Math.Min(TrajectoriesPerRun, shots - first);
                backend.SampleTrajectories(
                    plan, bindings, 1, new TrajectoryRun(count, seed, first), bits.AsSpan(first * program.BitCount, count * program.BitCount));
            }
        }

        readout?.Apply(bits, seed, ReadoutOperation);
        return bits;
    }

    /// <summary>How often every string of classical bits occurs, by rising string; bit 0 is the rightmost character. As <see cref="Sample{T}"/>.</summary>
    /// <exception cref="ArgumentException">As <see cref="Sample{T}"/>.</exception>
    public static SortedDictionary<string, int> Counts<T>(
        ITrajectoryBackend backend, QuantumProgram program, Bindings<T> bindings, int shots, ulong seed, ReadoutNoise? readout = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        return CountRows(Sample(backend, program, bindings, shots, seed, readout), program.BitCount);
    }

    /// <summary>How often every row of bits occurs, by rising string; bit 0 is the rightmost character.</summary>
    /// <param name="bits">[shots, width].</param>
    /// <param name="width">Bits of a row, at least 1.</param>
    public static SortedDictionary<string, int> CountRows(ReadOnlySpan<bool> bits, int width)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        var byText = counts.GetAlternateLookup<ReadOnlySpan<char>>();
        char[] text = new char[width];
        for (; !bits.IsEmpty; bits = bits[width..])
        {
            for (int bit = 0; bit < width; bit++)
            {
                text[^(bit + 1)] = bits[bit] ? '1' : '0';
            }

            byText.TryGetValue(text, out int count);
            byText[text] = count + 1;
        }

        return new SortedDictionary<string, int>(counts, StringComparer.Ordinal);
    }

    private static void SampleState<T>(
        ITrajectoryBackend backend, Circuit circuit, (int Qubit, int Bit)[] measured, Bindings<T> bindings, int shots, ulong seed, bool[] bits, int bitCount)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using var state = StateVectorBatch<T>.Zero(1, circuit.QubitCount);
        backend.Apply(Planner.Plan(circuit), bindings, state);
        int[,] outcomes = backend is ISamplingBackend sampling
            ? sampling.Sample(state, shots, seed, BornOperation)
            : BornSampler.Sample(state, shots, seed, BornOperation);
        for (int shot = 0; shot < shots; shot++)
        {
            foreach (var (qubit, bit) in measured)
            {
                bits[(shot * bitCount) + bit] = ((outcomes[0, shot] >> qubit) & 1) != 0;
            }
        }
    }

    private sealed class PureProgram
    {
        public PureProgram(QuantumProgram program)
        {
            if (DeferredMeasurements.OfPureProgram(program) is { } pure)
            {
                (Circuit, Measured) = pure;
            }
        }

        public Circuit? Circuit { get; }

        public (int Qubit, int Bit)[] Measured { get; } = [];
    }
}

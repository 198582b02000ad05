using System.Collections.Immutable;
using QDiff.Engine.Circuits;
using QDiff.Engine.Gates;
using QDiff.Engine.Programs;

namespace QDiff.Engine.Noise;

/// <summary>
/// Where noise goes in a program: rules for gates, resets and measurements, and readout errors. Immutable. <see cref="Apply"/> makes the noisy
/// program; what is read of its final measurements is confused by <see cref="ReadoutOf"/> afterwards.
/// </summary>
public sealed class NoiseModel
{
    /// <summary>Makes a model.</summary>
    /// <param name="name">Name for messages and reports.</param>
    /// <param name="rules">Where channels go; of the rules that fit a place only the most specific act, in the order given here.</param>
    /// <param name="readout">Readout errors of given qubits; a qubit is in one of them at most.</param>
    /// <param name="otherReadout">The readout error of every other qubit, on one qubit; null for none.</param>
    /// <param name="qubitCount">The register that the model is for, 1-30 qubits; null for any.</param>
    /// <param name="couplings">The pairs that a two-qubit gate may act on, in either order; null for all.</param>
    /// <exception cref="ArgumentException">A qubit is outside the register or in two readout errors, or an error has the wrong number of them.</exception>
    public NoiseModel(
        string name, ImmutableArray<NoiseRule> rules, ImmutableArray<ReadoutGroup> readout = default, ReadoutError? otherReadout = null,
        int? qubitCount = null, ImmutableArray<(int First, int Second)>? couplings = null)
    {
        Name = name;
        Rules = rules.IsDefault ? [] : rules;
        Readout = readout.IsDefault ? [] : readout;
        OtherReadout = otherReadout;
        QubitCount = qubitCount;
        Couplings = couplings;
        Guard.NoiseModel(this);
    }

    /// <summary>Name for messages and reports.</summary>
    public string Name { get; }

    /// <summary>Where channels go.</summary>
    public ImmutableArray<NoiseRule> Rules { get; }

    /// <summary>Readout errors of given qubits.</summary>
    public ImmutableArray<ReadoutGroup> Readout { get; }

    /// <summary>The readout error of every other qubit; null for none.</summary>
    public ReadoutError? OtherReadout { get; }

    /// <summary>The register that the model is for; null for any.</summary>
    public int? QubitCount { get; }

    /// <summary>The pairs that a two-qubit gate may act on; null for all.</summary>
    public ImmutableArray<(int First, int Second)>? Couplings { get; }

    /// <summary>Whether a measurement of any qubit may be misread.</summary>
    public bool HasReadoutErrors => OtherReadout is not null || !Readout.IsEmpty;

    /// <summary>
    /// The program with channels put in, in conditional blocks too; gates and their parameters stay as they are, so gradients do. Errors of final
    /// measurements are left to <see cref="ReadoutOf"/>. A measurement whose bit a condition reads, that is in a block or whose bit is written again is misread in
    /// the program: by a channel before it where nothing but a reset follows on the qubit, else by a spare qubit, the last one of a program that is
    /// then one qubit larger, which is set to the bit, confused and measured in its place.
    /// </summary>
    /// <param name="program">The program.</param>
    /// <param name="readsQubits">
    /// Whether the program is run for its qubits' states at the end (expectation values, probabilities; their readout errors come afterwards, by
    /// <see cref="ReadoutOfQubits"/>) and not for its bits: then only what a condition reads is misread, and always in a way that leaves the measured qubit as it is.
    /// </param>
    /// <exception cref="ArgumentException">
    /// The program has more qubits than the model's register, a gate acts on qubits that are not coupled, a measurement within the program has a correlated
    /// readout error, or a spare qubit would be the 31st.
    /// </exception>
    public QuantumProgram Apply(QuantumProgram program, bool readsQubits = false)
    {
        ArgumentNullException.ThrowIfNull(program);
        Guard.NoiseRegister(this, program.QubitCount);
        var measurements = new MeasurementUse(program, readsQubits);
        var cache = new Dictionary<(NoiseMoment, GateDefinition?, (int, int, int)), ImmutableArray<ChannelInstruction>>();
        int spare = program.QubitCount;
        ImmutableArray<Instruction> noisy = Noisy(program.Instructions);
        bool larger = measurements.Within.Any(measure => ErrorOf(measure.Qubit) is not null && measurements.IsUsedAgain(measure));
        return new QuantumProgram(
            program.QubitCount + (larger ? 1 : 0), program.BitCount,
            larger ? program.QubitRegisters.Add(new Register("spare", spare, 1)) : program.QubitRegisters, program.BitRegisters, noisy, program.TrainableCount, program.InputCount);

        ImmutableArray<Instruction> Noisy(ImmutableArray<Instruction> instructions)
        {
            var result = ImmutableArray.CreateBuilder<Instruction>();
            foreach (Instruction instruction in instructions)
            {
                switch (instruction)
                {
                    case GateInstruction { Operation: var operation } when operation.Gate != GateCatalog.GlobalPhase:
                        Guard.Coupled(this, operation);
                        result.Add(instruction);
                        result.AddRange(Channels(NoiseMoment.AfterGate, operation.Gate, operation.Qubits));
                        break;
                    case ResetInstruction reset:
                        result.Add(instruction);
                        result.AddRange(Channels(NoiseMoment.AfterReset, null, [reset.Qubit]));
                        break;
                    case MeasureInstruction measure:
                        result.AddRange(Channels(NoiseMoment.BeforeMeasurement, null, [measure.Qubit]));
                        ReadoutError? error = measurements.IsFinal(measure) ? null : ErrorOf(measure.Qubit);
                        result.AddRange(error is null ? [measure] : Misread(measure, error));
                        break;
                    case IfInstruction block:
                        result.Add(new IfInstruction(block.Condition, Noisy(block.Then), Noisy(block.Else)));
                        break;
                    default:
                        result.Add(instruction);
                        break;
                }
            }

            return result.ToImmutable();
        }

        ImmutableArray<Instruction> Misread(MeasureInstruction measure, ReadoutError error)
        {
            Guard.MisreadWithin(this, measure, error.QubitCount);
            if (!measurements.IsUsedAgain(measure))
            {
                return [new ChannelInstruction(error.ToChannel(), [measure.Qubit]), measure];
            }

            Guard.SpareQubit(this, measure, program.QubitCount);
            return
            [
                measure, new ResetInstruction(spare),
                new IfInstruction(new Condition([measure.Bit], 1), [new GateInstruction(new Operation(GateCatalog.X, [spare], []))], []),
                new ChannelInstruction(error.ToChannel(), [spare]), new MeasureInstruction(spare, measure.Bit),
            ];
        }

        ImmutableArray<ChannelInstruction> Channels(NoiseMoment moment, GateDefinition? gate, ImmutableArray<int> qubits)
        {
            var key = (moment, gate, (qubits[0], qubits.Length > 1 ? qubits[1] : -1, qubits.Length > 2 ? qubits[2] : -1));
            return cache.TryGetValue(key, out var known) ? known : cache[key] = ChannelsAt(moment, gate, qubits);
        }
    }

    /// <summary>The readout errors of the final measurements of a program, on its classical bits.</summary>
    /// <exception cref="ArgumentException">
    /// The program has more qubits than the model's register, or measures only some of the qubits of a correlated readout error, or one of them twice.
    /// </exception>
    public ReadoutNoise ReadoutOf(QuantumProgram program)
    {
        ArgumentNullException.ThrowIfNull(program);
        Guard.NoiseRegister(this, program.QubitCount);
        var measurements = new MeasurementUse(program);
        ILookup<int, int> bits = measurements.Final.ToLookup(measure => measure.Qubit, measure => measure.Bit);
        var groups = ImmutableArray.CreateBuilder<ReadoutGroup>();
        foreach (ReadoutGroup group in Readout)
        {
            if (group.Error.QubitCount == 1)
            {
                groups.AddRange(bits[group.Positions[0]].Select(bit => new ReadoutGroup(group.Error, [bit])));
            }
            else if (group.Positions.Any(qubit => bits[qubit].Any()))
            {
                Guard.CorrelatedReadout(this, group, bits);
                groups.Add(group with { Positions = [.. group.Positions.Select(qubit => bits[qubit].Single())] });
            }
        }

        if (OtherReadout is not null)
        {
            int[] named = [.. Readout.SelectMany(group => group.Positions)];
            groups.AddRange(measurements.Final
                .Where(measure => !named.Contains(measure.Qubit))
                .Select(measure => new ReadoutGroup(OtherReadout, [measure.Bit])));
        }

        return new ReadoutNoise(program.BitCount, groups.ToImmutable());
    }

    /// <summary>The readout errors where all qubits of a register are measured, position q being qubit q; those of qubits beyond it are left out.</summary>
    /// <param name="qubits">The register, 1-30 qubits.</param>
    /// <exception cref="ArgumentException">It has more qubits than the model's register, or only some of those of a correlated readout error.</exception>
    public ReadoutNoise ReadoutOfQubits(int qubits)
    {
        Guard.QubitCount(qubits);
        Guard.NoiseRegister(this, qubits);
        IEnumerable<ReadoutGroup> others = OtherReadout is null
            ? []
            : Enumerable.Range(0, qubits).Except(Readout.SelectMany(group => group.Positions))
                .Select(qubit => new ReadoutGroup(OtherReadout, [qubit]));
        ReadoutGroup[] named = [.. Readout.Where(group => group.Positions.Any(qubit => qubit < qubits))];
        foreach (ReadoutGroup group in named)
        {
            Guard.ReadoutWithin(this, group, qubits);
        }

        return new ReadoutNoise(qubits, [.. named, .. others]);
    }

    private ReadoutError? ErrorOf(int qubit) => Readout.FirstOrDefault(group => group.Positions.Contains(qubit))?.Error ?? OtherReadout;

    private ImmutableArray<ChannelInstruction> ChannelsAt(NoiseMoment moment, GateDefinition? gate, ImmutableArray<int> qubits)
    {
        NoiseRule[] fitting = [.. Rules.Where(rule => rule.Fits(moment, gate, qubits.AsSpan()))];
        int specificity = fitting.Length == 0 ? 0 : fitting.Max(rule => rule.Specificity);
        var channels = ImmutableArray.CreateBuilder<ChannelInstruction>();
        foreach (NoiseRule rule in fitting.Where(rule => rule.Specificity == specificity))
        {
            ImmutableArray<int> places = rule.Qubits.IsEmpty ? qubits : rule.Qubits;
            foreach (NoiseStep step in rule.Steps)
            {
                if (step.Each)
                {
                    channels.AddRange(places.Select(qubit => new ChannelInstruction(step.Channel, [qubit])));
                }
                else
                {
                    channels.Add(new ChannelInstruction(step.Channel, places));
                }
            }
        }

        return channels.ToImmutable();
    }
}

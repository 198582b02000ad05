using System.Collections.Immutable;
using System.Numerics;
using System.Runtime.CompilerServices;
using QDiff.Engine.Backends;
using QDiff.Engine.Chips;
using QDiff.Engine.Density;
using QDiff.Engine.Measurement;
using QDiff.Engine.Noise;
using QDiff.Engine.Observables;
using QDiff.Engine.Planning;
using QDiff.Engine.Programs;
using QDiff.Engine.States;
using QDiff.Engine.Trajectories;
using QDiff.Models;

namespace QDiff.Cli.Commands.Simulation;

/// <summary>Runs one program.</summary>
/// <typeparam name="T">Precision of the states.</typeparam>
internal sealed class ProgramSimulation<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The largest register whose noise is computed exactly unless trajectories are asked for.</summary>
    public const int ExactQubits = 10;

    /// <summary>Trajectories where nothing is said.</summary>
    public const int DefaultTrajectories = 1000;

    // "QASM": the draws from a density matrix's probabilities.
    private const ulong DrawOperation = 0x5141534D;

    // Probabilities of all trajectories of one call, in numbers.
    private const int ChunkNumbers = 1 << 24;

    private readonly IBackend _backend;
    private readonly QuantumProgram _program;
    private readonly NoiseFile? _noise;
    private readonly NoisyProgram _noisy;

    /// <summary>Puts the noise into the program.</summary>
    /// <param name="backend">Where to run; not owned.</param>
    /// <param name="program">The program; all its parameters have values.</param>
    /// <param name="noise">The noise; null for none.</param>
    /// <exception cref="UserErrorException">The state does not fit the memory.</exception>
    public ProgramSimulation(IBackend backend, QuantumProgram program, NoiseFile? noise)
    {
        RequireMemory(program.QubitCount, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
        _backend = backend;
        _program = program;
        _noise = noise;
        _noisy = noise is null
            ? new NoisyProgram(program, new ReadoutNoise(Math.Max(1, program.BitCount), []), [.. Enumerable.Range(0, program.QubitCount)], null)
            : noise.Prepare(program);
    }

    /// <summary>What the circuit costs on the chip that the noise is of; null where it is of none.</summary>
    public ChipCost? Cost => _noisy.Cost;

    /// <summary>The exact method where there is one that is not too large, else trajectories.</summary>
    public Method BestMethod =>
        _noise is null && _program.ToCircuitBeforeMeasurements() is not null ? Method.StateVector
        : _program.QubitCount <= ExactQubits && !HasConditions(_program.Instructions) ? Method.DensityMatrix
        : Method.Trajectories;

    /// <summary>The state before the final measurements; to be disposed.</summary>
    /// <exception cref="UserErrorException">The program has no single state: it has noise, conditions, or measurements and resets on its way.</exception>
    public StateVectorBatch<T> State()
    {
        if (_noise is not null || _program.ToCircuitBeforeMeasurements() is not { } circuit)
        {
            throw new UserErrorException(
                "This program has no single state vector: it has noise, conditions, or measurements or resets before its end; ask for probabilities, or for counts with --shots.");
        }

        StateVectorBatch<T> state = StateVectorBatch<T>.Zero(1, circuit.QubitCount);
        try
        {
            _backend.Apply(Planner.Plan(circuit), default(Bindings<T>), state);
            return state;
        }
        catch
        {
            state.Dispose();
            throw;
        }
    }

    /// <summary>Probabilities of all qubits at the end, readout errors included, by basis state.</summary>
    public double[] Probabilities(Method method, int trajectories, ulong seed)
    {
        NoisyProgram noisy = _noise?.Prepare(_program, readsQubits: true) ?? _noisy;
        double[] physical = method == Method.DensityMatrix ? Exactly(noisy.Program) : OverTrajectories(noisy.Program, trajectories, seed);
        if (_noise is null)
        {
            return physical;
        }

        physical = _noise.ModelFor(_program.QubitCount).ReadoutOfQubits(_program.QubitCount).Apply(physical);
        var logical = new double[physical.Length];
        for (int k = 0; k < logical.Length; k++)
        {
            int place = 0;
            for (int q = 0; q < noisy.FinalLayout.Length; q++)
            {
                place |= ((k >> q) & 1) << noisy.FinalLayout[q];
            }

            logical[k] = physical[place];
        }

        return logical;
    }

    /// <summary>How often each string of classical bits is found, the last declared bit first.</summary>
    /// <param name="exactly">Draw from the density matrix's probabilities, not from trajectories; the distribution is the same.</param>
    /// <param name="shots">Number of shots.</param>
    /// <param name="seed">Seed.</param>
    /// <exception cref="UserErrorException">Exact probabilities are asked for and a measurement is not at the end.</exception>
    public SortedDictionary<string, int> Counts(bool exactly, int shots, ulong seed)
    {
        if (!exactly)
        {
            return ShotSampler.Counts(Able<ITrajectoryBackend>("shots and trajectories"), _noisy.Program, default(Bindings<T>), shots, seed, _noisy.Readout.Groups.IsEmpty ? null : _noisy.Readout);
        }

        ImmutableArray<MeasureInstruction> measured = _noisy.Program.FinalMeasurements() ?? throw new UserErrorException(
            "Shots are drawn from a density matrix where all measurements come last, which is not so here; leave out --density to run every shot as a trajectory.");
        using DensityMatrixBatch<T> state = Evolved(_noisy.Program);
        return Drawn(BornSampler.Sample(state, shots, seed, DrawOperation), measured, seed);
    }

    /// <summary>Refuses a register whose state no memory holds: the backend works on a second copy of it.</summary>
    /// <param name="qubits">The register.</param>
    /// <param name="available">Bytes of memory; 0 where unknown.</param>
    /// <exception cref="UserErrorException">It does not fit.</exception>
    internal static void RequireMemory(int qubits, long available)
    {
        long needed = 4L * Unsafe.SizeOf<T>() << qubits;
        if (available > 0 && needed > available)
        {
            const double gibi = 1 << 30;
            throw new UserErrorException(FormattableString.Invariant(
                $"{qubits} qubits in {(typeof(T) == typeof(float) ? "single" : "double")} precision need {needed / gibi:0.0} GiB of memory, and this machine has {available / gibi:0.0}; use fewer qubits{(typeof(T) == typeof(float) ? "" : " or '--precision float'")}."));
        }
    }

    /// <summary>The backend as one that can do more than run circuits.</summary>
    /// <exception cref="UserErrorException">It cannot.</exception>
    private TBackend Able<TBackend>(string what)
        where TBackend : class => _backend as TBackend
            ?? throw new UserErrorException($"Device '{_backend.Name}' has no {what}, which this program needs here; choose '--device cpu'.");

    private static bool HasConditions(ImmutableArray<Instruction> instructions) => instructions.Any(instruction => instruction is IfInstruction);

    private DensityMatrixBatch<T> Evolved(QuantumProgram noisy)
    {
        IDensityBackend backend = Able<IDensityBackend>("density matrices");
        var state = DensityMatrixBatch<T>.Zero(1, noisy.QubitCount);
        backend.Evolve(DensityPlanner.Plan(noisy), default(Bindings<T>), state);
        return state;
    }

    private double[] Exactly(QuantumProgram noisy)
    {
        using DensityMatrixBatch<T> state = Evolved(noisy);
        return [.. state.Probabilities(0).Select(p => Math.Max(p, 0))];
    }

    private double[] OverTrajectories(QuantumProgram noisy, int trajectories, ulong seed)
    {
        QuantumProgram program = WithoutFinalMeasurements(noisy);

        // A spare qubit, where the noise needed one, is the last and is summed over.
        int states = 1 << noisy.QubitCount, own = 1 << _program.QubitCount;
        int chunk = Math.Clamp(ChunkNumbers / states, 1, trajectories);
        var sum = new double[own];
        for (int first = 0; first < trajectories; first += chunk)
        {
            int count = Math.Min(chunk, trajectories - first);
            TrajectoryEstimate part = TrajectoryEstimator.Run(
                Able<ITrajectoryBackend>("shots and trajectories"), program, Readout.BornProbabilities(noisy.QubitCount), default(Bindings<T>), 1, new TrajectoryRun(count, seed, first));
            for (int k = 0; k < states; k++)
            {
                sum[k & (own - 1)] += part.Mean[k] * count / trajectories;
            }
        }

        return sum;
    }

    /// <summary>The same qubits at the end in the mean, with less scatter: outcomes that nobody asks for need not be drawn.</summary>
    private static QuantumProgram WithoutFinalMeasurements(QuantumProgram program)
    {
        if (program.FinalMeasurements() is null or { IsEmpty: true })
        {
            return program;
        }

        var builder = new ProgramBuilder(program.QubitRegisters, program.BitRegisters);
        foreach (Instruction instruction in program.Instructions.Where(instruction => instruction is not MeasureInstruction))
        {
            builder.Append(instruction);
        }

        return builder.Build();
    }

    // [1, shots] basis states to counts of the classical bits that they are read into.
    private SortedDictionary<string, int> Drawn(int[,] outcomes, ImmutableArray<MeasureInstruction> measured, ulong seed)
    {
        int width = _program.BitCount;
        var bits = new bool[outcomes.Length * width];
        for (int shot = 0; shot < outcomes.Length; shot++)
        {
            foreach (MeasureInstruction measure in measured)
            {
                bits[(shot * width) + measure.Bit] = ((outcomes[0, shot] >> measure.Qubit) & 1) != 0;
            }
        }

        _noisy.Readout.Apply(bits, seed, ShotSampler.ReadoutOperation);
        return ShotSampler.CountRows(bits, width);
    }
}

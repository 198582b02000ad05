using QDiff.Engine.Backends;
using QDiff.Engine.Circuits;
using QDiff.Engine.Noise;
using QDiff.Engine.Planning;
using QDiff.Engine.Programs;
using QDiff.Engine.Trajectories;

namespace QDiff.Engine.Mitigation;

/// <summary>A device simulated by trajectories of a noise model, readout errors included.</summary>
public sealed class SimulatedCircuitDevice : ICircuitDevice
{
    // "CIRC": the readout errors of a run are not the trajectories' numbers.
    private const ulong ReadoutOperation = 0x43495243;

    private readonly ITrajectoryBackend _backend;
    private readonly NoiseModel _noise;
    private readonly ulong _seed;

    /// <summary>Makes a device.</summary>
    /// <param name="backend">Who runs the trajectories; not owned.</param>
    /// <param name="noise">The noise.</param>
    /// <param name="qubits">Number of qubits, 1-30.</param>
    /// <param name="seed">Fixes its answers, together with the number of a run.</param>
    /// <exception cref="ArgumentException">The noise is for fewer qubits.</exception>
    public SimulatedCircuitDevice(ITrajectoryBackend backend, NoiseModel noise, int qubits, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(backend);
        ArgumentNullException.ThrowIfNull(noise);
        Guard.QubitCount(qubits);
        Guard.NoiseRegister(noise, qubits);
        _backend = backend;
        _noise = noise;
        _seed = seed;
        QubitCount = qubits;
    }

    /// <inheritdoc/>
    public int QubitCount { get; }

    /// <inheritdoc/>
    public SortedDictionary<int, int> Run(Circuit circuit, int shots, long run)
    {
        ArgumentNullException.ThrowIfNull(circuit);
        Guard.Shots(shots);
        var builder = new ProgramBuilder(QubitCount, QubitCount).Append(circuit);
        for (int q = 0; q < QubitCount; q++)
        {
            builder.Measure(q, q);
        }

        QuantumProgram program = builder.Build();
        var bits = new bool[shots * QubitCount];
        _backend.SampleTrajectories<float>(TrajectoryPlanner.Plan(_noise.Apply(program)), default, 1, new TrajectoryRun(shots, _seed, run * shots), bits);
        _noise.ReadoutOf(program).Apply(bits, _seed, ReadoutOperation, run * shots);
        var counts = new SortedDictionary<int, int>();
        for (int shot = 0; shot < shots; shot++)
        {
            int outcome = 0;
            for (int q = 0; q < QubitCount; q++)
            {
                outcome |= bits[shot * QubitCount + q] ? 1 << q : 0;
            }

            counts[outcome] = counts.GetValueOrDefault(outcome) + 1;
        }

        return counts;
    }
}

using BenchmarkDotNet.Attributes;
using QDiff.Engine.Backends;
using QDiff.Engine.Benchmarks;
using QDiff.Engine.Cpu;
using QDiff.Engine.Density;
using QDiff.Engine.Observables;
using QDiff.Engine.Planning;
using QDiff.Engine.Trajectories;

namespace QDiff.Bench;

/// <summary>The layers of W1 with depolarizing noise: exactly by a density matrix (W3), and by 256 trajectories (W4); ratio to the circuit without noise.</summary>
public class ChannelBenchmarks
{
    private const int Trajectories = 256;
    private const int Layers = 15;

    private readonly CpuBackend _backend = new();
    private Plan _clean = null!;
    private DensityPlan _density = null!;
    private TrajectoryPlan _trajectories = null!;
    private Readout _readout = null!;
    private float[] _angles = [];
    private float[] _values = [];

    /// <summary>Number of qubits.</summary>
    [Params(5, 8)]
    public int Qubits { get; set; }

    /// <summary>Makes plans and angles.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _clean = Planner.Plan(LayeredCircuit.Build(Qubits, Layers));
        _density = DensityPlanner.Plan(LayeredCircuit.BuildNoisy(Qubits, Layers));
        _trajectories = TrajectoryPlanner.Plan(LayeredCircuit.BuildNoisy(Qubits, Layers));
        _readout = LayeredCircuit.AllZ(Qubits);
        _angles = [.. Enumerable.Range(0, _clean.Circuit.TrainableCount).Select(i => (float)Math.Sin(1 + i))];
        _values = new float[Trajectories * _readout.Count];
    }

    /// <summary>Ends the threads.</summary>
    [GlobalCleanup]
    public void Cleanup() => _backend.Dispose();

    /// <summary>256 circuits without noise.</summary>
    [Benchmark(Baseline = true)]
    public void Clean() => _backend.Run(_clean, _readout, new Bindings<float>(_angles), Trajectories, _values);

    /// <summary>256 trajectories.</summary>
    [Benchmark]
    public void Sampled() => _backend.RunTrajectories(
        _trajectories, _readout, new Bindings<float>(_angles), 1, new TrajectoryRun(Trajectories, 1), _values.AsSpan());

    /// <summary>One density matrix.</summary>
    [Benchmark]
    public void Exact() => _backend.Run(_density, _readout, new Bindings<float>(_angles), 1, _values.AsSpan(0, _readout.Count));
}

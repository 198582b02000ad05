using BenchmarkDotNet.Attributes;
using QDiff.Engine.Backends;
using QDiff.Engine.Benchmarks;
using QDiff.Engine.Circuits;
using QDiff.Engine.Cpu;
using QDiff.Engine.Observables;
using QDiff.Engine.Planning;
using QDiff.Engine.States;

namespace QDiff.Bench;

/// <summary>The circuit of W1 on a batch of 256: as one fused plan, and as one plan for each layer, which is what fusing saves; and making the plan.</summary>
public class PlanBenchmarks
{
    private const int Batch = 256;
    private const int Layers = 15;

    private readonly CpuBackend _backend = new();
    private StateVectorBatch<float> _states = null!;
    private Circuit _circuit = null!;
    private Plan _plan = null!;
    private Plan _layer = null!;
    private Readout _readout = null!;
    private float[] _angles = [];
    private float[] _values = [];

    /// <summary>Number of qubits.</summary>
    [Params(4, 8, 10, 12)]
    public int Qubits { get; set; }

    /// <summary>Makes states, angles and plans.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _circuit = LayeredCircuit.Build(Qubits, Layers);
        _plan = Planner.Plan(_circuit);
        _layer = Planner.Plan(LayeredCircuit.Build(Qubits, 1));
        _readout = LayeredCircuit.AllZ(Qubits);
        _states = StateVectorBatch<float>.Random(Batch, Qubits, 1);
        _angles = [.. Enumerable.Range(0, _circuit.TrainableCount).Select(i => (float)Math.Sin(1 + i))];
        _values = new float[Batch * _readout.Count];
    }

    /// <summary>Frees states and threads.</summary>
    [GlobalCleanup]
    public void Cleanup()
    {
        _states.Dispose();
        _backend.Dispose();
    }

    /// <summary>W1: 256 circuits by one plan.</summary>
    [Benchmark(Baseline = true)]
    public void Fused() => _backend.Run(_plan, _readout, new Bindings<float>(_angles), Batch, _values, _states);

    /// <summary>The same gates by fifteen plans, with the states moved in and out of the tiles for each.</summary>
    [Benchmark]
    public void LayerByLayer()
    {
        int count = 2 * Qubits;
        for (int layer = 0; layer < Layers; layer++)
        {
            _backend.Apply(_layer, new Bindings<float>(_angles.AsSpan(layer * count, count)), _states);
        }

        _backend.Measure(_states, _readout, _values.AsSpan());
    }

    /// <summary>Validating, fusing and lowering the circuit anew.</summary>
    [Benchmark]
    public Plan Planning() => Planner.Plan(LayeredCircuit.Build(Qubits, Layers));
}

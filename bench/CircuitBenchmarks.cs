using BenchmarkDotNet.Attributes;
using QDiff.Engine.Backends;
using QDiff.Engine.Benchmarks;
using QDiff.Engine.Cpu;
using QDiff.Engine.Observables;
using QDiff.Engine.Planning;
using QDiff.Engine.States;

namespace QDiff.Bench;

/// <summary>W1 and W2: a batch of random states through layers of RY, RZ and a CNOT chain, and the gradient of all ⟨Z⟩.</summary>
public class CircuitBenchmarks
{
    private const int Batch = 256;

    private readonly CpuBackend _backend = new();
    private StateVectorBatch<float> _states = null!;
    private Plan _plan = null!;
    private Readout _readout = null!;
    private float[] _angles = [];
    private float[] _values = [];
    private float[] _weights = [];
    private float[] _gradient = [];

    /// <summary>Number of qubits.</summary>
    [Params(4, 8, 10, 12)]
    public int Qubits { get; set; }

    /// <summary>Makes states, angles and weights.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _plan = Planner.Plan(LayeredCircuit.Build(Qubits, 15));
        _readout = LayeredCircuit.AllZ(Qubits);
        _states = StateVectorBatch<float>.Random(Batch, Qubits, 1);
        var random = new Random(2);
        _angles = [.. Enumerable.Range(0, _plan.Circuit.TrainableCount).Select(_ => random.NextSingle())];
        _weights = [.. Enumerable.Range(0, Batch * _readout.Count).Select(_ => random.NextSingle())];
        _values = new float[_weights.Length];
        _gradient = new float[_angles.Length];
    }

    /// <summary>Frees the states.</summary>
    [GlobalCleanup]
    public void Cleanup() => _states.Dispose();

    /// <summary>W1: 256 circuits.</summary>
    [Benchmark(Baseline = true)]
    public void Forward() => _backend.Run(_plan, _readout, new Bindings<float>(_angles, []), Batch, _values, _states);

    /// <summary>W2: 256 circuits and their gradients.</summary>
    [Benchmark]
    public void Gradient()
    {
        using AdjointTape<float> tape = _backend.Forward(_plan, _readout, new Bindings<float>(_angles, []), Batch, _values, _states);
        _backend.Backward(tape, _weights, _gradient, []);
    }
}

using BenchmarkDotNet.Attributes;
using QDiff.Engine.Backends;
using QDiff.Engine.Benchmarks;
using QDiff.Engine.Circuits;
using QDiff.Engine.Cpu;
using QDiff.Engine.Gradients;
using QDiff.Engine.Observables;
using QDiff.Engine.Planning;
using QDiff.Engine.States;

namespace QDiff.Bench;

/// <summary>The gradient of Σ w⟨Z⟩ with respect to all angles of W1's circuit with three layers, on a batch of 16; ratio to the run without one.</summary>
public class GradientBenchmarks
{
    private const int Batch = 16;
    private const int Layers = 3;

    private readonly CpuBackend _backend = new();
    private Plan _plan = null!;
    private Readout _readout = null!;
    private ParameterShiftEstimator _shift = null!;
    private float[] _angles = [];
    private float[] _values = [];
    private float[] _weights = [];
    private float[] _gradient = [];

    /// <summary>Number of qubits.</summary>
    [Params(4, 8, 10)]
    public int Qubits { get; set; }

    /// <summary>Makes plan, angles and weights.</summary>
    [GlobalSetup]
    public void Setup()
    {
        Circuit circuit = LayeredCircuit.Build(Qubits, Layers);
        _plan = Planner.Plan(circuit);
        _readout = LayeredCircuit.AllZ(Qubits);
        _shift = new ParameterShiftEstimator(_backend, circuit, _readout);
        _angles = [.. Enumerable.Range(0, circuit.TrainableCount).Select(i => (float)Math.Sin(1 + i))];
        _values = new float[Batch * _readout.Count];
        _weights = [.. _values.Select((_, i) => (i % 7) - 3f)];
        _gradient = new float[_angles.Length];
    }

    /// <summary>Ends the threads.</summary>
    [GlobalCleanup]
    public void Cleanup() => _backend.Dispose();

    /// <summary>The values alone.</summary>
    [Benchmark(Baseline = true)]
    public void Values() => _backend.Run(_plan, _readout, new Bindings<float>(_angles), Batch, _values);

    /// <summary>Values and gradient by one backward sweep.</summary>
    [Benchmark]
    public void Adjoint()
    {
        using AdjointTape<float> tape = _backend.Forward(_plan, _readout, new Bindings<float>(_angles), Batch, _values);
        _backend.Backward(tape, _weights, _gradient, []);
    }

    /// <summary>The gradient by two runs for each angle, exact expectation values.</summary>
    [Benchmark]
    public void ParameterShift() => _shift.Estimate<float>(new Bindings<float>(_angles), Batch, _weights, _gradient, [], 1);
}

using BenchmarkDotNet.Attributes;
using QDiff.Engine.Cpu;
using QDiff.Engine.Benchmarks;
using QDiff.Engine.Measurement;
using QDiff.Engine.Observables;
using QDiff.Engine.States;

namespace QDiff.Bench;

/// <summary>Reading 64 states of some qubits: exact ⟨Z⟩ (the baseline), all Born probabilities, and measured bit strings.</summary>
public class SamplingBenchmarks
{
    private const int Batch = 64;

    private readonly CpuBackend _backend = new();
    private StateVectorBatch<float> _states = null!;
    private Readout _z = null!;
    private Readout _born = null!;
    private float[] _values = [];
    private float[] _probabilities = [];

    /// <summary>Number of qubits.</summary>
    [Params(6, 10)]
    public int Qubits { get; set; }

    /// <summary>Makes states.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _states = StateVectorBatch<float>.Random(Batch, Qubits, 1);
        _z = LayeredCircuit.AllZ(Qubits);
        _born = Readout.BornProbabilities(Qubits);
        _values = new float[Batch * _z.Count];
        _probabilities = new float[Batch * _born.Count];
    }

    /// <summary>Frees states and threads.</summary>
    [GlobalCleanup]
    public void Cleanup()
    {
        _states.Dispose();
        _backend.Dispose();
    }

    /// <summary>⟨Z⟩ of every qubit.</summary>
    [Benchmark(Baseline = true)]
    public void Expectations() => _backend.Measure(_states, _z, _values.AsSpan());

    /// <summary>The probability of every basis state.</summary>
    [Benchmark]
    public void Probabilities() => _backend.Measure(_states, _born, _probabilities.AsSpan());

    /// <summary>100 shots of every state.</summary>
    [Benchmark]
    public int[,] Shots100() => BornSampler.Sample(_states, 100, 1, 2);

    /// <summary>10,000 shots of every state.</summary>
    [Benchmark]
    public int[,] Shots10000() => BornSampler.Sample(_states, 10_000, 1, 2);
}

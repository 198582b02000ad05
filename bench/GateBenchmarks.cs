using BenchmarkDotNet.Attributes;
using QDiff.Engine.Backends;
using QDiff.Engine.Circuits;
using QDiff.Engine.Cpu;
using QDiff.Engine.Gates;
using QDiff.Engine.Planning;
using QDiff.Engine.States;

namespace QDiff.Bench;

/// <summary>One gate of one, two or three qubits, at the low, middle and high end of 10, on a batch of 64 states; ratio to RY there.</summary>
public class GateBenchmarks
{
    private const int Qubits = 10;

    private readonly CpuBackend _backend = new();
    private StateVectorBatch<float> _states = null!;
    private Plan _ry = null!, _h = null!, _u3 = null!, _cnot = null!, _rxx = null!, _toffoli = null!;

    /// <summary>The gate's first qubit.</summary>
    [Params(0, 4, 7)]
    public int Qubit { get; set; }

    /// <summary>Makes states and plans.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _states = StateVectorBatch<float>.Random(64, Qubits, 1);
        _ry = Alone(GateCatalog.RY);
        _h = Alone(GateCatalog.H);
        _u3 = Alone(GateCatalog.U3);
        _cnot = Alone(GateCatalog.CNOT);
        _rxx = Alone(GateCatalog.RXX);
        _toffoli = Alone(GateCatalog.Toffoli);
    }

    /// <summary>Frees states and threads.</summary>
    [GlobalCleanup]
    public void Cleanup()
    {
        _states.Dispose();
        _backend.Dispose();
    }

    /// <summary>One qubit, three shears.</summary>
    [Benchmark(Baseline = true)]
    public void RY() => Apply(_ry);

    /// <summary>One qubit, a fixed gate.</summary>
    [Benchmark]
    public void H() => Apply(_h);

    /// <summary>One qubit, three angles.</summary>
    [Benchmark]
    public void U3() => Apply(_u3);

    /// <summary>Two qubits: a renaming of basis states, so what is left is moving states in and out.</summary>
    [Benchmark]
    public void CNOT() => Apply(_cnot);

    /// <summary>Two qubits, one angle.</summary>
    [Benchmark]
    public void RXX() => Apply(_rxx);

    /// <summary>Three qubits.</summary>
    [Benchmark]
    public void Toffoli() => Apply(_toffoli);

    private void Apply(Plan plan) => _backend.Apply(plan, new Bindings<float>([]), _states);

    private Plan Alone(GateDefinition gate)
    {
        int[] qubits = [.. Enumerable.Range(Qubit, gate.Arity)];
        Parameter[] angles = [.. Enumerable.Range(0, gate.ParameterCount).Select(p => Parameter.Constant(0.3 + p))];
        return Planner.Plan(new CircuitBuilder(Qubits).Append(gate, qubits, angles).Build());
    }
}

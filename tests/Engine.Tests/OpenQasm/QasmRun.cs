using System.Numerics;
using QDiff.Engine.Backends;
using QDiff.Engine.Circuits;
using QDiff.Engine.Cpu;
using QDiff.Engine.OpenQasm;
using QDiff.Engine.Planning;
using QDiff.Engine.Programs;
using QDiff.Engine.States;
using QDiff.Engine.Tests.Reference;

namespace QDiff.Engine.Tests.OpenQasm;

/// <summary>Runs texts on random states in double and compares them with the naive reference.</summary>
internal static class QasmRun
{
    public const string Three = "OPENQASM 3.0;\ninclude \"stdgates.inc\";\n";
    public const string Two = "OPENQASM 2.0;\ninclude \"qelib1.inc\";\n";

    /// <summary>Amplitudes after a few tens of gates, each exact to rounding.</summary>
    public const double Tolerance = 1e-12;

    public static QuantumProgram Program(string text) => OpenQasmReader.Read(text).Program;

    public static Operation[] Operations(string text) =>
        [.. Program(text).Instructions.OfType<GateInstruction>().Select(gate => gate.Operation)];

    /// <summary>The value of the last gate's first angle.</summary>
    public static double LastAngle(string text) => Operations(text)[^1].Parameters[0].Offset;

    public static Complex[] Amplitudes(QuantumProgram program, int seed, double[]? inputs = null)
    {
        using var backend = new CpuBackend();
        using var states = StateVectorBatch<double>.Random(1, program.QubitCount, seed);
        backend.Apply(Planner.Plan(program.ToCircuit()!), new Bindings<double>([], inputs ?? []), states);
        return DenseState.Of(states, 0).Amplitudes;
    }

    public static DenseState RandomState(int qubits, int seed)
    {
        using var states = StateVectorBatch<double>.Random(1, qubits, seed);
        return DenseState.Of(states, 0);
    }

    /// <summary>Asserts that a text does to a random state what the reference has done to it, global phase included.</summary>
    public static void AssertSame(DenseState expected, string text, int seed, double[]? inputs = null) =>
        AssertSame(expected.Amplitudes, Amplitudes(Program(text), seed, inputs), text);

    public static void AssertSame(Complex[] expected, Complex[] actual, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var k = 0; k < expected.Length; k++)
        {
            if (!((expected[k] - actual[k]).Magnitude <= Tolerance))
            {
                Assert.Fail($"{what}\nfirst bad amplitude {k}: expected {expected[k]}, got {actual[k]}, difference {(expected[k] - actual[k]).Magnitude:g3}.");
            }
        }
    }
}

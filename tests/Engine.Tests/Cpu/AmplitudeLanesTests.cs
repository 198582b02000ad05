using System.Numerics;
using QDiff.Engine.Backends;
using QDiff.Engine.Cpu;
using QDiff.Engine.Observables;
using QDiff.Engine.Planning;
using QDiff.Engine.States;
using QDiff.Engine.Tests.Contracts;

namespace QDiff.Engine.Tests.Cpu;

/// <summary>
/// States whose amplitudes lie in the lanes give what a batch in the lanes gives, which the contracts hold against the dense reference.
/// Small registers go through every case: flips inside a lane, across lanes, ragged batches, long strings.
/// </summary>
public sealed class AmplitudeLanesTests
{
    public static TheoryData<LaneWidth, int> Cases()
    {
        var cases = new TheoryData<LaneWidth, int>();
        foreach (var width in Enum.GetValues<LaneWidth>().Where(w => w <= CpuBackend.Widest))
        {
            for (int seed = 0; seed < 12; seed++)
            {
                cases.Add(width, seed);
            }
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void RandomCircuit_InDouble_AgreesWithTheBatchInTheLanes(LaneWidth width, int seed) => Compare<double>(width, seed, 1e-12, null);

    [Theory]
    [MemberData(nameof(Cases))]
    public void RandomCircuit_InSingle_AgreesWithTheBatchInTheLanes(LaneWidth width, int seed) => Compare<float>(width, seed, 2e-5, null);

    [Theory]
    [MemberData(nameof(Cases))]
    public void RandomCircuit_SweptInBlocksInDouble_AgreesWithTheBatchInTheLanes(LaneWidth width, int seed) => Compare<double>(width, seed, 1e-12, 1 + seed % 3);

    [Theory]
    [MemberData(nameof(Cases))]
    public void RandomCircuit_SweptInBlocksInSingle_AgreesWithTheBatchInTheLanes(LaneWidth width, int seed) => Compare<float>(width, seed, 2e-5, 1 + seed % 3);

    // More operations than the planner looks at together: what comes into view later must have followed all transposes before.
    [Theory]
    [InlineData(null)]
    [InlineData(2)]
    public void CircuitOfThousandsOfGates_AgreesWithTheBatchInTheLanes(int? beyond)
    {
        int laneBits = BitOperations.Log2((uint)Math.Max(1, (int)CpuBackend.Widest / 64));
        int? blockQubits = beyond is null ? null : WidePlan.LeastBlockQubits(laneBits);
        int qubits = blockQubits + beyond ?? WidePlan.LeastQubits(laneBits);
        var circuit = TestCircuits.Random(qubits, 2600, 1);
        double[] parameters = [.. Enumerable.Range(0, circuit.TrainableCount).Select(i => 0.3 * i - 1)], inputs = [.. Enumerable.Range(0, circuit.InputCount).Select(i => 1 - 0.4 * i)];
        using var expected = StateVectorBatch<double>.Random(1, qubits, 5);
        using var actual = expected.Clone();
        using var narrow = new CpuBackend(new CpuOptions { AmplitudeLanesFrom = 31 });
        using var wide = new CpuBackend(new CpuOptions { AmplitudeLanesFrom = 1, BlockQubits = blockQubits });
        var plan = Planner.Plan(circuit);
        Assert.True(WideOperation.Of(plan).Count > 3000, "The circuit is too short for what this test looks at.");
        narrow.Apply(plan, new Bindings<double>(parameters, inputs), expected);
        wide.Apply(plan, new Bindings<double>(parameters, inputs), actual);
        Comparison.AssertClose<double>(expected.Real(0), actual.Real(0), 1e-11, "real parts");
        Comparison.AssertClose<double>(expected.Imaginary(0), actual.Imaginary(0), 1e-11, "imaginary parts");
    }

    [Theory]
    [InlineData(15, 3)]
    [InlineData(17, 6)]
    public void RandomCircuit_InBlocksOfTheUsualSize_AgreesWithTheBatchInTheLanes(int qubits, int seed)
    {
        Compare<float>(CpuBackend.Widest, qubits, null, 80, seed, 2e-5);
        Compare<double>(CpuBackend.Widest, qubits, null, 80, seed, 1e-12);
    }

    [Fact]
    public void Gradient_OfALargeState_DoesNotDependOnTheThreads()
    {
        const int Qubits = 18;
        var plan = Planner.Plan(TestCircuits.Ansatz(Qubits, 2));
        var readout = Readout.Expectations(PauliString.Parse("X0 Y9 Z17"), PauliString.Z(3), PauliString.X(16));
        float[] parameters = [.. Enumerable.Range(0, plan.Circuit.TrainableCount).Select(i => 0.1f * (i % 40) - 2)];
        var results = new List<float[]>();
        foreach (int threads in new[] { 1, 2, 3 })
        {
            using var backend = new CpuBackend(new CpuOptions { Threads = threads });
            var values = new float[3];
            var gradients = new float[parameters.Length];
            using var tape = backend.Forward(plan, readout, new Bindings<float>(parameters), 1, values);
            backend.Backward(tape, [1f, -2f, 0.5f], gradients, default);
            results.Add([.. values, .. gradients]);
        }

        Assert.Contains(results[0], value => Math.Abs(value) > 1e-3);
        Assert.Equal(results[0], results[1]);
        Assert.Equal(results[0], results[2]);
    }

    /// <param name="width">Vector width.</param>
    /// <param name="seed">Of circuit, states, readout and numbers.</param>
    /// <param name="tolerance">Largest difference.</param>
    /// <param name="beyond">How many qubits the register has more than a block; null for the smallest registers, in one block.</param>
    private static void Compare<T>(LaneWidth width, int seed, double tolerance, int? beyond)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int lanes = Math.Max(1, (int)width / 8 / System.Runtime.CompilerServices.Unsafe.SizeOf<T>());
        int laneBits = BitOperations.Log2((uint)lanes);
        int? blockQubits = beyond is null ? null : WidePlan.LeastBlockQubits(laneBits) + seed % 2;
        Compare<T>(width, blockQubits + beyond ?? WidePlan.LeastQubits(laneBits) + seed % 2, blockQubits, 30, seed, tolerance);
    }

    private static void Compare<T>(LaneWidth width, int qubits, int? blockQubits, int gates, int seed, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int batch = 1 + seed % 3;
        var random = new Random(seed);
        var plan = Planner.Plan(TestCircuits.Random(qubits, gates, seed));
        var readout = seed % 4 == 0
            ? Readout.BornProbabilities(qubits)
            : Readout.Expectations(Enumerable.Range(0, 12).Select(_ => RandomString(qubits, random)).Append(PauliString.Identity).ToArray());
        T[] Draw(int count) => [.. Enumerable.Range(0, count).Select(_ => T.CreateChecked(6 * random.NextDouble() - 3))];
        T[] parameters = Draw(plan.Circuit.TrainableCount), inputs = Draw(batch * plan.Circuit.InputCount), cotangents = Draw(batch * readout.Count);
        using var initial = StateVectorBatch<T>.Random(batch, qubits, seed);
        using var narrow = new CpuBackend(new CpuOptions { LaneWidth = LaneWidth.Scalar, AmplitudeLanesFrom = 31 });
        using var wide = new CpuBackend(new CpuOptions { LaneWidth = width, AmplitudeLanesFrom = 1, BlockQubits = blockQubits });
        var expected = Everything(narrow, plan, readout, parameters, inputs, cotangents, initial, seed % 2 == 0);
        var actual = Everything(wide, plan, readout, parameters, inputs, cotangents, initial, seed % 2 == 0);
        double scale = 1 + Math.Sqrt(cotangents.Sum(c => Math.Pow(double.CreateChecked(c), 2)));
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.True(
                Math.Abs(expected[i] - actual[i]) <= tolerance * scale,
                $"{width}, seed {seed}: number {i} of {expected.Length} is {actual[i]} instead of {expected[i]}, off by {Math.Abs(expected[i] - actual[i])}");
        }
    }

    /// <summary>Amplitudes, values measured and run, and both gradients.</summary>
    private static double[] Everything<T>(
        CpuBackend backend, Plan plan, Readout readout, T[] parameters, T[] inputs, T[] cotangents, StateVectorBatch<T> initial, bool fromZero)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int batch = initial.Batch;
        var bindings = new Bindings<T>(parameters, inputs);
        using var states = initial.Clone();
        backend.Apply(plan, bindings, states);
        T[] measured = new T[batch * readout.Count], run = new T[measured.Length];
        backend.Measure(states, readout, measured.AsSpan());
        using var tape = backend.Forward(plan, readout, bindings, batch, run, fromZero ? null : initial);
        T[] shared = new T[plan.Circuit.TrainableCount], own = new T[inputs.Length];
        backend.Backward(tape, cotangents, shared, own);
        var amplitudes = new List<T>();
        for (int s = 0; s < batch; s++)
        {
            amplitudes.AddRange(states.Real(s));
            amplitudes.AddRange(states.Imaginary(s));
        }

        return [.. amplitudes.Concat(measured).Concat(run).Concat(shared).Concat(own).Select(double.CreateChecked)];
    }

    private static PauliString RandomString(int qubits, Random random)
    {
        int weight = random.Next(3) == 0 ? qubits : 1 + random.Next(2);
        bool onlyZ = random.Next(3) == 0;
        int[] order = [.. Enumerable.Range(0, qubits)];
        random.Shuffle(order);
        return PauliString.From([.. order.Take(weight).Select(q => (q, onlyZ ? Pauli.Z : (Pauli)random.Next(4)))]);
    }
}

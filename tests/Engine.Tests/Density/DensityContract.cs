using System.Numerics;
using QDiff.Engine.Backends;
using QDiff.Engine.Circuits;
using QDiff.Engine.Density;
using QDiff.Engine.Gates;
using QDiff.Engine.Noise;
using QDiff.Engine.Observables;
using QDiff.Engine.Programs;
using QDiff.Engine.States;
using QDiff.Engine.Tests.Contracts;
using QDiff.Engine.Tests.Reference;

namespace QDiff.Engine.Tests.Density;

/// <summary>Contract: density matrices equal the naive reference; a fixture supplies the backend, and its precision is T.</summary>
public abstract class DensityContract<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Lazy<IDensityBackend> _backend;

    protected DensityContract() => _backend = new Lazy<IDensityBackend>(() => Create(null));

    protected abstract IDensityBackend Create(int? threads);

    /// <summary>The register and batch of a test that makes so many runs: smaller for a device that is there to debug kernels.</summary>
    protected virtual (int Qubits, int Batch) Fit(int qubits, int batch, int runs) => (qubits, batch);

    public void Dispose()
    {
        if (_backend.IsValueCreated)
        {
            _backend.Value.Dispose();
        }

        GC.SuppressFinalize(this);
    }

    // Registers of up to 4 qubits have 16 samples in the lanes, larger ones two qubits.
    [ContractTheory]
    [InlineData(3, 1)]
    [InlineData(3, 3)]
    [InlineData(3, 17)]
    [InlineData(5, 1)]
    [InlineData(6, 1)]
    public void Evolve_EveryGate_OnEveryPlacement_EqualsTheReference(int qubits, int batch)
    {
        (qubits, batch) = Fit(qubits, batch, 300);
        var initial = States(batch, qubits, 3);
        foreach (var gate in GateCatalog.All)
        {
            double[] angles = [.. new[] { 0.7, -1.3, 2.9 }.Take(gate.ParameterCount)];
            foreach (var placement in Placements(gate.Arity, qubits))
            {
                var program = new ProgramBuilder(qubits, 0).Gate(gate, placement, [.. angles.Select(Parameter.Constant)]).Build();
                AssertEvolves(program, [], [], initial, $"{gate.Name} on {string.Join(", ", placement)}");
            }
        }
    }

    [ContractTheory]
    [InlineData(2, 1)]
    [InlineData(3, 1)]
    [InlineData(3, 3)]
    [InlineData(3, 17)]
    [InlineData(5, 3)]
    [InlineData(5, 17)]
    [InlineData(6, 1)]
    public void Evolve_EveryChannel_OnEveryPlacement_EqualsTheReference(int qubits, int batch)
    {
        (qubits, batch) = Fit(qubits, batch, 300);
        var random = new Random(5);
        var initial = States(batch, qubits, 4);
        List<Channel> channels =
        [
            .. ChannelCatalog.All.Where(row => !row.TakesMatrices).Select(row => row.Name == "ThermalRelaxation" ? row.Create(20, 25, 3, 0.1)
                : row.Create([.. row.Parameters.Select((_, i) => 0.3 - 0.1 * i)])),
            .. new[] { 0.0, 1 }.SelectMany(edge => new[] { ChannelCatalog.BitFlip, ChannelCatalog.AmplitudeDamping, ChannelCatalog.PhaseDamping }.Select(row => row.Create(edge))),
            ChannelCatalog.Depolarizing.Create(4.0 / 3), ChannelCatalog.Depolarizing.CreateOn(2, 16.0 / 15), ChannelCatalog.ThermalRelaxation.Create(20, 40, 3, 0),
            .. Enumerable.Range(1, qubits).Select(k => ChannelCatalog.Depolarizing.CreateOn(k, 0.3)),
            .. Enumerable.Range(1, Math.Min(3, qubits)).Select(k => TestPrograms.Kraus(k, random)),
        ];
        foreach (var channel in channels)
        {
            foreach (var placement in Placements(channel.QubitCount, qubits))
            {
                var program = new ProgramBuilder(qubits, 0).Channel(channel, placement).Build();
                AssertEvolves(program, [], [], initial, $"{channel} on {string.Join(", ", placement)}");
            }
        }
    }

    [ContractTheory]
    [InlineData(1, 3)]
    [InlineData(2, 17)]
    [InlineData(3, 3)]
    [InlineData(4, 18)]
    [InlineData(5, 1)]
    [InlineData(6, 3)]
    [InlineData(7, 1)]
    public void RandomPrograms_WithSharedAndPerSampleParameters_EqualTheReference(int qubits, int batch)
    {
        (qubits, batch) = Fit(qubits, batch, 6);
        for (var seed = 0; seed < 3; seed++)
        {
            var program = TestPrograms.Random(qubits, qubits > 5 ? 20 : 40, 100 * qubits + seed);
            var parameters = TestCircuits.Numbers(program.TrainableCount, seed, 3);
            var inputs = TestCircuits.Numbers(batch * program.InputCount, seed + 9, 3);
            var initial = States(batch, qubits, seed);
            var expected = AssertEvolves(program, parameters, inputs, initial, $"program {seed}");
            foreach (var readout in new[] { TestCircuits.RandomPaulis(qubits, seed), Readout.BornProbabilities(qubits) })
            {
                double[] wanted = [.. expected.SelectMany(state => ReferenceProgram.Read(state, readout))];
                using var states = Batch(initial);
                var values = new T[wanted.Length];
                _backend.Value.Run(DensityPlanner.Plan(program), readout, Bind(parameters, inputs), batch, values, states);
                Comparison.AssertClose<T>(wanted, values, Tolerances.Expectation<T>(), $"{qubits} qubits, program {seed}, run");
                _backend.Value.Evolve(DensityPlanner.Plan(program), Bind(parameters, inputs), states);
                _backend.Value.Measure(states, readout, values);
                Comparison.AssertClose<T>(wanted, values, Tolerances.Expectation<T>(), $"{qubits} qubits, program {seed}, measured");
            }
        }
    }

    [ContractFact]
    public void Run_WithoutInitialStates_StartsFromZero()
    {
        foreach (var qubits in new[] { 1, 4, 5, 6 })
        {
            var program = TestPrograms.Random(qubits, 15, 7);
            var readout = TestCircuits.RandomPaulis(qubits, 1);
            var parameters = TestCircuits.Numbers(program.TrainableCount, 2, 3);
            var inputs = TestCircuits.Numbers(2 * program.InputCount, 3, 3);
            var values = new T[2 * readout.Count];
            _backend.Value.Run(DensityPlanner.Plan(program), readout, Bind(parameters, inputs), 2, values);
            double[] expected = [.. Enumerable.Range(0, 2).SelectMany(s => ReferenceProgram.Read(
                ReferenceProgram.Run(program, parameters, Row(program, inputs, s), new DenseDensity(new DenseState(qubits))), readout))];
            Comparison.AssertClose<T>(expected, values, Tolerances.Expectation<T>(), $"{qubits} qubits");
        }
    }

    [ContractTheory]
    [InlineData(1, 3, true)]
    [InlineData(3, 17, true)]
    [InlineData(3, 2, false)]
    [InlineData(5, 2, true)]
    [InlineData(5, 2, false)]
    [InlineData(6, 1, true)]
    public void Backward_RandomPrograms_EqualsFiniteDifferences(int qubits, int batch, bool noise)
    {
        (qubits, batch) = Fit(qubits, batch, 8);
        var program = TestPrograms.Random(qubits, batch > 10 ? 12 : 25, 40 + qubits, noise);
        Assert.Equal(!noise, DensityPlanner.Plan(program).IsInvertible);
        var parameters = TestCircuits.Numbers(program.TrainableCount, 1, 3);
        var inputs = TestCircuits.Numbers(batch * program.InputCount, 2, 3);
        var initial = States(batch, qubits, 5);
        foreach (var readout in new[] { TestCircuits.RandomPaulis(qubits, 8), Readout.BornProbabilities(qubits) })
        {
            var cotangents = TestCircuits.Numbers(batch * readout.Count, 3);
            var (parameterGradients, inputGradients) = Gradients(_backend.Value, program, readout, parameters, inputs, cotangents, initial);
            var key = $"density gradient {qubits} {batch} {noise} {readout.IsBorn}";
            var expected = ReferenceCache.Get(key, () => new[] { ParameterKind.Trainable, ParameterKind.Input }.Select(kind => Enumerable.Range(0, batch)
                .Select(s => Enumerable.Range(0, kind == ParameterKind.Trainable ? program.TrainableCount : program.InputCount)
                    .Select(i => ReferenceProgram.Derivative(program, readout, parameters, Row(program, inputs, s), initial[s],
                        cotangents[(s * readout.Count)..((s + 1) * readout.Count)], kind, i)).ToArray()).ToArray()).ToArray());
            double[] sum = [.. Enumerable.Range(0, program.TrainableCount).Select(i => expected[0].Sum(sample => sample[i]))];
            Comparison.AssertClose<T>(sum, parameterGradients, Tolerances.Gradient<T>(cotangents), $"{qubits} qubits, parameters");
            Comparison.AssertClose<T>([.. expected[1].SelectMany(row => row)], inputGradients, Tolerances.Gradient<T>(cotangents), $"{qubits} qubits, inputs");
        }
    }

    [ContractFact]
    public void Backward_GateWithoutDecomposition_EqualsFiniteDifferences()
    {
        // Rows of the catalog are all lowered; a gate of which only the matrix is known takes the general path.
        var plain = GateCatalog.CRY with { Decomposition = null, DiagonalTerms = [] };
        var builder = new ProgramBuilder(6, 0);
        for (var q = 0; q < 6; q++)
        {
            builder.Gate(GateCatalog.H, [q]).Gate(plain, [q, (q + 2) % 6], 0.5 * Parameter.Trainable(0) + 0.2)
                .Channel(ChannelCatalog.AmplitudeDamping.Create(0.1), q);
        }

        var program = builder.Build();
        var readout = TestCircuits.RandomPaulis(6, 2);
        var cotangents = TestCircuits.Numbers(readout.Count, 3);
        var (gradients, _) = Gradients(_backend.Value, program, readout, [0.8], [], cotangents, States(1, 6, 2));
        var expected = ReferenceProgram.Derivative(program, readout, [0.8], [], States(1, 6, 2)[0], cotangents, ParameterKind.Trainable, 0);
        Comparison.AssertClose<T>([expected], gradients, Tolerances.Gradient<T>(cotangents), "gradient");
    }

    [ContractTheory]
    [InlineData(3, 40)]
    [InlineData(6, 5)]
    [InlineData(9, 1)]
    public void Everything_AnyThreadCountAndRepetition_GivesTheSameBits(int qubits, int batch)
    {
        (qubits, batch) = Fit(qubits, batch, 12);
        var program = TestPrograms.Random(qubits, qubits > 6 ? 10 : 40, 61);
        var readout = TestCircuits.RandomPaulis(qubits, 7);
        var parameters = TestCircuits.Numbers(program.TrainableCount, 1, 3);
        var inputs = TestCircuits.Numbers(batch * program.InputCount, 2, 3);
        var cotangents = TestCircuits.Numbers(batch * readout.Count, 3);
        (T[] Values, T[] Parameters, T[] Inputs)? first = null;
        foreach (var threads in new[] { 1, 2, 3 })
        {
            using var backend = Create(threads);
            var values = new T[batch * readout.Count];
            backend.Run(DensityPlanner.Plan(program), readout, Bind(parameters, inputs), batch, values);
            var (parameterGradients, inputGradients) = Gradients(backend, program, readout, parameters, inputs, cotangents, null);
            first ??= (values, parameterGradients, inputGradients);
            Comparison.AssertSameBits<T>(first.Value.Values, values, $"values, {threads} threads");
            Comparison.AssertSameBits<T>(first.Value.Parameters, parameterGradients, $"parameter gradients, {threads} threads");
            Comparison.AssertSameBits<T>(first.Value.Inputs, inputGradients, $"input gradients, {threads} threads");
        }
    }

    [ContractTheory]
    [InlineData(3)]
    [InlineData(6)]
    public void Run_BatchCutIntoParts_GivesEachSampleTheSameBits(int qubits)
    {
        const int batch = 20;
        (qubits, _) = Fit(qubits, batch, 2);
        var program = TestPrograms.Random(qubits, 30, 62);
        var readout = TestCircuits.RandomPaulis(qubits, 7);
        var parameters = TestCircuits.Numbers(program.TrainableCount, 1, 3);
        var inputs = TestCircuits.Numbers(batch * program.InputCount, 2, 3);
        var whole = new T[batch * readout.Count];
        _backend.Value.Run(DensityPlanner.Plan(program), readout, Bind(parameters, inputs), batch, whole);
        foreach (var (start, size) in new[] { (0, 17), (17, 1), (18, 2) })
        {
            var part = new T[size * readout.Count];
            _backend.Value.Run(
                DensityPlanner.Plan(program), readout, Bind(parameters, inputs[(start * program.InputCount)..((start + size) * program.InputCount)]), size, part);
            Comparison.AssertSameBits<T>(whole.AsSpan(start * readout.Count, part.Length), part, $"samples {start}-{start + size - 1}");
        }
    }

    internal static DenseDensity[] States(int batch, int qubits, int seed) =>
        [.. TestCircuits.InitialStates(batch, qubits, seed).Select((state, s) => new DenseDensity(state).Depolarize(0.1 * (s % 3), 0))];

    /// <summary>The engine's copies; the reference's are normalised to a float's rounding only, which the checks of matrices allow.</summary>
    internal static DensityMatrixBatch<T> Batch(IReadOnlyList<DenseDensity> states) => DensityMatrixBatch<T>.FromComplex([.. states.Select(s => s.Matrix)]);

    private static Bindings<T> Bind(double[] parameters, double[] inputs) => new(BackendContract<T>.Convert(parameters), BackendContract<T>.Convert(inputs));

    private static double[] Row(QuantumProgram program, double[] inputs, int sample) =>
        inputs[(sample * program.InputCount)..((sample + 1) * program.InputCount)];

    // All ordered placements of one and two qubits, and of more on small registers; on larger ones every so-manieth, with every qubit in every role.
    private static IEnumerable<int[]> Placements(int arity, int qubits) =>
        TestCircuits.Placements(arity, qubits).Where((_, i) => qubits <= 3 || i % (arity < 3 ? 1 : arity == 3 ? 7 : 97) == 0);

    private static (T[] Parameters, T[] Inputs) Gradients(
        IDensityBackend backend, QuantumProgram program, Readout readout, double[] parameters, double[] inputs, double[] cotangents, DenseDensity[]? initial)
    {
        var batch = cotangents.Length / readout.Count;
        using var states = initial is null ? null : Batch(initial);
        var values = new T[batch * readout.Count];
        using var tape = backend.Forward(DensityPlanner.Plan(program), readout, Bind(parameters, inputs), batch, values, states);
        var parameterGradients = new T[program.TrainableCount];
        var inputGradients = new T[batch * program.InputCount];
        for (var repeat = 0; repeat < 2; repeat++)
        {
            backend.Backward(tape, BackendContract<T>.Convert(cotangents), parameterGradients, inputGradients);
        }

        return (parameterGradients, inputGradients);
    }

    private DenseDensity[] AssertEvolves(QuantumProgram program, double[] parameters, double[] inputs, DenseDensity[] initial, string what)
    {
        using var states = Batch(initial);
        _backend.Value.Evolve(DensityPlanner.Plan(program), Bind(parameters, inputs), states);
        var expected = ReferenceCache.Get(
            $"density {what}, {program.QubitCount} qubits, batch {initial.Length}",
            () => initial.Select((state, s) => ReferenceProgram.Run(program, parameters, Row(program, inputs, s), state)).ToArray());
        for (var s = 0; s < initial.Length; s++)
        {
            var actual = states.ToComplex(s);
            Comparison.AssertClose<double>(
                [.. expected[s].Matrix.Cast<Complex>().SelectMany(e => new[] { e.Real, e.Imaginary })],
                [.. actual.Cast<Complex>().SelectMany(e => new[] { e.Real, e.Imaginary })],
                Tolerances.Amplitude<T>(), $"{what}, {program.QubitCount} qubits, {typeof(T).Name}, batch {initial.Length}, sample {s}");
        }

        return expected;
    }
}

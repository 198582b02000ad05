using QDiff.Engine.Backends;
using QDiff.Engine.Circuits;
using QDiff.Engine.Cpu;
using QDiff.Engine.Gates;
using QDiff.Engine.Gradients;
using QDiff.Engine.Observables;
using QDiff.Engine.Planning;

namespace QDiff.Engine.Tests.Gradients;

public sealed class GradientEstimatorTests : IDisposable
{
    private const int Repetitions = 300;
    private readonly CpuBackend _backend = new();

    public static TheoryData<string> GatesWithParameters => [.. GateCatalog.All.Where(gate => gate.ParameterCount > 0).Select(gate => gate.Name)];

    public static TheoryData<ShotPairing> Pairings => [.. Enum.GetValues<ShotPairing>()];

    public void Dispose() => _backend.Dispose();

    [Theory]
    [MemberData(nameof(GatesWithParameters))]
    public void ParameterShift_EveryGateWithARule_EqualsTheAdjoint(string name)
    {
        var gate = GateCatalog.Find(name);
        foreach (var qubits in TestCircuits.Placements(gate.Arity, 3))
        {
            foreach (var batch in (int[])[1, 3, 17])
            {
                // A gate with parameters of every kind between two layers that entangle.
                var builder = new CircuitBuilder(3);
                Scramble(builder, 0);
                builder.Append(gate, qubits, [.. Enumerable.Range(0, gate.ParameterCount).Select(i => -1.5 * Parameter.Trainable(i) + 0.3)]);
                Scramble(builder, 1);
                builder.Append(gate, qubits, [.. Enumerable.Range(0, gate.ParameterCount).Select(Parameter.Trainable)]);
                builder.Append(gate, qubits, [.. Enumerable.Range(0, gate.ParameterCount).Select(i => 0.7 * Parameter.Input(i))]);
                Scramble(builder, 2);
                AssertExact(builder.Build(), TestCircuits.RandomPaulis(3, 4), batch, (c, r) => new ParameterShiftEstimator(_backend, c, r), 1e-9, name);
            }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ParameterShift_RandomCircuits_EqualsTheAdjoint(bool born)
    {
        for (var seed = 0; seed < 5; seed++)
        {
            var circuit = TestCircuits.Random(4, 30, seed);
            var readout = born ? Readout.BornProbabilities(4) : TestCircuits.RandomPaulis(4, seed);
            AssertExact(circuit, readout, 5, (c, r) => new ParameterShiftEstimator(_backend, c, r), 1e-9, $"seed {seed}");
        }
    }

    [Fact]
    public void FiniteDifference_RandomCircuits_IsTheAdjointToItsOrder()
    {
        for (var seed = 0; seed < 5; seed++)
        {
            AssertExact(
                TestCircuits.Random(4, 30, seed), TestCircuits.RandomPaulis(4, seed), 3,
                (c, r) => new FiniteDifferenceEstimator(_backend, c, r, 1e-4), 1e-5, $"seed {seed}");
        }
    }

    [Fact]
    public void Rules_OfControlledRotations_HaveFourTermsAndOfPhasesTwo()
    {
        Assert.All((GateDefinition[])[GateCatalog.CRX, GateCatalog.CRY, GateCatalog.CRZ], gate => Assert.Equal(4, Assert.Single(gate.ShiftRules).Terms.Length));
        Assert.All((GateDefinition[])[GateCatalog.P, GateCatalog.CP, GateCatalog.RXX], gate => Assert.Equal(2, Assert.Single(gate.ShiftRules).Terms.Length));
    }

    [Theory]
    [MemberData(nameof(Pairings))]
    public void ParameterShift_UnderShots_IsUnbiased(ShotPairing pairing)
    {
        var (circuit, readout, numbers) = Mixed();
        AssertMeanIsAdjoint(circuit, readout, numbers, new ParameterShiftEstimator(_backend, circuit, readout, 50, pairing), $"{pairing}");
    }

    [Fact]
    public void ParameterShift_BornProbabilitiesUnderShots_IsUnbiased()
    {
        var (circuit, _, numbers) = Mixed();
        var readout = Readout.BornProbabilities(3);
        AssertMeanIsAdjoint(circuit, readout, numbers, new ParameterShiftEstimator(_backend, circuit, readout, 50, ShotPairing.AntitheticSorted), "Born");
    }

    [Theory]
    [InlineData(null)]
    [InlineData(60)]
    public void Spsa_ManyRepetitions_HasTheGradientAsItsMean(int? shots)
    {
        // At gain 1e-3 the bias c²L‴/6 is far below the standard error.
        var (circuit, readout, numbers) = Mixed();
        var gain = shots is null ? 1e-3 : 0.02;
        AssertMeanIsAdjoint(circuit, readout, numbers, new SpsaEstimator(_backend, circuit, readout, gain, 2, shots), "SPSA");
    }

    [Fact]
    public void Spsa_ExactExpectations_HasTheVarianceOfItsFormula()
    {
        var circuit = TestCircuits.Ansatz(2, 2);
        var readout = Readout.Expectations(PauliString.Z(0), PauliString.X(1));
        var numbers = TestCircuits.Numbers(circuit.TrainableCount, 3, 2);
        var exact = Gradient(new AdjointEstimator(_backend, circuit, readout), numbers, 1, 0);
        var (_, variance) = Moments(new SpsaEstimator(_backend, circuit, readout, 1e-4), numbers, 4000);
        for (var i = 0; i < exact.Length; i++)
        {
            var expected = exact.Sum(g => g * g) - exact[i] * exact[i];
            Sampling.AssertWithin(expected, variance[i], expected * Math.Sqrt(4.0 / 4000), $"variance of parameter {i}");
        }
    }

    [Fact]
    public void ParameterShift_IndependentShots_HasTheVarianceOfItsFormula()
    {
        const int shots = 20, repetitions = 2000;
        var circuit = TestCircuits.Ansatz(3, 1);
        var readout = Readout.Expectations(PauliString.Z(0), PauliString.Pair(Pauli.Z, 1, Pauli.Z, 2));
        var numbers = TestCircuits.Numbers(circuit.TrainableCount, 8, 2);
        var (_, variance) = Moments(new ParameterShiftEstimator(_backend, circuit, readout, shots), numbers, repetitions);
        var plan = Planner.Plan(circuit);
        var born = Readout.BornProbabilities(3);
        var weights = Cotangents(readout);
        for (var i = 0; i < numbers.Length; i++)
        {
            var expected = 0.0;
            foreach (var shift in (double[])[Math.PI / 2, -Math.PI / 2])
            {
                double[] moved = [.. numbers];
                moved[i] += shift;
                var probabilities = new double[8];
                _backend.Run(plan, born, new Bindings<double>(moved), 1, probabilities);
                double mean = 0, square = 0;
                for (var k = 0; k < 8; k++)
                {
                    var loss = ((k & 1) == 0 ? 1 : -1) * weights[0] + (((k >> 1) & 1) == (k >> 2) ? 1 : -1) * weights[1];
                    mean += probabilities[k] * loss;
                    square += probabilities[k] * loss * loss;
                }

                expected += 0.25 * (square - mean * mean) / shots;
            }

            Sampling.AssertWithin(expected, variance[i], Math.Max(expected * Math.Sqrt(3.0 / repetitions), 1e-9), $"variance of parameter {i}");
        }
    }

    [Fact]
    public void AntitheticPairs_AnsatzOfTheMainJob_VaryLessThanIndependentOnes()
    {
        var circuit = TestCircuits.Ansatz(4, 3);
        var readout = Readout.Expectations([.. Enumerable.Range(0, 4).Select(PauliString.Z)]);
        var numbers = TestCircuits.Numbers(circuit.TrainableCount, 5, Math.PI);
        double Total(ShotPairing pairing) => Moments(new ParameterShiftEstimator(_backend, circuit, readout, 100, pairing), numbers, Repetitions).Variance.Sum();

        var independent = Total(ShotPairing.Independent);
        var antithetic = Total(ShotPairing.Antithetic);
        var sorted = Total(ShotPairing.AntitheticSorted);
        Assert.True(antithetic < 0.9 * independent, $"antithetic {antithetic}, independent {independent}");
        Assert.True(sorted < 0.9 * antithetic, $"sorted {sorted}, antithetic {antithetic}");
    }

    [Fact]
    public void Antithetic_RunsThatDoNotDiffer_CancelExactly()
    {
        // RZ moves nothing that Z on a basis state sees: both runs have one distribution, and with the same numbers the same outcomes.
        var circuit = new CircuitBuilder(1).H(0).RZ(0, Parameter.Trainable(0)).Build();
        var readout = Readout.Expectations(PauliString.Z(0));
        Assert.Equal(0, Gradient(new ParameterShiftEstimator(_backend, circuit, readout, 101, ShotPairing.Antithetic), [0.3], 1, 7)[0]);
        Assert.NotEqual(0, Gradient(new ParameterShiftEstimator(_backend, circuit, readout, 101), [0.3], 1, 7)[0]);
    }

    [Fact]
    public void Estimate_BatchInPieces_GivesTheSameBits()
    {
        var (circuit, readout, _) = Mixed();
        const int batch = 6;
        var parameters = TestCircuits.Numbers(circuit.TrainableCount, 1);
        var inputs = TestCircuits.Numbers(circuit.InputCount * batch, 2);
        var cotangents = TestCircuits.Numbers(readout.Count * batch, 3);
        foreach (var estimator in (IGradientEstimator[])
            [
                new ParameterShiftEstimator(_backend, circuit, readout, 30, ShotPairing.AntitheticSorted), new SpsaEstimator(_backend, circuit, readout, 0.1, 3, 30),
                new FiniteDifferenceEstimator(_backend, circuit, readout, 0.5, 30),
            ])
        {
            var whole = new double[inputs.Length];
            estimator.Estimate<double>(new(parameters, inputs), batch, cotangents, new double[parameters.Length], whole, 9, 100);
            var pieces = new double[inputs.Length];
            for (var first = 0; first < batch; first += 2)
            {
                var own = first * circuit.InputCount;
                estimator.Estimate(
                    new Bindings<double>(parameters, inputs.AsSpan(own, 2 * circuit.InputCount)), 2, cotangents.AsSpan(first * readout.Count, 2 * readout.Count),
                    new double[parameters.Length], pieces.AsSpan(own, 2 * circuit.InputCount), 9, 100 + first);
            }

            Comparison.AssertSameBits<double>(whole, pieces, estimator.GetType().Name);
        }
    }

    [Fact]
    public void Estimate_CountsTheCircuitsOfEveryBasis()
    {
        var circuit = new CircuitBuilder(2).RX(0, Parameter.Trainable(0)).CRY(0, 1, Parameter.Trainable(0)).RZ(1, Parameter.Input(0)).Build();
        var readout = Readout.Expectations(PauliString.Z(0), PauliString.X(1), PauliString.Y(1));
        GradientCost Cost(IGradientEstimator estimator, bool inputs) => estimator.Estimate<double>(
            new(new double[1], new double[3]), 3, new double[9], new double[1], inputs ? new double[3] : [], 1);

        // Z0 and X1 share a basis, Y1 has its own.
        Assert.Equal(new GradientCost(3 * (2 + 4 + 2), 0), Cost(new ParameterShiftEstimator(_backend, circuit, readout), true));
        Assert.Equal(new GradientCost(3 * (2 + 4), 0), Cost(new ParameterShiftEstimator(_backend, circuit, readout), false));
        Assert.Equal(new GradientCost(2 * 3 * 8, 2 * 3 * 8 * 10), Cost(new ParameterShiftEstimator(_backend, circuit, readout, 10), true));
        Assert.Equal(new GradientCost(2 * 3 * 2 * 5, 2 * 3 * 2 * 5 * 10), Cost(new SpsaEstimator(_backend, circuit, readout, 0.1, 5, 10), true));
        Assert.Equal(new GradientCost(3 * 2 * 2, 0), Cost(new FiniteDifferenceEstimator(_backend, circuit, readout, 0.1), true));
        Assert.Equal(new GradientCost(3, 0), Cost(new AdjointEstimator(_backend, circuit, readout), true));
    }

    [Fact]
    public void Estimators_BadInput_IsRefused()
    {
        var circuit = new CircuitBuilder(2).RX(0, Parameter.Trainable(0)).RX(1, Parameter.Input(0)).Build();
        var readout = Readout.Expectations(PauliString.Z(0));
        Refusal.Says("A state is measured 1 to 33554432 times; got 0 shots", () => new ParameterShiftEstimator(_backend, circuit, readout, 0));
        Refusal.Says("The readout asks for qubit 4, which is outside this 2-qubit register", () => new ParameterShiftEstimator(_backend, circuit, Readout.Expectations(PauliString.Z(4))));
        Refusal.Says("A difference of circuits needs a step above 0 rad; got 0.", () => new FiniteDifferenceEstimator(_backend, circuit, readout, 0));
        Refusal.Says("A difference of circuits needs a step above 0 rad; got NaN.", () => new SpsaEstimator(_backend, circuit, readout, double.NaN));
        Refusal.Says("A perturbation is repeated 1 to 1000000 times; got 0.", () => new SpsaEstimator(_backend, circuit, readout, 0.1, 0));
        Refusal.Says("Shots are paired as one of Independent, Antithetic, AntitheticSorted; got 7.", () => new ParameterShiftEstimator(_backend, circuit, readout, 9, (ShotPairing)7));

        var shift = new ParameterShiftEstimator(_backend, circuit, readout, 10);
        Refusal.Says("The circuit has 1 trainable parameter(s); got 2 value(s).", () => shift.Estimate<double>(new(new double[2], new double[1]), 1, new double[1], new double[1], [], 1));
        Refusal.Says("Input 0 of sample 1 must be finite; got NaN.", () => shift.Estimate<double>(new(new double[1], [0, double.NaN]), 2, new double[2], new double[1], [], 1));
        Refusal.Says("'cotangents' must have 2 entries (batch × readout); got 1.", () => shift.Estimate<double>(new(new double[1], new double[2]), 2, new double[1], new double[1], [], 1));
        Refusal.Says("Cotangent 0 of sample 0 must be finite; got Infinity.", () => shift.Estimate<double>(new(new double[1], new double[1]), 1, [double.PositiveInfinity], new double[1], [], 1));
        Refusal.Says("Sample numbers lie in 0 to", () => shift.Estimate<double>(new(new double[1], new double[1]), 1, new double[1], new double[1], [], 1, -1));
        Refusal.Says("'inputGradients' must have 1 entries (batch × inputs); got 3.", () => shift.Estimate<double>(new(new double[1], new double[1]), 1, new double[1], new double[1], new double[3], 1));
        Refusal.Says("A batch has at least 1 sample; got 0.", () => shift.Estimate<double>(new(new double[1]), 0, [], new double[1], [], 1));
    }

    private static (Circuit Circuit, Readout Readout, double[] Numbers) Mixed()
    {
        var builder = new CircuitBuilder(3);
        Scramble(builder, 0);
        builder.RY(0, Parameter.Trainable(0)).CRX(0, 1, 2 * Parameter.Trainable(1)).U3(2, Parameter.Trainable(0), 0.2, Parameter.Input(0)).CRZ(1, 2, Parameter.Input(1) + 0.4);
        Scramble(builder, 1);
        builder.RXX(0, 2, Parameter.Input(0)).RZ(1, Parameter.Input(2, differentiable: false));
        var circuit = builder.Build();
        return (circuit, Readout.Expectations(PauliString.Z(0), PauliString.Parse("X1 Y2"), PauliString.Parse("Z1 Z2"), PauliString.Identity),
            TestCircuits.Numbers(circuit.TrainableCount + circuit.InputCount, 12, 2));
    }

    private static void Scramble(CircuitBuilder builder, int turn)
    {
        for (var q = 0; q < 3; q++)
        {
            builder.RY(q, 0.4 + 0.3 * q + turn).RX(q, 1.1 - 0.5 * q - turn);
        }

        builder.CNOT(turn % 3, (turn + 1) % 3).CNOT((turn + 1) % 3, (turn + 2) % 3);
    }

    private void AssertExact(Circuit circuit, Readout readout, int batch, Func<Circuit, Readout, IGradientEstimator> make, double tolerance, string what)
    {
        var parameters = TestCircuits.Numbers(circuit.TrainableCount, 1, 3);
        var inputs = TestCircuits.Numbers(circuit.InputCount * batch, 2, 3);
        var cotangents = TestCircuits.Numbers(readout.Count * batch, 3);
        double[] expected = new double[parameters.Length], expectedInputs = new double[inputs.Length];
        double[] actual = new double[parameters.Length], actualInputs = new double[inputs.Length];
        new AdjointEstimator(_backend, circuit, readout).Estimate<double>(new(parameters, inputs), batch, cotangents, expected, expectedInputs, 0);
        make(circuit, readout).Estimate<double>(new(parameters, inputs), batch, cotangents, actual, actualInputs, 0);
        Comparison.AssertClose<double>(expected, actual, tolerance, $"{what}, batch {batch}, parameters");
        Comparison.AssertClose<double>(expectedInputs, actualInputs, tolerance, $"{what}, batch {batch}, inputs");
    }

    private void AssertMeanIsAdjoint(Circuit circuit, Readout readout, double[] numbers, IGradientEstimator estimator, string what)
    {
        var exact = Gradient(new AdjointEstimator(_backend, circuit, readout), numbers, 1, 0);
        var (mean, variance) = Moments(estimator, numbers, Repetitions);
        for (var i = 0; i < exact.Length; i++)
        {
            Sampling.AssertWithin(exact[i], mean[i], Math.Sqrt(variance[i] / Repetitions) + 1e-6, $"{what}, seeds 0 to {Repetitions - 1}, number {i}");
        }
    }

    private static (double[] Mean, double[] Variance) Moments(IGradientEstimator estimator, double[] numbers, int repetitions)
    {
        double[] sum = new double[numbers.Length], squares = new double[numbers.Length];
        for (var seed = 0; seed < repetitions; seed++)
        {
            var gradient = Gradient(estimator, numbers, 1, (ulong)seed);
            for (var i = 0; i < sum.Length; i++)
            {
                sum[i] += gradient[i];
                squares[i] += gradient[i] * gradient[i];
            }
        }

        return ([.. sum.Select(s => s / repetitions)], [.. squares.Select((s, i) => (s - sum[i] * sum[i] / repetitions) / (repetitions - 1))]);
    }

    private static double[] Cotangents(Readout readout) => TestCircuits.Numbers(readout.Count, 77);

    // Trainables, then inputs, of one sample.
    private static double[] Gradient(IGradientEstimator estimator, double[] numbers, int batch, ulong seed)
    {
        var (trainables, inputs) = (estimator.Circuit.TrainableCount, estimator.Circuit.InputCount);
        var gradient = new double[numbers.Length];
        estimator.Estimate(
            new Bindings<double>(numbers.AsSpan(0, trainables), numbers.AsSpan(trainables)), batch, Cotangents(estimator.Readout).AsSpan(),
            gradient.AsSpan(0, trainables), gradient.AsSpan(trainables, inputs), seed);
        return gradient;
    }
}

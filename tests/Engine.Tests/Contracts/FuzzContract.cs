using System.Numerics;
using QDiff.Engine.Backends;
using QDiff.Engine.Circuits;
using QDiff.Engine.Observables;
using QDiff.Engine.Planning;
using QDiff.Engine.Tests.Reference;

namespace QDiff.Engine.Tests.Contracts;

/// <summary>
/// Contract: 2,000 random circuits of all gates on 1-8 qubits, with angles of every size, give the dense reference's states,
/// values and gradients.
/// </summary>
public abstract class FuzzContract<T> : BackendContract<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Circuits = 2000;
    private const int Groups = 20;
    private const int GradientEvery = 10;

    public static TheoryData<int> Group => [.. Enumerable.Range(0, Groups)];

    [ContractTheory]
    [MemberData(nameof(Group))]
    public void RandomCircuits_WithAnglesAnywhere_EqualTheReference(int group)
    {
        for (var seed = group; seed < Circuits; seed += Groups * CaseStride)
        {
            var random = new Random(9000 + seed);
            var qubits = 1 + (seed % 8);
            var batch = random.Next(1, 4);
            var circuit = TestCircuits.Random(qubits, random.Next(1, 40), seed);
            double[] parameters = [.. Enumerable.Range(0, circuit.TrainableCount).Select(_ => Angle(random))];
            double[] inputs = [.. Enumerable.Range(0, circuit.InputCount * batch).Select(_ => Angle(random))];
            var initial = TestCircuits.InitialStates(batch, qubits, seed);
            var what = $"fuzz {seed}: {qubits} qubits, {circuit.Operations.Length} gates";
            var expected = ReferenceCircuit.Run(circuit, parameters, inputs, initial);
            var rounding = Tolerances.AngleRounding<T>(parameters.Concat(inputs).Max(Math.Abs));
            AssertApplies(circuit, parameters, inputs, initial, expected, what, rounding);
            AssertReads(circuit, TestCircuits.RandomPaulis(qubits, seed), parameters, inputs, initial, expected, what, rounding);
            AssertReads(circuit, Readout.BornProbabilities(qubits), parameters, inputs, initial, expected, what, rounding);
            if (seed % (GradientEvery * Groups) < Groups)
            {
                AssertGradient(circuit, TestCircuits.RandomPaulis(qubits, seed), parameters, inputs, initial, what, rounding);
            }
        }
    }

    // Anywhere on the real line: 2⁻³⁰ to 2⁸ of either sign, in numbers that float holds exactly, and where half-angle folds turn.
    private static double Angle(Random random) => random.Next(8) switch
    {
        0 => 0,
        1 => random.Next(-8, 9) * (double)MathF.PI,
        2 => random.Next(-8, 9) * (double)(MathF.PI / 2),
        _ => (random.Next(2) == 0 ? 1 : -1) * Math.ScaleB(1 + (random.Next(32) / 32.0), random.Next(-30, 8)),
    };

    private void AssertReads(
        Circuit circuit, Readout readout, double[] parameters, double[] inputs, DenseState[] initial, DenseState[] expected, string what,
        double rounding)
    {
        using var states = Batch(initial);
        var values = new T[initial.Length * readout.Count];
        Backend.Run(Planner.Plan(circuit), readout, new Bindings<T>(Convert(parameters), Convert(inputs)), initial.Length, values, states);
        double[] reference = [.. expected.SelectMany(state => ReferenceCircuit.Read(state, readout))];
        Comparison.AssertClose<T>(reference, values, Tolerances.Expectation<T>() + rounding, $"{what}, {Precision}, {(readout.IsBorn ? "probabilities" : "expectations")}");
    }

    private void AssertGradient(Circuit circuit, Readout readout, double[] parameters, double[] inputs, DenseState[] initial, string what, double rounding)
    {
        using var states = Batch(initial);
        var batch = initial.Length;
        var values = new T[batch * readout.Count];
        var cotangents = TestCircuits.Numbers(values.Length, 77);
        var ofParameters = new T[circuit.TrainableCount];
        var ofInputs = new T[batch * circuit.InputCount];
        using var tape = Backend.Forward(
            Planner.Plan(circuit), readout, new Bindings<T>(Convert(parameters), Convert(inputs)), batch, values, states);
        Backend.Backward(tape, Convert(cotangents), ofParameters, ofInputs);
        var tolerance = Tolerances.Gradient<T>(cotangents) + (rounding * Math.Sqrt(cotangents.Sum(c => c * c)));
        double[] expected =
            [.. Enumerable.Range(0, circuit.TrainableCount).Select(k => ReferenceCircuit.ParameterDerivative(circuit, readout, parameters, inputs, initial, cotangents, k))];
        Comparison.AssertClose<T>(expected, ofParameters, tolerance, $"{what}, {Precision}, parameter gradients");
        double[] expectedInputs =
        [
            .. Enumerable.Range(0, batch * circuit.InputCount).Select(i => ReferenceCircuit.InputDerivative(
                circuit, readout, parameters, inputs, initial, cotangents, i / circuit.InputCount, i % circuit.InputCount)),
        ];
        Comparison.AssertClose<T>(expectedInputs, ofInputs, tolerance, $"{what}, {Precision}, input gradients");
    }
}

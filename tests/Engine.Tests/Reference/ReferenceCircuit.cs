using System.Numerics;
using QDiff.Engine.Circuits;
using QDiff.Engine.Observables;

namespace QDiff.Engine.Tests.Reference;

/// <summary>
/// Runs an engine circuit on the naive reference: reads its operations' names, qubits and parameters, and nothing else of it.
/// Gradients are five-point central differences.
/// </summary>
internal static class ReferenceCircuit
{
    // Truncation h⁴ f⁗'/30 and rounding 1e-16/h are both below 1e-10 for the circuits of these tests.
    private const double Step = 5e-4;

    /// <summary>The final state of one sample.</summary>
    public static DenseState Run(Circuit circuit, double[] parameters, double[] inputs, DenseState initial) =>
        Run(circuit, parameters, inputs, initial, ParameterKind.Constant, 0, 0);

    /// <summary>The final states of a batch.</summary>
    public static DenseState[] Run(Circuit circuit, double[] parameters, double[] inputs, DenseState[] initial) =>
        [.. initial.Select((state, sample) => Run(circuit, parameters, Row(circuit, inputs, sample), state))];

    /// <summary>The readout's numbers for one state.</summary>
    public static double[] Read(DenseState state, Readout readout) => readout.IsBorn
        ? state.Probabilities()
        : [.. readout.Strings.Select(text => state.Expectation(Letters(text, state.Qubits)))];

    /// <summary>The readout's numbers for every sample, [batch, K].</summary>
    public static double[] Values(Circuit circuit, Readout readout, double[] parameters, double[] inputs, DenseState[] initial) =>
        [.. Run(circuit, parameters, inputs, initial).SelectMany(state => Read(state, readout))];

    /// <summary>d/d(trainable <paramref name="index"/>) of Σ c_{s,k} value_{s,k}.</summary>
    public static double ParameterDerivative(
        Circuit circuit, Readout readout, double[] parameters, double[] inputs, DenseState[] initial, double[] cotangents, int index) =>
        Enumerable.Range(0, initial.Length).Sum(sample =>
            Derivative(circuit, readout, parameters, Row(circuit, inputs, sample), initial[sample], Row(readout, cotangents, sample), ParameterKind.Trainable, index));

    /// <summary>d/d(input <paramref name="index"/> of <paramref name="sample"/>) of the same sum, through differentiable uses only.</summary>
    public static double InputDerivative(
        Circuit circuit, Readout readout, double[] parameters, double[] inputs, DenseState[] initial, double[] cotangents, int sample, int index) =>
        Derivative(circuit, readout, parameters, Row(circuit, inputs, sample), initial[sample], Row(readout, cotangents, sample), ParameterKind.Input, index);

    private static double Derivative(
        Circuit circuit, Readout readout, double[] parameters, double[] inputs, DenseState initial, double[] cotangents, ParameterKind kind, int index)
    {
        return (8 * (Loss(Step) - Loss(-Step)) - (Loss(2 * Step) - Loss(-2 * Step))) / (12 * Step);

        double Loss(double shift) => Read(Run(circuit, parameters, inputs, initial, kind, index, shift), readout)
            .Zip(cotangents, (value, weight) => value * weight)
            .Sum();
    }

    // The source (kind, index) is moved by a shift wherever it is marked differentiable.
    private static DenseState Run(
        Circuit circuit, double[] parameters, double[] inputs, DenseState initial, ParameterKind kind, int index, double shift)
    {
        var state = new DenseState(initial.Amplitudes);
        foreach (var operation in circuit.Operations)
        {
            double[] angles = [.. operation.Parameters.Select(Angle)];
            var matrix = operation.Matrix is { } own
                ? ReferenceGates.ReverseQubits(own)
                : ReferenceGates.Matrix(operation.Gate.QasmName ?? operation.Gate.Name.ToLowerInvariant(), angles);
            state.Apply(matrix, [.. operation.Qubits]);
        }

        return state;

        double Angle(Parameter parameter)
        {
            var source = parameter.Kind switch
            {
                ParameterKind.Trainable => parameters[parameter.Index],
                ParameterKind.Input => inputs[parameter.Index],
                _ => 0,
            };
            var moved = parameter.Kind == kind && parameter.Index == index && parameter.Differentiable ? shift : 0;
            return parameter.Kind == ParameterKind.Constant ? parameter.Offset : parameter.Scale * (source + moved) + parameter.Offset;
        }
    }

    private static string Letters(PauliString text, int qubits) =>
        string.Concat(Enumerable.Range(0, qubits).Select(qubit => text[qubit].ToString()));

    private static double[] Row(Circuit circuit, double[] inputs, int sample) => inputs[(sample * circuit.InputCount)..((sample + 1) * circuit.InputCount)];

    private static double[] Row(Readout readout, double[] cotangents, int sample) => cotangents[(sample * readout.Count)..((sample + 1) * readout.Count)];
}

using QDiff.Engine.Circuits;
using QDiff.Engine.Observables;
using QDiff.Engine.Programs;

namespace QDiff.Engine.Tests.Reference;

/// <summary>
/// Runs an engine program without conditions on the naive density matrix: reads its instructions' names, matrices, qubits and parameters, and
/// nothing else of it. Gradients are five-point central differences.
/// </summary>
internal static class ReferenceProgram
{
    // As in ReferenceCircuit.
    private const double Step = 5e-4;

    /// <summary>The final state of one sample.</summary>
    public static DenseDensity Run(QuantumProgram program, double[] parameters, double[] inputs, DenseDensity initial) =>
        Run(program, parameters, inputs, initial, ParameterKind.Constant, 0, 0);

    /// <summary>The readout's numbers for one state.</summary>
    public static double[] Read(DenseDensity state, Readout readout) => readout.IsBorn
        ? state.Probabilities()
        : [.. readout.Strings.Select(text => state.Expectation(string.Concat(Enumerable.Range(0, state.Qubits).Select(q => text[q].ToString()))))];

    /// <summary>d/d(source) of Σ c_k value_k for one sample, through differentiable uses only.</summary>
    public static double Derivative(
        QuantumProgram program, Readout readout, double[] parameters, double[] inputs, DenseDensity initial, double[] cotangents, ParameterKind kind, int index)
    {
        return (8 * (Loss(Step) - Loss(-Step)) - (Loss(2 * Step) - Loss(-2 * Step))) / (12 * Step);

        double Loss(double shift) => Read(Run(program, parameters, inputs, initial, kind, index, shift), readout).Zip(cotangents, (value, weight) => value * weight).Sum();
    }

    private static DenseDensity Run(
        QuantumProgram program, double[] parameters, double[] inputs, DenseDensity initial, ParameterKind kind, int index, double shift)
    {
        var state = new DenseDensity(initial.Matrix);
        foreach (var instruction in program.Instructions)
        {
            switch (instruction)
            {
                case GateInstruction { Operation: var operation }:
                    double[] angles = [.. operation.Parameters.Select(Angle)];
                    var matrix = operation.Matrix is { } own
                        ? ReferenceGates.ReverseQubits(own)
                        : ReferenceGates.Matrix(operation.Gate.QasmName ?? operation.Gate.Name.ToLowerInvariant(), angles);
                    state.Apply([matrix], [.. operation.Qubits]);
                    break;
                case ChannelInstruction { Channel: { HasKraus: true } channel } place:
                    state.Apply(channel.Kraus.Select(ReferenceGates.ReverseQubits), [.. place.Qubits]);
                    break;
                case ChannelInstruction { Channel: var channel } place:
                    state.Depolarize(channel.Parameters[0], [.. place.Qubits]);
                    break;
                case MeasureInstruction measure:
                    state.Measure(measure.Qubit);
                    break;
                case ResetInstruction reset:
                    state.Reset(reset.Qubit);
                    break;
                case BarrierInstruction:
                    break;
                default:
                    throw new ArgumentException($"The reference cannot run {instruction}.");
            }
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
}

using System.Collections.Immutable;
using System.Numerics;
using QDiff.Engine.Backends;
using QDiff.Engine.Circuits;
using QDiff.Engine.Gates;

namespace QDiff.Engine.Gradients;

/// <summary>
/// A circuit in which every use of a trainable parameter or an input has become an input of its own that holds the gate's angle. Runs that
/// differ in single angles are then rows of one batch.
/// </summary>
internal sealed class AngleCircuit
{
    public AngleCircuit(Circuit circuit)
    {
        var uses = ImmutableArray.CreateBuilder<(Parameter, ShiftRule)>();
        var operations = ImmutableArray.CreateBuilder<Operation>(circuit.Operations.Length);
        foreach (Operation operation in circuit.Operations)
        {
            var parameters = ImmutableArray.CreateBuilder<Parameter>(operation.Parameters.Length);
            for (int p = 0; p < operation.Parameters.Length; p++)
            {
                Parameter parameter = operation.Parameters[p];
                if (parameter.Kind == ParameterKind.Constant)
                {
                    parameters.Add(parameter);
                    continue;
                }

                parameters.Add(Parameter.Input(uses.Count, differentiable: false));
                uses.Add((parameter, operation.Gate.ShiftRules[p]));
            }

            operations.Add(new Operation(operation.Gate, operation.Qubits, parameters.MoveToImmutable()));
        }

        Uses = uses.ToImmutable();
        Circuit = new Circuit(circuit.QubitCount, operations.MoveToImmutable(), 0, Uses.Length);
    }

    /// <summary>The circuit whose inputs are angles.</summary>
    public Circuit Circuit { get; }

    /// <summary>For every input of <see cref="Circuit"/>, the parameter that it stands for and the gate's rule.</summary>
    public ImmutableArray<(Parameter Parameter, ShiftRule Rule)> Uses { get; }

    /// <summary>
    /// The trainable parameters and, where they are wanted, the inputs whose gradient is asked for, each with its differentiable uses.
    /// </summary>
    public (ParameterKind Kind, int Index, int[] Uses)[] UsesBySource(bool withInputs) =>
    [
        .. Uses.Index()
            .Where(use => IsWanted(use.Item.Parameter, withInputs))
            .GroupBy(use => (use.Item.Parameter.Kind, use.Item.Parameter.Index), use => use.Index)
            .Select(source => (source.Key.Kind, source.Key.Index, source.ToArray())),
    ];

    /// <summary>Whether a gradient with respect to a parameter's source is asked for.</summary>
    public static bool IsWanted(Parameter parameter, bool withInputs) =>
        parameter.Differentiable && (parameter.Kind == ParameterKind.Trainable || withInputs);

    /// <summary>The angles of one sample.</summary>
    public double[] Angles<T>(Bindings<T> bindings, int sample, int inputCount)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var angles = new double[Uses.Length];
        for (int use = 0; use < angles.Length; use++)
        {
            Parameter parameter = Uses[use].Parameter;
            T source = parameter.Kind == ParameterKind.Trainable ? bindings.Parameters[parameter.Index] : bindings.Inputs[sample * inputCount + parameter.Index];
            angles[use] = parameter.Evaluate(double.CreateChecked(source));
        }

        return angles;
    }
}

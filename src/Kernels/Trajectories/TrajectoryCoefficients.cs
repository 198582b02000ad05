using System.Numerics;
using QDiff.Engine.Backends;
using QDiff.Engine.Circuits;
using QDiff.Engine.Planning;
using QDiff.Kernels.StateVectors;

namespace QDiff.Kernels.Trajectories;

/// <summary>What trajectories of some samples read: cosines and sines of all angles, matrices that all share, and each sample's own matrices.</summary>
internal static class TrajectoryCoefficients<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>[samples or 1, angles, 2], [shared matrices], [samples, own matrices].</summary>
    /// <param name="program">The program.</param>
    /// <param name="inputCount">Inputs of a sample.</param>
    /// <param name="bindings">Parameters, and inputs of all samples.</param>
    /// <param name="first">The first of the samples.</param>
    /// <param name="samples">How many they are.</param>
    public static T[] Of(TrajectoryProgram program, int inputCount, Bindings<T> bindings, int first, int samples)
    {
        int rows = program.HasOwnAngles ? samples : 1, angles = 2 * program.Items.Count;
        double[] shared = program.SharedMatrices;
        var coefficients = new T[(long)rows * angles + shared.Length + (long)samples * program.OwnMatrixNumbers];
        for (int row = 0; row < rows; row++)
        {
            var inputs = bindings.Inputs.Slice((first + row) * inputCount, inputCount);
            for (int item = 0; item < program.Items.Count; item++)
            {
                var (sin, cos) = Math.SinCos(Angle(program.Items[item], bindings.Parameters, inputs));
                coefficients[(long)row * angles + 2 * item] = T.CreateChecked(cos);
                coefficients[(long)row * angles + 2 * item + 1] = T.CreateChecked(sin);
            }
        }

        var matrices = coefficients.AsSpan(rows * angles, shared.Length);
        var own = coefficients.AsSpan(rows * angles + shared.Length);
        for (int i = 0; i < shared.Length; i++)
        {
            matrices[i] = T.CreateChecked(shared[i]);
        }

        foreach (var (step, offset, isOwn, _, _) in program.Dense)
        {
            for (int sample = 0; sample < (isOwn ? samples : 1); sample++)
            {
                double[] values = DenseMatrices.Values(step, bindings.Parameters, bindings.Inputs.Slice((first + sample) * inputCount, inputCount));
                double[] numbers = OperatorSet.Numbers(step.Operation.Gate.Matrix(values));
                var to = isOwn ? own[(sample * program.OwnMatrixNumbers + offset)..] : matrices[offset..];
                for (int i = 0; i < numbers.Length; i++)
                {
                    to[i] = T.CreateChecked(numbers[i]);
                }
            }
        }

        return coefficients;
    }

    private static double Angle(AngleItem item, ReadOnlySpan<T> parameters, ReadOnlySpan<T> inputs)
    {
        double sum = 0;
        foreach (var (parameter, factor) in item.Terms)
        {
            double source = parameter.Kind switch
            {
                ParameterKind.Trainable => double.CreateChecked(parameters[parameter.Index]),
                ParameterKind.Input => double.CreateChecked(inputs[parameter.Index]),
                _ => 0,
            };
            sum += factor * parameter.Evaluate(source);
        }

        return item.IsRotation ? 0.5 * sum : sum;
    }
}

using System.Numerics;
using QDiff.Engine.Circuits;
using QDiff.Engine.Planning;
using QDiff.Kernels.Programs;

namespace QDiff.Kernels.StateVectors;

/// <summary>The matrices of gates that have no decomposition, and their gradients: worked out on the host, gate by gate.</summary>
internal static class DenseMatrices
{
    private const int Size = 1 << RegisterPass.LocalBits;

    /// <summary>A gate's matrix, filled up with identities on the further local bits, as <see cref="PassCode.DenseCoefficients"/> numbers.</summary>
    public static T[] Coefficients<T>(DenseStep step, ReadOnlySpan<T> parameters, ReadOnlySpan<T> inputs)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var matrix = step.Operation.Gate.Matrix(Values(step, parameters, inputs));
        var numbers = new T[PassCode.DenseCoefficients];
        for (int pair = 0; pair < Size * Size; pair++)
        {
            var entry = Entry(matrix, pair);
            numbers[2 * pair] = T.CreateChecked(entry.Real);
            numbers[2 * pair + 1] = T.CreateChecked(entry.Imaginary);
        }

        return numbers;
    }

    /// <summary>∂L/∂θ = 2 Re Σ_ab M_ab ∂U_ab/∂θ of every differentiable parameter of a gate, added to those of its sources.</summary>
    /// <param name="step">The gate.</param>
    /// <param name="cross">M.</param>
    /// <param name="parameters">[TrainableCount].</param>
    /// <param name="inputs">The sample's inputs.</param>
    /// <param name="toParameters">[TrainableCount].</param>
    /// <param name="toInputs">The sample's input gradients, or empty.</param>
    public static void AddGradients<T>(
        DenseStep step, ReadOnlySpan<T> cross, ReadOnlySpan<T> parameters, ReadOnlySpan<T> inputs, Span<double> toParameters, Span<double> toInputs)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double[] values = Values(step, parameters, inputs);
        for (int p = 0; p < step.Operation.Parameters.Length; p++)
        {
            var parameter = step.Operation.Parameters[p];
            if (!parameter.Differentiable)
            {
                continue;
            }

            var derivative = step.Operation.Gate.Derivative(values, p);
            double sum = 0;
            for (int pair = 0; pair < Size * Size; pair++)
            {
                var entry = Entry(derivative, pair);
                sum += double.CreateChecked(cross[2 * pair]) * entry.Real - double.CreateChecked(cross[2 * pair + 1]) * entry.Imaginary;
            }

            sum *= 2 * parameter.Scale;
            if (parameter.Kind == ParameterKind.Trainable)
            {
                toParameters[parameter.Index] += sum;
            }
            else if (!toInputs.IsEmpty)
            {
                toInputs[parameter.Index] += sum;
            }
        }
    }

    private static Complex Entry(Complex[,] matrix, int pair)
    {
        int size = matrix.GetLength(0), a = pair / Size, b = pair % Size;
        return a / size == b / size ? matrix[a % size, b % size] : Complex.Zero;
    }

    /// <summary>Values of a gate's parameters.</summary>
    public static double[] Values<T>(DenseStep step, ReadOnlySpan<T> parameters, ReadOnlySpan<T> inputs)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var values = new double[step.Operation.Parameters.Length];
        for (int p = 0; p < values.Length; p++)
        {
            var parameter = step.Operation.Parameters[p];
            values[p] = parameter.Evaluate(parameter.Kind switch
            {
                ParameterKind.Trainable => double.CreateChecked(parameters[parameter.Index]),
                ParameterKind.Input => double.CreateChecked(inputs[parameter.Index]),
                _ => 0,
            });
        }

        return values;
    }
}

using System.Collections.Immutable;
using System.Numerics;
using QDiff.Engine.Circuits;
using QDiff.Engine.Gates;

namespace QDiff.Engine.Density;

/// <summary>Works out the entries of maps from bound values, and gradients from the maps' sums; in double.</summary>
internal static class EntryTable
{
    private const int Side = LocalOperation.Side;
    private const int MatrixLength = Side * Side;

    /// <summary>Room that a map on one qubit needs to be differentiated: its products up to each factor.</summary>
    public static int WorkLength(DensityPlan plan) =>
        (2 + plan.Operations.OfType<LocalOperation>().Select(o => o.Factors.Length).DefaultIfEmpty(0).Max()) * MatrixLength;

    /// <summary>The entries of a map.</summary>
    /// <param name="operation">The map.</param>
    /// <param name="parameters">[TrainableCount].</param>
    /// <param name="inputs">The sample's [InputCount].</param>
    /// <param name="entries">[Entries], overwritten.</param>
    public static void Fill<T>(NumericOperation operation, ReadOnlySpan<T> parameters, ReadOnlySpan<T> inputs, Span<double> entries)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (operation is LocalOperation local)
        {
            Span<double> product = stackalloc double[MatrixLength];
            Identity(product);
            foreach (TransferFactor factor in local.Factors)
            {
                Multiply(factor, parameters, inputs, product);
            }

            Pack(local, product, entries);
            return;
        }

        var transfer = (TransferOperation)operation;
        double[,] matrix = transfer.Constant ?? PauliTransfer.Of(transfer.Gate!, Values(transfer.GateParameters, parameters, inputs));
        Pick(transfer, matrix, entries);
    }

    /// <summary>Adds the gradient with respect to all parameters of a map.</summary>
    /// <param name="operation">The map M.</param>
    /// <param name="parameters">[TrainableCount].</param>
    /// <param name="inputs">The sample's [InputCount].</param>
    /// <param name="sums">[Entries]: ∂L/∂M_ab = Σ λ_a v_b.</param>
    /// <param name="parameterGradients">[TrainableCount], added to.</param>
    /// <param name="inputGradients">[InputCount], added to; empty when not wanted.</param>
    /// <param name="work">[<see cref="WorkLength"/>], destroyed.</param>
    public static void Differentiate<T>(
        NumericOperation operation, ReadOnlySpan<T> parameters, ReadOnlySpan<T> inputs, ReadOnlySpan<double> sums,
        Span<double> parameterGradients, Span<double> inputGradients, Span<double> work)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (operation is LocalOperation local)
        {
            DifferentiateLocal(local, parameters, inputs, sums, parameterGradients, inputGradients, work);
            return;
        }

        var transfer = (TransferOperation)operation;
        double[] values = Values(transfer.GateParameters, parameters, inputs);
        var entries = new double[transfer.Entries];
        for (int p = 0; p < values.Length; p++)
        {
            if (!transfer.GateParameters[p].Differentiable)
            {
                continue;
            }

            Pick(transfer, PauliTransfer.Derivative(transfer.Gate!, values, p), entries);
            double sum = 0;
            for (int e = 0; e < entries.Length; e++)
            {
                sum += entries[e] * sums[e];
            }

            Add(transfer.GateParameters[p], sum, parameterGradients, inputGradients);
        }
    }

    // M = F_m … F_1: ∂L/∂θ_s = ⟨W_s, ∂F_s A_s⟩ with A_s = F_{s−1} … F_1 and W_s = F_{s+1}ᵀ … F_mᵀ (∂L/∂M).
    private static void DifferentiateLocal<T>(
        LocalOperation local, ReadOnlySpan<T> parameters, ReadOnlySpan<T> inputs, ReadOnlySpan<double> sums,
        Span<double> parameterGradients, Span<double> inputGradients, Span<double> work)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ImmutableArray<TransferFactor> factors = local.Factors;
        Span<double> weight = work[..MatrixLength];
        weight.Clear();
        int width = local.IsUnital ? Side - 1 : Side, from = Side - width;
        for (int i = 0; i < width * width; i++)
        {
            weight[(from + i / width) * Side + from + i % width] = sums[i];
        }

        Span<double> products = work[MatrixLength..];
        Identity(products);
        for (int f = 0; f < factors.Length; f++)
        {
            products.Slice(f * MatrixLength, MatrixLength).CopyTo(products[((f + 1) * MatrixLength)..]);
            Multiply(factors[f], parameters, inputs, products.Slice((f + 1) * MatrixLength, MatrixLength));
        }

        for (int f = factors.Length - 1; f >= 0; f--)
        {
            TransferFactor factor = factors[f];
            if (factor.Constant is { } constant)
            {
                MultiplyTransposed(constant, weight);
                continue;
            }

            (double sin, double cos) = Math.SinCos(factor.Factor * Value(factor.Parameter, parameters, inputs));
            (int b, int d) = factor.Plane;
            Span<double> rowB = weight.Slice(b * Side, Side), rowD = weight.Slice(d * Side, Side);
            if (factor.Parameter.Differentiable)
            {
                // W Aᵀ in the plane, and ∂F = [−sin −cos; cos −sin] there.
                ReadOnlySpan<double> before = products.Slice(f * MatrixLength, MatrixLength);
                double bb = 0, bd = 0, db = 0, dd = 0;
                for (int k = 0; k < Side; k++)
                {
                    bb += rowB[k] * before[b * Side + k];
                    bd += rowB[k] * before[d * Side + k];
                    db += rowD[k] * before[b * Side + k];
                    dd += rowD[k] * before[d * Side + k];
                }

                Add(factor.Parameter, factor.Factor * (cos * (db - bd) - sin * (bb + dd)), parameterGradients, inputGradients);
            }

            for (int k = 0; k < Side; k++)
            {
                (rowB[k], rowD[k]) = (cos * rowB[k] + sin * rowD[k], cos * rowD[k] - sin * rowB[k]);
            }
        }
    }

    private static void Add(Parameter parameter, double gradient, Span<double> parameterGradients, Span<double> inputGradients)
    {
        if (parameter.Kind == ParameterKind.Trainable)
        {
            parameterGradients[parameter.Index] += parameter.Scale * gradient;
        }
        else if (inputGradients.Length > 0)
        {
            inputGradients[parameter.Index] += parameter.Scale * gradient;
        }
    }

    private static void Identity(Span<double> matrix)
    {
        matrix[..MatrixLength].Clear();
        for (int i = 0; i < Side; i++)
        {
            matrix[i * Side + i] = 1;
        }
    }

    // product ← factor · product
    private static void Multiply<T>(TransferFactor factor, ReadOnlySpan<T> parameters, ReadOnlySpan<T> inputs, Span<double> product)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (factor.Constant is { } constant)
        {
            for (int j = 0; j < Side; j++)
            {
                double p0 = product[j], p1 = product[Side + j], p2 = product[2 * Side + j], p3 = product[3 * Side + j];
                for (int i = 0; i < Side; i++)
                {
                    product[i * Side + j] = constant[i, 0] * p0 + constant[i, 1] * p1 + constant[i, 2] * p2 + constant[i, 3] * p3;
                }
            }

            return;
        }

        (double sin, double cos) = Math.SinCos(factor.Factor * Value(factor.Parameter, parameters, inputs));
        (int b, int d) = factor.Plane;
        for (int j = 0; j < Side; j++)
        {
            double from = product[b * Side + j], to = product[d * Side + j];
            product[b * Side + j] = cos * from - sin * to;
            product[d * Side + j] = sin * from + cos * to;
        }
    }

    // weight ← constantᵀ · weight
    private static void MultiplyTransposed(double[,] constant, Span<double> weight)
    {
        for (int j = 0; j < Side; j++)
        {
            double w0 = weight[j], w1 = weight[Side + j], w2 = weight[2 * Side + j], w3 = weight[3 * Side + j];
            for (int i = 0; i < Side; i++)
            {
                weight[i * Side + j] = constant[0, i] * w0 + constant[1, i] * w1 + constant[2, i] * w2 + constant[3, i] * w3;
            }
        }
    }

    private static void Pack(LocalOperation local, ReadOnlySpan<double> matrix, Span<double> entries)
    {
        int width = local.IsUnital ? Side - 1 : Side, from = Side - width;
        for (int i = 0; i < width * width; i++)
        {
            entries[i] = matrix[(from + i / width) * Side + from + i % width];
        }
    }

    private static void Pick(TransferOperation transfer, double[,] matrix, Span<double> entries)
    {
        for (int row = 0; row + 1 < transfer.RowStart.Length; row++)
        {
            for (int e = transfer.RowStart[row]; e < transfer.RowStart[row + 1]; e++)
            {
                entries[e] = matrix[row, transfer.Columns[e]];
            }
        }
    }

    private static double[] Values<T>(ImmutableArray<Parameter> gate, ReadOnlySpan<T> parameters, ReadOnlySpan<T> inputs)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var values = new double[gate.Length];
        for (int p = 0; p < values.Length; p++)
        {
            values[p] = Value(gate[p], parameters, inputs);
        }

        return values;
    }

    private static double Value<T>(Parameter parameter, ReadOnlySpan<T> parameters, ReadOnlySpan<T> inputs)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => parameter.Kind switch
        {
            ParameterKind.Trainable => parameter.Evaluate(double.CreateChecked(parameters[parameter.Index])),
            ParameterKind.Input => parameter.Evaluate(double.CreateChecked(inputs[parameter.Index])),
            _ => parameter.Offset,
        };
}

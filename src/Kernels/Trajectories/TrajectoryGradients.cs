using System.Numerics;
using QDiff.Engine.Circuits;
using QDiff.Engine.Planning;
using QDiff.Kernels.StateVectors;

namespace QDiff.Kernels.Trajectories;

/// <summary>From the gradients of every trajectory's angles and matrices to those of parameters and inputs: sums in double, in the order of the rows.</summary>
internal sealed class TrajectoryGradients<T>(TrajectoryPlan plan, TrajectoryProgram program, TrajectoryRecord<T> record, int rowsPerSample)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly double[] _angles = new double[program.Items.Count];
    private readonly double[] _toParameters = new double[plan.Program.TrainableCount];
    private readonly double[] _toInputs = new double[record.Inputs.Length];
    private readonly (int Item, int Input, double Weight)[] _inputTerms = [.. Terms(program, ParameterKind.Input)];

    /// <summary>Gradients of a row.</summary>
    public int Columns => program.Items.Count + program.DenseGradients;

    /// <summary>Adds neighbouring rows.</summary>
    /// <param name="start">Number of the first.</param>
    /// <param name="count">How many.</param>
    /// <param name="gradients">[count, <see cref="Columns"/>].</param>
    /// <param name="records">[count, records], where matrices have gradients.</param>
    public void Add(int start, int count, T[] gradients, int[] records)
    {
        int inputs = plan.Program.InputCount;
        for (int r = 0; r < count; r++)
        {
            int sample = (start + r) / rowsPerSample;
            var row = gradients.AsSpan(r * Columns, Columns);
            for (int item = 0; item < _angles.Length; item++)
            {
                _angles[item] += double.CreateChecked(row[item]);
            }

            foreach (var (item, input, weight) in _inputTerms)
            {
                _toInputs[(long)sample * inputs + input] += weight * double.CreateChecked(row[item]);
            }

            foreach (var (step, _, _, number, column) in program.Dense)
            {
                int frame = column < 0 ? 0 : records[r * (program.RecordCount + 2) + number];
                if (TrajectoryFrameCode.IsActive(frame))
                {
                    DenseMatrices.AddGradients<T>(
                        step, Unframed(row.Slice(_angles.Length + column, PassCode.DenseGradients), frame), record.Parameters,
                        record.Inputs.AsSpan(sample * inputs, inputs), _toParameters, _toInputs.AsSpan(sample * inputs, inputs));
                }
            }
        }
    }

    /// <summary>Writes the gradients; those of inputs only where there is room.</summary>
    public void CopyTo(Span<T> parameterGradients, Span<T> inputGradients)
    {
        foreach (var (item, parameter, weight) in Terms(program, ParameterKind.Trainable))
        {
            _toParameters[parameter] += weight * _angles[item];
        }

        for (int p = 0; p < parameterGradients.Length; p++)
        {
            parameterGradients[p] = T.CreateChecked(_toParameters[p]);
        }

        for (int i = 0; i < inputGradients.Length; i++)
        {
            inputGradients[i] = T.CreateChecked(_toInputs[i]);
        }
    }

    private static IEnumerable<(int Item, int Source, double Weight)> Terms(TrajectoryProgram program, ParameterKind kind) =>
        program.Items.SelectMany((item, index) => item.Terms
            .Where(term => term.Parameter.Kind == kind && term.Parameter.Differentiable)
            .Select(term => (index, term.Parameter.Index, term.Factor * term.Parameter.Scale)));

    // Σ M_ab (P ∂U P)_ab = Σ (P M P)_ab ∂U_ab.
    private static T[] Unframed(ReadOnlySpan<T> cross, int frame)
    {
        const int Side = 8;
        var (x, z) = TrajectoryFrameCode.Masks(frame);
        var result = new T[cross.Length];
        for (int pair = 0; pair < Side * Side; pair++)
        {
            int a = pair / Side, b = pair % Side, to = 2 * ((a ^ x) * Side + (b ^ x));
            bool minus = (BitOperations.PopCount((uint)((a ^ b) & z)) & 1) != 0;
            result[to] = minus ? -cross[2 * pair] : cross[2 * pair];
            result[to + 1] = minus ? -cross[2 * pair + 1] : cross[2 * pair + 1];
        }

        return result;
    }
}

using System.Collections.Immutable;
using QDiff.Engine.Circuits;

namespace QDiff.Engine.Density;

/// <summary>All gates and channels that follow one another on one qubit, as one 4 × 4 matrix, of which the identity's row and column are left out where they can be.</summary>
internal sealed record LocalOperation : NumericOperation
{
    /// <summary>Side of the whole matrix.</summary>
    public const int Side = 4;

    public LocalOperation(int qubit, ImmutableArray<TransferFactor> factors)
        : base([qubit])
    {
        Factors = factors;
        IsUnital = factors.All(f => f.Constant is null || IsBlock(f.Constant));
        IsOrthogonal = factors.All(f => f.Constant is null || HasOrthogonalRows(f.Constant));
    }

    /// <summary>The factors, the first applied first.</summary>
    public ImmutableArray<TransferFactor> Factors { get; }

    /// <summary>Whether the identity's coefficient stays as it is and touches no other: then 3 × 3 entries are enough.</summary>
    public bool IsUnital { get; }

    public override bool IsOrthogonal { get; }

    /// <inheritdoc/>
    public override int Entries => IsUnital ? 9 : 16;

    /// <inheritdoc/>
    public override IEnumerable<Parameter> Parameters => Factors.Where(f => f.Constant is null).Select(f => f.Parameter);

    private static bool IsBlock(double[,] m) =>
        m[0, 0] == 1 && m[0, 1] == 0 && m[0, 2] == 0 && m[0, 3] == 0 && m[1, 0] == 0 && m[2, 0] == 0 && m[3, 0] == 0;

    private static bool HasOrthogonalRows(double[,] m)
    {
        for (int i = 0; i < Side; i++)
        {
            for (int j = 0; j < Side; j++)
            {
                double sum = i == j ? -1 : 0;
                for (int k = 0; k < Side; k++)
                {
                    sum += m[i, k] * m[j, k];
                }

                if (Math.Abs(sum) > TransferOperation.OrthogonalTolerance)
                {
                    return false;
                }
            }
        }

        return true;
    }
}

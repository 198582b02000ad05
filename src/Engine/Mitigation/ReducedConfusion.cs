using System.Collections.Immutable;
using MathNet.Numerics.LinearAlgebra;

namespace QDiff.Engine.Mitigation;

/// <summary>
/// The confusion matrix between observed outcomes, Ã_{rc} = A_{rc} / Σ_r' A_{r'c}: a product of the groups' entries, never stored where it is large.
/// </summary>
internal sealed class ReducedConfusion
{
    private const int MostIterations = 2000;
    private const double Tolerance = 1e-13;

    private readonly (ImmutableArray<int> Positions, double[,] Confusion)[] _groups;
    private readonly int[][] _patterns;
    private readonly double[] _scale;

    public ReducedConfusion(IEnumerable<(ImmutableArray<int> Positions, double[,] Confusion)> groups, int[] observed)
    {
        _groups = [.. groups];
        _patterns = [.. observed.Select(outcome => (int[])[.. _groups.Select(g => ReadoutMitigator.Pattern(outcome, g.Positions))])];
        Size = observed.Length;
        _scale = new double[Size];
        Parallel.For(0, Size, column =>
        {
            double sum = 0;
            for (int row = 0; row < Size; row++)
            {
                sum += Product(row, column);
            }

            _scale[column] = 1 / sum;
        });
    }

    private int Size { get; }

    public double[] SolveDirectly(double[] right)
    {
        var solved = Matrix<double>.Build.Dense(Size, Size, (row, column) => Product(row, column) * _scale[column])
            .LU().Solve(Vector<double>.Build.Dense(right)).ToArray();
        Guard.SolvedMitigation(solved);
        return solved;
    }

    /// <summary>
    /// The stabilised method of biconjugate gradients, preconditioned by the diagonal (van der Vorst 1992, docs/references.md: VanDerVorst1992).
    /// </summary>
    public double[] SolveByIteration(double[] right)
    {
        double[] x = Scaled(right), residual = Minus(right, Times(x), 1), shadow = residual;
        double[] direction = new double[Size], image = new double[Size];
        double rho = 1, alpha = 1, omega = 1, goal = Tolerance * Math.Sqrt(Dot(right, right));
        for (int iteration = 0; iteration < MostIterations && Math.Sqrt(Dot(residual, residual)) > goal; iteration++)
        {
            double next = Dot(shadow, residual);
            direction = Minus(residual, Minus(direction, image, omega), -(next / rho) * (alpha / omega));
            double[] preconditioned = Scaled(direction);
            image = Times(preconditioned);
            alpha = next / Dot(shadow, image);
            double[] half = Minus(residual, image, alpha);
            double[] halfPreconditioned = Scaled(half), halfImage = Times(halfPreconditioned);
            double squared = Dot(halfImage, halfImage);
            omega = squared > 0 ? Dot(halfImage, half) / squared : 0;
            x = Minus(Minus(x, preconditioned, -alpha), halfPreconditioned, -omega);
            residual = Minus(half, halfImage, omega);
            rho = next;
            if (omega == 0)
            {
                break;
            }
        }

        Guard.SolvedMitigation(Math.Sqrt(Dot(residual, residual)) <= 1e6 * goal ? x : [double.NaN]);
        return x;
    }

    private double Product(int row, int column)
    {
        double product = 1;
        int[] read = _patterns[row], prepared = _patterns[column];
        for (int g = 0; g < _groups.Length; g++)
        {
            product *= _groups[g].Confusion[read[g], prepared[g]];
        }

        return product;
    }

    private double[] Times(double[] vector)
    {
        var result = new double[Size];
        Parallel.For(0, Size, row =>
        {
            double sum = 0;
            for (int column = 0; column < Size; column++)
            {
                sum += Product(row, column) * _scale[column] * vector[column];
            }

            result[row] = sum;
        });
        return result;
    }

    private double[] Scaled(double[] vector) => [.. vector.Select((v, i) => v / (Product(i, i) * _scale[i]))];

    private static double[] Minus(double[] a, double[] b, double factor) => [.. a.Zip(b, (x, y) => x - factor * y)];

    private static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();
}

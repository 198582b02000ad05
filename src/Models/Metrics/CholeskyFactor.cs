namespace QDiff.Models.Metrics;

/// <summary>The lower triangle L with L Lᵀ = A of a small symmetric positive definite matrix, in double.</summary>
internal sealed class CholeskyFactor
{
    private readonly double[] _lower;
    private readonly int _n;

    private CholeskyFactor(double[] lower, int n)
    {
        _lower = lower;
        _n = n;
    }

    /// <summary>ln det A = 2 Σ ln Lᵢᵢ.</summary>
    public double LogDeterminant
    {
        get
        {
            double sum = 0;
            for (int i = 0; i < _n; i++)
            {
                sum += Math.Log(_lower[(i * _n) + i]);
            }
            return 2 * sum;
        }
    }

    /// <summary>Factorises A [n, n]; null when it is not positive definite.</summary>
    public static CholeskyFactor? Of(ReadOnlySpan<double> a, int n)
    {
        double[] lower = new double[n * n];
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                double sum = a[(i * n) + j];
                for (int k = 0; k < j; k++)
                {
                    sum -= lower[(i * n) + k] * lower[(j * n) + k];
                }
                if (i == j && !(sum > 0))
                {
                    return null;
                }
                lower[(i * n) + j] = i == j ? Math.Sqrt(sum) : sum / lower[(j * n) + j];
            }
        }
        return new CholeskyFactor(lower, n);
    }

    /// <summary>y = L z.</summary>
    public void Multiply(ReadOnlySpan<double> z, Span<double> y)
    {
        for (int i = 0; i < _n; i++)
        {
            double sum = 0;
            for (int k = 0; k <= i; k++)
            {
                sum += _lower[(i * _n) + k] * z[k];
            }
            y[i] = sum;
        }
    }

    /// <summary>A⁻¹ = L⁻ᵀ L⁻¹ [n, n].</summary>
    public double[] Inverse()
    {
        double[] inverseLower = new double[_n * _n];
        for (int column = 0; column < _n; column++)
        {
            for (int i = column; i < _n; i++)
            {
                double sum = i == column ? 1 : 0;
                for (int k = column; k < i; k++)
                {
                    sum -= _lower[(i * _n) + k] * inverseLower[(k * _n) + column];
                }
                inverseLower[(i * _n) + column] = sum / _lower[(i * _n) + i];
            }
        }
        double[] inverse = new double[_n * _n];
        for (int i = 0; i < _n; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                double sum = 0;
                for (int k = i; k < _n; k++)
                {
                    sum += inverseLower[(k * _n) + i] * inverseLower[(k * _n) + j];
                }
                inverse[(i * _n) + j] = inverse[(j * _n) + i] = sum;
            }
        }
        return inverse;
    }
}

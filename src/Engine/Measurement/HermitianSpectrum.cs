using System.Numerics;
using MathNet.Numerics.LinearAlgebra;
using QDiff.Engine.States;

namespace QDiff.Engine.Measurement;

/// <summary>Eigenvalues and functions of density matrices, in double.</summary>
internal static class HermitianSpectrum
{
    /// <summary>Rounding of a coefficient, in units of the precision's last place, that an eigenvalue may come from.</summary>
    private const double RoundingUnits = 8;

    /// <summary>The eigenvalues of Σ_P c_P P/2^n, rising.</summary>
    public static double[] Eigenvalues(ReadOnlySpan<double> coefficients) =>
        [.. Of(PauliBasis.ToMatrix(coefficients)).EigenValues.Enumerate().Select(value => value.Real).Order()];

    /// <summary>
    /// √ρ. Eigenvalues that the state's own rounding makes count as 0: the root would turn an error of 10^−16 into one of 10^−8.
    /// </summary>
    public static Matrix<Complex> Root<T>(DensityMatrixBatch<T> states, int sample)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double rounding = RoundingUnits * (typeof(T) == typeof(float) ? float.BitIncrement(1) - 1 : double.BitIncrement(1) - 1);
        var decomposition = Of(states.ToComplex(sample));
        var vectors = decomposition.EigenVectors;
        var roots = decomposition.EigenValues.Map(value => new Complex(value.Real <= rounding ? 0 : Math.Sqrt(value.Real), 0));
        return vectors * CreateMatrix.Diagonal(roots.ToArray()) * vectors.ConjugateTranspose();
    }

    /// <summary>The singular values of a matrix, falling.</summary>
    public static double[] SingularValues(Matrix<Complex> matrix) => [.. matrix.Svd(computeVectors: false).S.Select(value => value.Real)];

    private static MathNet.Numerics.LinearAlgebra.Factorization.Evd<Complex> Of(Complex[,] matrix) =>
        CreateMatrix.DenseOfArray(matrix).Evd(Symmetricity.Hermitian);
}

using System.Numerics;

namespace QDiff.Engine.Planning;

/// <summary>
/// A constant gate that sends every basis state j to a phase times one basis state image[j], with an image that is affine over GF(2):
/// first phases exp(i Σ_m c_m (−1)^{|j ∧ m|}), then a renaming that moves no data.
/// </summary>
internal sealed class MonomialGate
{
    private const double Tolerance = 1e-12;

    private MonomialGate(int[] image, List<(int Mask, double Phase)> phases)
    {
        Image = image;
        Phases = phases;
    }

    public int[] Image { get; }

    public List<(int Mask, double Phase)> Phases { get; }

    public bool Renames => Image.Where((target, j) => target != j).Any();

    /// <summary>The gate in that form, or null when it has not that form.</summary>
    public static MonomialGate? TryRead(Complex[,] matrix)
    {
        int size = matrix.GetLength(0);
        var image = new int[size];
        var angles = new double[size];
        for (int j = 0; j < size; j++)
        {
            image[j] = -1;
            for (int i = 0; i < size; i++)
            {
                if (matrix[i, j] == Complex.Zero)
                {
                    continue;
                }

                if (image[j] >= 0 || Math.Abs(matrix[i, j].Magnitude - 1) > Tolerance)
                {
                    return null;
                }

                image[j] = i;
                angles[j] = matrix[i, j].Phase;
            }
        }

        for (int j = 0; j < size; j++)
        {
            int affine = image[0];
            for (int b = 1; b < size; b <<= 1)
            {
                affine ^= (j & b) != 0 ? image[b] ^ image[0] : 0;
            }

            if (affine != image[j])
            {
                return null;
            }
        }

        var phases = new List<(int, double)>();
        for (int mask = 0; mask < size; mask++)
        {
            // The Walsh transform of the angles.
            double sum = 0;
            for (int j = 0; j < size; j++)
            {
                sum += BitOperations.PopCount((uint)(j & mask)) % 2 == 0 ? angles[j] : -angles[j];
            }

            if (Math.Abs(sum) > Tolerance)
            {
                phases.Add((mask, sum / size));
            }
        }

        return new MonomialGate(image, phases);
    }
}

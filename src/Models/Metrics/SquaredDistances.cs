using static TorchSharp.torch;

namespace QDiff.Models.Metrics;

/// <summary>Squared Euclidean distances between the rows of two matrices, by |a|² + |b|² − 2 a·b.</summary>
internal static class SquaredDistances
{
    /// <summary>Rows per block of a blockwise loop: 10,000 columns of float32 then take 40 MB.</summary>
    public const int BlockRows = 1000;

    /// <summary>All distances; what rounding makes negative is 0.</summary>
    /// <param name="a">[N, d].</param>
    /// <param name="b">[M, d].</param>
    /// <param name="squaresOfB">[M], <see cref="Squares"/> of <paramref name="b"/>.</param>
    /// <returns>[N, M].</returns>
    public static Tensor Between(Tensor a, Tensor b, Tensor squaresOfB)
        => a.mm(b.t()).mul_(-2).add_(Squares(a).unsqueeze(1)).add_(squaresOfB).clamp_min_(0);

    /// <summary>|a|² of every row.</summary>
    public static Tensor Squares(Tensor a) => (a * a).sum(1);

    /// <summary>The blocks of rows into which a loop over <paramref name="rows"/> rows is cut.</summary>
    public static IEnumerable<(long Start, long Count)> Blocks(long rows, int blockRows = BlockRows)
    {
        for (long start = 0; start < rows; start += blockRows)
        {
            yield return (start, Math.Min(blockRows, rows - start));
        }
    }
}

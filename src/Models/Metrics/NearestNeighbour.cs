using TorchSharp;
using static TorchSharp.torch;

namespace QDiff.Models.Metrics;

/// <summary>How far pictures are from the nearest picture of the training set, which shows copying.</summary>
public static class NearestNeighbour
{
    private const int TrainingRows = 5000;

    /// <summary>The Euclidean distance of every query to its nearest training picture, over all pixels.</summary>
    /// <param name="queries">[M, …]; everything but the first dimension is one vector.</param>
    /// <param name="training">[N, …] with as many numbers per row, on the same device.</param>
    /// <returns>[M], in units of a pixel's full range.</returns>
    /// <exception cref="ArgumentException">A tensor is empty or the rows have different lengths.</exception>
    public static float[] Distances(Tensor queries, Tensor training)
    {
        ArgumentNullException.ThrowIfNull(queries);
        ArgumentNullException.ThrowIfNull(training);
        if (queries.numel() == 0 || training.numel() == 0 || queries.numel() / queries.shape[0] != training.numel() / training.shape[0])
        {
            throw new ArgumentException(
                $"Queries and training pictures need rows of the same length; got [{string.Join(", ", queries.shape)}] and [{string.Join(", ", training.shape)}].");
        }
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        Tensor rows = queries.detach().flatten(1);
        Tensor known = training.detach().flatten(1);
        Tensor nearest = full(rows.shape[0], float.PositiveInfinity, device: rows.device);
        foreach ((long start, long count) in SquaredDistances.Blocks(known.shape[0], TrainingRows))
        {
            using var blockScope = NewDisposeScope();
            Tensor block = known.narrow(0, start, count);
            nearest.copy_(minimum(nearest, SquaredDistances.Between(rows, block, SquaredDistances.Squares(block)).amin([1])));
        }
        return nearest.sqrt().cpu().data<float>().ToArray();
    }
}

using TorchSharp;
using static TorchSharp.torch;

namespace QDiff.Models.Metrics;

/// <summary>
/// Tells quality (precision, density) from variety (recall, coverage), which FID mixes. A cloud's manifold is the union of balls around
/// its points, each as large as the distance to the k-th nearest other point of the cloud.
/// </summary>
/// <remarks>
/// Precision and recall after Kynkäänniemi et al. 2019 with k = 3, density and coverage after Naeem et al. 2020 with k = 5
/// (docs/references.md: Kynkaanniemi2019, Naeem2020). Cost: three products of [N, d] with [d, N] and as many passes over N² numbers, in
/// blocks of 1,000 rows.
/// </remarks>
public sealed class PrecisionRecall : IDisposable
{
    private readonly Tensor _real;
    private readonly Tensor _centre;
    private readonly Tensor _squares;
    private readonly Tensor _radii;
    private readonly Tensor _wideRadii;
    private readonly int _neighbours;
    private readonly int _densityNeighbours;

    /// <summary>Measures the manifold of the real pictures, once for all comparisons.</summary>
    /// <param name="real">Features [N, d] with N above both numbers of neighbours; copied.</param>
    /// <param name="neighbours">k of precision and recall.</param>
    /// <param name="densityNeighbours">k of density and coverage.</param>
    /// <exception cref="ArgumentException">There are too few pictures, or a k is below 1.</exception>
    public PrecisionRecall(Tensor real, int neighbours = 3, int densityNeighbours = 5)
    {
        ArgumentNullException.ThrowIfNull(real);
        ArgumentOutOfRangeException.ThrowIfLessThan(neighbours, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(densityNeighbours, 1);
        Check(real, Math.Max(neighbours, densityNeighbours), nameof(real));
        _neighbours = neighbours;
        _densityNeighbours = densityNeighbours;
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        Tensor copied = real.detach().to(ScalarType.Float32);
        // Distances do not change when both clouds move, and lose least to rounding around the origin.
        _centre = copied.mean([0]).DetachFromDisposeScope();
        _real = (copied - _centre).DetachFromDisposeScope();
        _squares = SquaredDistances.Squares(_real).DetachFromDisposeScope();
        Tensor radii = Radii(_real, _squares, Math.Max(neighbours, densityNeighbours));
        _radii = radii.narrow(1, neighbours, 1).squeeze(1).clone().DetachFromDisposeScope();
        _wideRadii = radii.narrow(1, densityNeighbours, 1).squeeze(1).clone().DetachFromDisposeScope();
    }

    /// <summary>Compares generated pictures with the real ones.</summary>
    /// <param name="generated">Features [M, d] with M above the number of neighbours, on the device of the real ones.</param>
    /// <exception cref="ArgumentException">There are too few pictures, or their features have another dimension.</exception>
    public ManifoldScores Score(Tensor generated)
    {
        ArgumentNullException.ThrowIfNull(generated);
        Check(generated, _neighbours, nameof(generated));
        if (generated.shape[1] != _real.shape[1])
        {
            throw new ArgumentException($"Features of {_real.shape[1]} and of {generated.shape[1]} numbers cannot be compared; use the same network for both.", nameof(generated));
        }
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        Tensor cloud = generated.detach().to(ScalarType.Float32) - _centre;
        Tensor cloudRadii = Radii(cloud, SquaredDistances.Squares(cloud), _neighbours).narrow(1, _neighbours, 1);
        (long fakes, long reals) = (cloud.shape[0], _real.shape[0]);
        double precise = 0, dense = 0;
        // For every real picture, how far it lies outside the nearest generated ball, and how far away the nearest generated picture is.
        Tensor outside = full(reals, float.PositiveInfinity, device: cloud.device);
        Tensor nearest = full(reals, float.PositiveInfinity, device: cloud.device);
        foreach ((long start, long count) in SquaredDistances.Blocks(fakes))
        {
            using var blockScope = NewDisposeScope();
            Tensor distances = SquaredDistances.Between(cloud.narrow(0, start, count), _real, _squares); // [count, reals]
            precise += (distances - _radii).amin([1]).le(0).to(ScalarType.Float32).sum().item<float>();
            dense += distances.le(_wideRadii).to(ScalarType.Float32).sum([1]).to(ScalarType.Float64).sum().item<double>();
            nearest.copy_(minimum(nearest, distances.amin([0])));
            outside.copy_(minimum(outside, (distances - cloudRadii.narrow(0, start, count)).amin([0])));
        }
        return new ManifoldScores(
            precise / fakes,
            outside.le(0).to(ScalarType.Float32).sum().item<float>() / (double)reals,
            dense / (_densityNeighbours * (double)fakes),
            nearest.le(_wideRadii).to(ScalarType.Float32).sum().item<float>() / (double)reals);
    }

    /// <summary>Frees the tensors.</summary>
    public void Dispose()
    {
        _real.Dispose();
        _centre.Dispose();
        _squares.Dispose();
        _radii.Dispose();
        _wideRadii.Dispose();
    }

    /// <summary>Squared distances of every row to its nearest rows: column 0 is the row itself, column k the k-th nearest other.</summary>
    private static Tensor Radii(Tensor cloud, Tensor squares, int neighbours)
    {
        var blocks = new List<Tensor>();
        foreach ((long start, long count) in SquaredDistances.Blocks(cloud.shape[0]))
        {
            using var blockScope = NewDisposeScope();
            (Tensor nearest, _) = SquaredDistances.Between(cloud.narrow(0, start, count), cloud, squares).topk(neighbours + 1, 1, largest: false, sorted: true);
            blocks.Add(nearest.MoveToOuterDisposeScope());
        }
        return cat(blocks, 0);
    }

    private static void Check(Tensor features, int neighbours, string name)
    {
        if (features.dim() != 2 || features.shape[0] <= neighbours)
        {
            throw new ArgumentException($"{neighbours} neighbours need features of shape [N, d] with N above {neighbours}; got [{string.Join(", ", features.shape)}].", name);
        }
    }
}

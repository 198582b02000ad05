using static TorchSharp.torch;

namespace QDiff.Models.Generators;

/// <summary>Runs a network over many rows in pieces, so that memory does not grow with their number.</summary>
internal static class Pieces
{
    private const int Rows = 1000;

    /// <summary>Maps rows [count, …] piece by piece, without gradients.</summary>
    public static Tensor Map(Tensor rows, Func<Tensor, Tensor> map, CancellationToken cancellation = default, IProgress<double>? progress = null)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var pieces = new List<Tensor>();
        for (long first = 0; first < rows.shape[0]; first += Rows)
        {
            cancellation.ThrowIfCancellationRequested();
            using var piece = NewDisposeScope();
            long count = Math.Min(Rows, rows.shape[0] - first);
            pieces.Add(map(rows.narrow(0, first, count)).MoveToOuterDisposeScope());
            progress?.Report((first + count) / (double)rows.shape[0]);
        }

        return cat(pieces, 0).MoveToOuterDisposeScope();
    }
}

using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Normalises each channel by the statistics of the batch in training, by the running ones in evaluation.</summary>
public abstract class BatchNorm : NormBase
{
    /// <inheritdoc/>
    public BatchNorm(
        long num_features, double eps, double momentum, bool affine, bool track_running_stats, Device? device, ScalarType? dtype, string name)
        : base(num_features, eps, momentum, affine, track_running_stats, device, dtype, name)
    {
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        ValidateInputDimensions(input);
        var factor = momentum ?? 0;
        if (training && track_running_stats)
        {
            using var guard = no_grad();
            num_batches_tracked!.add_(1);
            factor = momentum ?? 1.0 / num_batches_tracked.ToInt64();
        }
        var useBatch = training || !track_running_stats;
        return nn.functional.batch_norm(
            input, track_running_stats ? running_mean : null, track_running_stats ? running_var : null, affine ? weight : null, bias, useBatch, factor, eps);
    }
}

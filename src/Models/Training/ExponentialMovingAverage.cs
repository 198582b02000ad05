using static TorchSharp.torch;

namespace QDiff.Models.Training;

/// <summary>
/// Keeps a second module whose parameters trail those of the trained one: shadow ← d·shadow + (1 − d)·model, with
/// d = min(decay, (1 + step) / (10 + step)) so that the first steps are forgotten quickly.
/// </summary>
public sealed class ExponentialMovingAverage
{
    private readonly List<(Tensor Shadow, Tensor Model)> _pairs;
    private readonly double _decay;

    /// <summary>Pairs the parameters of two modules of the same structure and copies the model's values to the shadow.</summary>
    public ExponentialMovingAverage(nn.Module model, nn.Module shadow, double decay)
    {
        _decay = decay;
        Dictionary<string, TorchSharp.Modules.Parameter> source = model.named_parameters().ToDictionary(p => p.name, p => p.parameter);
        _pairs = [.. shadow.named_parameters().Select(p => ((Tensor)p.parameter, (Tensor)source[p.name]))];
        using var frozen = no_grad();
        foreach ((Tensor target, Tensor value) in _pairs)
        {
            target.requires_grad_(false);
            target.copy_(value);
        }
    }

    /// <summary>Moves the shadow after step <paramref name="step"/>, counted from 0.</summary>
    public void Update(long step)
    {
        using var frozen = no_grad();
        double decay = Math.Min(_decay, (1.0 + step) / (10.0 + step));
        foreach ((Tensor target, Tensor value) in _pairs)
        {
            target.mul_(decay).add_(value, alpha: 1 - decay);
        }
    }
}

using TorchSharp.Modules;

namespace TorchSharp;

/// <summary>Direct access to the accumulated gradients, without a new handle per look.</summary>
internal static class Gradients
{
    /// <summary>The accumulated gradient, or null. Owned by the parameter.</summary>
    public static torch.Tensor? Of(Parameter parameter) => parameter.Meta?.Gradient;

    /// <summary>Drops the gradient, or sets it to zero.</summary>
    public static void Clear(Parameter parameter, bool drop)
    {
        if (drop)
        {
            parameter.grad = null;
        }
        else
        {
            Of(parameter)?.zero_();
        }
    }
}

namespace TorchSharp;

public static partial class torch
{
    /// <summary>Records nothing until the result is disposed.</summary>
    public static IDisposable no_grad() => new AutoGradMode(false);

    /// <summary>Records again inside <see cref="no_grad"/>.</summary>
    public static IDisposable enable_grad(bool enabled = true) => new AutoGradMode(enabled);

    public static IDisposable set_grad_enabled(bool mode = true) => new AutoGradMode(mode);

    public static bool is_grad_enabled() => Autograd.IsEnabled;

    /// <summary>As <see cref="no_grad"/>; nested enable_grad does not end it.</summary>
    public static IDisposable inference_mode(bool mode = true) => new InferenceMode(mode);

    public static bool is_inference_mode_enabled() => Autograd.IsInference;
}

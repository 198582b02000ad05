namespace TorchSharp;

/// <summary>Recording on or off until disposed, on this thread.</summary>
internal sealed class AutoGradMode : IDisposable
{
    private readonly bool previous = Autograd.IsGradMode;

    public AutoGradMode(bool enabled) => Autograd.IsEnabled = enabled;

    public void Dispose() => Autograd.IsEnabled = previous;
}

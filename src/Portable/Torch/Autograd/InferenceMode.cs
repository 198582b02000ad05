namespace TorchSharp;

/// <summary>Inference mode until disposed, on this thread: nothing is recorded.</summary>
internal sealed class InferenceMode : IDisposable
{
    private readonly bool previous = Autograd.IsInference;

    public InferenceMode(bool mode) => Autograd.IsInference = mode;

    public void Dispose() => Autograd.IsInference = previous;
}

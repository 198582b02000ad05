using QDiff.Engine.Backends;
using static TorchSharp.torch;

namespace QDiff.Models;

/// <summary>Where a model runs: tensors on one device, circuits on one backend. Chosen by the command and handed down.</summary>
/// <param name="Name">The name that users type, such as <c>cpu</c>.</param>
/// <param name="Tensors">Device of the tensors.</param>
/// <param name="Backend">Who runs circuits.</param>
public sealed record ComputeDevice(string Name, Device Tensors, IBackend Backend);

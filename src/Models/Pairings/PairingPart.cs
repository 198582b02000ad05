using static TorchSharp.torch;

namespace QDiff.Models.Pairings;

/// <summary>One network of a pairing and how it is trained.</summary>
/// <param name="Name">Name of its training stage.</param>
/// <param name="Steps">Training steps.</param>
/// <param name="Make">Makes an untrained one, from the global random state.</param>
/// <param name="Loss">The loss of a training step, a function of the network's weights and the step alone.</param>
internal sealed record PairingPart(
    string Name, long Steps, Func<nn.Module<Tensor, Tensor>> Make, Func<nn.Module<Tensor, Tensor>, long, Tensor> Loss);

using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace QDiff.Models.Latents;

/// <summary>The encoder and the decoder of 28×28 images that every model here uses (docs/model.md). SiLU throughout.</summary>
internal static class ConvolutionalNetworks
{
    /// <summary>Conv 4×4/2 1→16, Conv 4×4/2 16→32, Linear 1568→128→outputs.</summary>
    public static Module<Tensor, Tensor> Encoder(int outputs) => Sequential(
        Conv2d(1, 16, 4, stride: 2, padding: 1), SiLU(),
        Conv2d(16, 32, 4, stride: 2, padding: 1), SiLU(),
        Flatten(),
        Linear(32 * 7 * 7, 128), SiLU(),
        Linear(128, outputs));

    /// <summary>
    /// Linear inputs→128→1568, [32, 7, 7], Conv 3×3 32→64, PixelShuffle 2, Conv 3×3 16→16, Conv 3×3 16→4, PixelShuffle 2: logits of the pixels.
    /// </summary>
    public static Module<Tensor, Tensor> Decoder(int inputs) => Sequential(
        Linear(inputs, 128), SiLU(),
        Linear(128, 32 * 7 * 7), SiLU(),
        Unflatten(1, [32, 7, 7]),
        Conv2d(32, 64, 3, padding: 1), SiLU(), PixelShuffle(2),
        Conv2d(16, 16, 3, padding: 1), SiLU(),
        Conv2d(16, 4, 3, padding: 1), PixelShuffle(2));
}

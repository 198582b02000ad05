using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace QDiff.Models.Latents;

/// <summary>
/// 28×28 images ↔ an unconstrained latent with the prior N(0, 1) (Kingma and Welling 2014, docs/references.md: KingmaWelling2014). The encoder's 2d numbers are the
/// mean and the logarithm of the variance of q(z | x). The networks are those of <see cref="SphericalAutoencoder"/>.
/// </summary>
public sealed class VariationalAutoencoder : Module<Tensor, Tensor>
{
    private readonly Module<Tensor, Tensor> encoder;
    private readonly Module<Tensor, Tensor> decoder;

    /// <summary>Makes an untrained autoencoder with latents of <paramref name="width"/> numbers.</summary>
    public VariationalAutoencoder(int width)
        : base(nameof(VariationalAutoencoder))
    {
        Width = width;
        encoder = ConvolutionalNetworks.Encoder(2 * width);
        decoder = ConvolutionalNetworks.Decoder(width);
        RegisterComponents();
    }

    /// <summary>d, numbers per latent.</summary>
    public int Width { get; }

    /// <summary>Numbers of the decoder, which is all that draws.</summary>
    public long DecoderParameterCount => decoder.parameters().Sum(parameter => parameter.numel());

    /// <summary>Images [batch, 1, 28, 28] → means and logarithms of the variances of q(z | x), [batch, 2d].</summary>
    public Tensor Posterior(Tensor images) => encoder.call(images);

    /// <summary>Latents [batch, d] → images [batch, 1, 28, 28] in [0, 1].</summary>
    public Tensor Decode(Tensor latents)
    {
        using Tensor logits = decoder.call(latents);
        return logits.sigmoid();
    }

    /// <summary>
    /// The negative evidence lower bound per pixel: binary cross-entropy of one draw of z plus KL(q(z | x) ‖ N(0, 1)), over the number of pixels.
    /// </summary>
    /// <param name="images">[batch, 1, 28, 28] in [0, 1].</param>
    /// <param name="noise">Standard normal numbers, [batch, d].</param>
    public Tensor Loss(Tensor images, Tensor noise)
    {
        using var scope = NewDisposeScope();
        Tensor posterior = Posterior(images);
        Tensor mean = posterior.narrow(1, 0, Width), logVariance = posterior.narrow(1, Width, Width);
        Tensor logits = decoder.call(mean + (noise * (logVariance * 0.5).exp()));
        Tensor divergence = (mean.square() + logVariance.exp() - 1 - logVariance).sum(1) * 0.5;
        double pixels = images.numel() / (double)images.shape[0];
        return (functional.binary_cross_entropy_with_logits(logits, images) + (divergence.mean() / pixels)).MoveToOuterDisposeScope();
    }

    /// <summary>Images → logits of their reconstructions at the posterior's mean, both [batch, 1, 28, 28].</summary>
    public override Tensor forward(Tensor images)
    {
        using var scope = NewDisposeScope();
        return decoder.call(Posterior(images).narrow(1, 0, Width)).MoveToOuterDisposeScope();
    }
}

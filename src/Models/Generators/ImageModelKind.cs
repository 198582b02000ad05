namespace QDiff.Models.Generators;

/// <summary>A kind of generative model of images, by the name that <c>train --model</c> and <c>config.json</c> give it.</summary>
/// <param name="Name">The name.</param>
/// <param name="Meaning">What it is, for the help page.</param>
/// <param name="HasLatents">It generates latents of the spherical autoencoder, whose decoder makes the images.</param>
/// <param name="HasClasses">It draws images of a class that is asked for.</param>
/// <param name="HasDiffusion">It reverses a diffusion, step by step.</param>
public sealed record ImageModelKind(string Name, string Meaning, bool HasLatents, bool HasClasses, bool HasDiffusion)
{
    /// <summary>Spherical latent diffusion, denoised by a quantum circuit.</summary>
    public static ImageModelKind Hybrid { get; } = new("hybrid", "the latent diffusion model with the quantum circuit", true, true, true);

    /// <summary>Gaussian latent diffusion, denoised by a classical network of as many parameters.</summary>
    public static ImageModelKind Ddpm { get; } = new("ddpm", "a classical diffusion model on the same latents", true, true, true);

    /// <summary>A mixture of Gaussians on the latents.</summary>
    public static ImageModelKind Gmm { get; } = new("gmm", "a mixture of Gaussians on the same latents", true, false, false);

    /// <summary>A variational autoencoder and its prior.</summary>
    public static ImageModelKind Vae { get; } = new("vae", "a variational autoencoder and its prior", false, false, false);

    /// <summary>A Wasserstein GAN of latents.</summary>
    public static ImageModelKind LatentGan { get; } = new("wgan-latent", "a Wasserstein GAN on the same latents", true, true, false);

    /// <summary>A Wasserstein GAN of images.</summary>
    public static ImageModelKind Gan { get; } = new("wgan", "a Wasserstein GAN on pixels", false, true, false);

    /// <summary>Gaussian diffusion of pixels, denoised by a convolutional network.</summary>
    public static ImageModelKind UNet { get; } = new("unet", "a small convolutional diffusion model on pixels", false, true, true);

    /// <summary>All there are.</summary>
    public static IReadOnlyList<ImageModelKind> All { get; } = [Hybrid, Ddpm, Gmm, Vae, LatentGan, Gan, UNet];

    /// <summary>The kind of that name, or null.</summary>
    public static ImageModelKind? Find(string name) => All.FirstOrDefault(kind => kind.Name == name);

    /// <inheritdoc/>
    public override string ToString() => Name;
}

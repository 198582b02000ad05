using static TorchSharp.torch;

namespace QDiff.Models.Diffusion;

/// <summary>
/// <see cref="Engine.Noise.VonMisesFisher.Sample"/> in tensor operations, for tensors that live where the CPU cannot see them: the same random
/// numbers, the same directions to float precision.
/// </summary>
internal static class TensorVonMisesFisher
{
    /// <summary>Turns random numbers into directions about given means.</summary>
    /// <param name="means">[batch, 3n], n mean directions of any positive length in every row.</param>
    /// <param name="concentrations">κ ≥ 0, [batch, n]; 0 is the uniform distribution.</param>
    /// <param name="chances">[batch, 3n] of <see cref="Engine.Noise.VonMisesFisher.Chances"/>.</param>
    /// <returns>Unit vectors [batch, 3n].</returns>
    public static Tensor Sample(Tensor means, Tensor concentrations, Tensor chances)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        Tensor vectors = SphericalDiffusion.Normalise(means).reshape(means.shape[0], -1, 3);
        (Tensor x, Tensor y, Tensor z) = (vectors.select(2, 0), vectors.select(2, 1), vectors.select(2, 2));
        Tensor random = chances.reshape(vectors.shape);
        (Tensor v, Tensor cos, Tensor sin) = (random.select(2, 0), random.select(2, 1), random.select(2, 2));

        // 1 − w = −log1p(v·expm1(−2κ))/κ, and 2v in the limit κ → 0. In double: for small κ every step but the last loses digits.
        Tensor kappa = concentrations.reshape(x.shape).to(ScalarType.Float64);
        Tensor exact = -((kappa * -2).expm1() * v).log1p() / kappa.clamp_min(1e-30);
        Tensor along = where(kappa.gt(0), exact.to(ScalarType.Float32), v * 2).clamp(0, 2);
        Tensor across = (along * (2 - along)).sqrt();
        (Tensor p, Tensor q, Tensor w) = (across * cos, across * sin, 1 - along);

        // The frame of Duff et al. 2017, as there.
        Tensor sign = where(z.ge(0), ones_like(z), -ones_like(z));
        Tensor a = -1 / (sign + z);
        Tensor b = x * y * a;
        Tensor first = (p * (1 + (sign * x.square() * a))) + (q * b) + (w * x);
        Tensor second = (p * sign * b) + (q * (sign + (y.square() * a))) + (w * y);
        Tensor third = (-p * sign * x) - (q * y) + (w * z);
        return stack([first, second, third], 2).reshape(means.shape).MoveToOuterDisposeScope();
    }
}

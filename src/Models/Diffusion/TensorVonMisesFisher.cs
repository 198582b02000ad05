using QDiff.Engine.Noise;
using QDiff.Models.Quantum;
using TorchSharp;
using static TorchSharp.torch;

namespace QDiff.Models.Diffusion;

/// <summary><see cref="VonMisesFisher"/> of the vectors of tensors, wherever they live.</summary>
internal static class TensorVonMisesFisher
{
    // A mean this near to length 1 has κ = 10⁶.
    private const double Longest = 1 - 1e-6;

    // Below it two terms of the series have all of a float's digits.
    private const double Short = 0.01;

    /// <summary>
    /// Draws directions. On another device than the CPU only random numbers travel, and those upwards; there the directions are the same to float precision.
    /// </summary>
    /// <param name="means">[batch, 3n], n mean directions of any positive length in every row.</param>
    /// <param name="concentrations">κ ≥ 0, [batch, n]; 0 is the uniform distribution.</param>
    /// <param name="seed">Seed of the draw.</param>
    /// <param name="stream">Which draw this is.</param>
    /// <param name="firstRow">Number of the first row.</param>
    /// <returns>Unit vectors [batch, 3n].</returns>
    public static Tensor Draw(Tensor means, Tensor concentrations, ulong seed, ulong stream, long firstRow)
    {
        using Tensor rows = means.detach().contiguous();
        int vectors = (int)concentrations.shape[1];
        if (rows.device.type == DeviceType.CPU)
        {
            using Tensor kappa = concentrations.contiguous();
            Tensor drawn = empty_like(rows);
            VonMisesFisher.Sample(TensorMemory.Floats(rows), TensorMemory.Floats(kappa), seed, stream, firstRow, TensorMemory.Floats(drawn), vectors);
            return drawn;
        }

        var chances = new float[rows.numel()];
        VonMisesFisher.Chances(seed, stream, firstRow, chances, vectors);
        using Tensor uploaded = tensor(chances, rows.shape, device: rows.device);
        using Tensor kappaThere = concentrations.to(rows.device);
        return Sample(rows, kappaThere, uploaded);
    }

    /// <summary><see cref="VonMisesFisher.Concentration"/> of every element: Newton's method from Banerjee's guess (docs/references.md: Banerjee2005).</summary>
    /// <param name="lengths">Mean lengths, 0 or more; what is longer than 1 − 10⁻⁶ counts as that.</param>
    /// <returns>κ, float32 of the same shape.</returns>
    public static Tensor Concentration(Tensor lengths)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        Tensor length = lengths.detach().to(ScalarType.Float64).clamp(0, Longest);
        Tensor square = length.square();
        Tensor inner = length.clamp_min(Short);
        Tensor kappa = inner * (3 - inner.square()) / (1 - inner.square());
        for (int step = 0; step < 3; step++)
        {
            Tensor tail = (kappa * -2).exp();
            Tensor mean = ((1 + tail) / (1 - tail)) - (1 / kappa);
            kappa = kappa - ((mean - inner) / (1 - mean.square() - (mean * 2 / kappa)));
        }

        return where(length.lt(Short), length * (3 + (square * 1.8)), kappa).to(ScalarType.Float32).MoveToOuterDisposeScope();
    }

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

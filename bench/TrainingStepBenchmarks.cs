using BenchmarkDotNet.Attributes;
using QDiff.Engine.Cpu;
using QDiff.Models.Diffusion;
using QDiff.Models.Hybrid;
using QDiff.Models.Latents;
using QDiff.Models.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace QDiff.Bench;

/// <summary>Steps of forward pass, backward pass and Adam on a batch of 128: the autoencoder's, and the denoiser's with its circuit and without.</summary>
public class TrainingStepBenchmarks
{
    private const int Batch = 128;

    private readonly CpuBackend _backend = new();
    private readonly DisposeScope _scope = NewDisposeScope();
    private SphericalAutoencoder _autoencoder = null!;
    private optim.Optimizer _autoencoderAdam = null!;
    private Tensor _images = null!;
    private Tensor _vectors = null!;
    private Tensor _shrink = null!;
    private Tensor _condition = null!;
    private (Denoiser Model, optim.Optimizer Adam) _hybrid, _removed;

    /// <summary>Makes models and data.</summary>
    [GlobalSetup]
    public void Setup()
    {
        var config = new RunConfig();
        _images = rand(Batch, 1, 28, 28);
        _vectors = SphericalDiffusion.Normalise(randn(Batch, 3 * config.Qubits));
        _shrink = rand(Batch, 1);
        _condition = randn(Batch, Conditioning.Width);
        _autoencoder = new SphericalAutoencoder(config.Qubits);
        _autoencoderAdam = optim.Adam(_autoencoder.parameters(), lr: 1e-3);
        _hybrid = Denoising(config, DenoiserVariant.Trained);
        _removed = Denoising(config, DenoiserVariant.Removed);
    }

    /// <summary>Frees models and data.</summary>
    [GlobalCleanup]
    public void Cleanup()
    {
        _autoencoder.Dispose();
        _autoencoderAdam.Dispose();
        foreach ((Denoiser model, optim.Optimizer adam) in new[] { _hybrid, _removed })
        {
            model.Dispose();
            adam.Dispose();
        }

        _scope.Dispose();
        _backend.Dispose();
    }

    /// <summary>The autoencoder.</summary>
    [Benchmark(Baseline = true)]
    public void Autoencoder()
    {
        using var scope = NewDisposeScope();
        Step(nn.functional.binary_cross_entropy_with_logits(_autoencoder.call(_images), _images), _autoencoderAdam);
    }

    /// <summary>The denoiser with its circuit.</summary>
    [Benchmark]
    public void HybridDenoiser() => Denoise(_hybrid);

    /// <summary>The denoiser without a circuit.</summary>
    [Benchmark]
    public void DenoiserWithoutCircuit() => Denoise(_removed);

    private (Denoiser Model, optim.Optimizer Adam) Denoising(RunConfig config, DenoiserVariant variant)
    {
        var model = new Denoiser(config.DenoiserShape, variant, _backend);
        return (model, optim.Adam(model.parameters(), lr: 1e-3));
    }

    private void Denoise((Denoiser Model, optim.Optimizer Adam) part)
    {
        using var scope = NewDisposeScope();
        Step((part.Model.call(_vectors, _shrink, _condition) - _vectors).square().mean(), part.Adam);
    }

    private static void Step(Tensor loss, optim.Optimizer adam)
    {
        adam.zero_grad();
        loss.backward();
        adam.step();
    }
}

using BenchmarkDotNet.Attributes;
using TorchSharp;
using static TorchSharp.torch;

namespace QDiff.Bench;

/// <summary>The tensor work of a training step, on whichever tensor library the build has.</summary>
public class TensorBenchmarks
{
    private Tensor _square = null!;
    private Tensor _images = null!;
    private nn.Module<Tensor, Tensor> _convolution = null!;

    /// <summary>Makes the operands.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _square = randn(512, 512);
        _images = randn(128, 32, 14, 14);
        _convolution = nn.Conv2d(32, 64, 3, padding: 1);
    }

    /// <summary>Frees the operands.</summary>
    [GlobalCleanup]
    public void Cleanup()
    {
        _square.Dispose();
        _images.Dispose();
        _convolution.Dispose();
    }

    /// <summary>A product of two 512 × 512 matrices.</summary>
    [Benchmark(Baseline = true)]
    public void Product512() => _square.mm(_square).Dispose();

    /// <summary>A 3 × 3 convolution 32 → 64 of 128 images of 14 × 14, forward and backward.</summary>
    [Benchmark]
    public void Convolution()
    {
        using var scope = NewDisposeScope();
        _convolution.call(_images).sum().backward();
    }
}

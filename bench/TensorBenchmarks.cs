using BenchmarkDotNet.Attributes;
using TorchSharp;
using static TorchSharp.torch;

namespace QDiff.Bench;

/// <summary>
/// Tensor kernels of about 10⁹ multiply-adds or 10⁷ elements, on whichever tensor library the build has; ratio to a 1024 × 1024 product. The
/// convolutions are 3 × 3 on 128 images of 14 × 14.
/// </summary>
public class TensorBenchmarks
{
    private const int Elements = 1 << 24;

    private Tensor _square = null!;
    private Tensor _long = null!;
    private Tensor _images = null!;
    private Tensor _weight = null!;
    private Tensor _result = null!;
    private Tensor _strided = null!;
    private Tensor _gradient = null!;
    private Tensor _stridedGradient = null!;
    private optim.Optimizer _adam = null!;

    /// <summary>Makes the operands.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _square = randn(1024, 1024);
        _long = randn(Elements);
        _images = randn(128, 64, 14, 14).requires_grad_();
        _weight = randn(64, 64, 3, 3).requires_grad_();
        _result = Convolve(1);
        _strided = Convolve(2);
        _gradient = randn_like(_result);
        _stridedGradient = randn_like(_strided);
        var parameter = new TorchSharp.Modules.Parameter(randn(Elements));
        parameter.grad = randn(Elements);
        _adam = optim.Adam([parameter], lr: 1e-3);
    }

    /// <summary>Frees the operands.</summary>
    [GlobalCleanup]
    public void Cleanup()
    {
        foreach (Tensor tensor in (Tensor[])[_square, _long, _images, _weight, _result, _strided, _gradient, _stridedGradient])
        {
            tensor.Dispose();
        }

        _adam.Dispose();
    }

    /// <summary>A product of two 1024 × 1024 matrices.</summary>
    [Benchmark(Baseline = true)]
    public void Product() => _square.mm(_square).Dispose();

    /// <summary>64 → 64 channels.</summary>
    [Benchmark]
    public void ConvolutionForward() => Forward(1);

    /// <summary>64 → 64 channels, stride 2.</summary>
    [Benchmark]
    public void StridedConvolutionForward() => Forward(2);

    /// <summary>Gradients with respect to images and weights.</summary>
    [Benchmark]
    public void ConvolutionBackward() => Backward(_result, _gradient);

    /// <summary>Gradients with respect to images and weights, stride 2.</summary>
    [Benchmark]
    public void StridedConvolutionBackward() => Backward(_strided, _stridedGradient);

    /// <summary>A sum of two tensors of 16 Mi elements.</summary>
    [Benchmark]
    public void Add() => (_long + _long).Dispose();

    /// <summary>SiLU of 16 Mi elements.</summary>
    [Benchmark]
    public void Silu() => nn.functional.silu(_long).Dispose();

    /// <summary>A step of Adam on 16 Mi parameters.</summary>
    [Benchmark]
    public void Adam() => _adam.step();

    private Tensor Convolve(int stride) => nn.functional.conv2d(_images, _weight, strides: [stride, stride], padding: [1, 1]);

    private void Forward(int stride)
    {
        using var none = no_grad();
        Convolve(stride).Dispose();
    }

    private void Backward(Tensor result, Tensor gradient)
    {
        foreach (Tensor part in autograd.grad([result], [_images, _weight], [gradient], retain_graph: true))
        {
            part.Dispose();
        }
    }
}

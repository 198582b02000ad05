using System.Diagnostics;
using QDiff.Engine.Benchmarks;
using QDiff.Models.Diffusion;
using QDiff.Models.Hybrid;
using QDiff.Models.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace QDiff.Models.Benchmarks;

/// <summary>
/// The tensor work of a training step: matrix products, convolutions forward and backward, elementwise functions, Adam, and whole steps of
/// the autoencoder and the denoiser. Each with its share of what the machine reached in a loop of nothing but multiply-adds, or copies.
/// </summary>
/// <remarks>
/// Every repetition measures that limit anew just before the work, so that a busy neighbour slows down both. On one thread arithmetic and its limit
/// are timed by the processor time of this process, which other programs cannot take away; else, and for memory, by the wall clock. Tensors on a GPU
/// have times and rates, and no share: its limits are not measured.
/// </remarks>
public static class TrainingBenchmark
{
    private const int ElementwiseLength = 1 << 24;
    private const double LimitSeconds = 0.02;

    /// <summary>Length of the warm-up in repetitions: loops are compiled again with what was seen of them, up to 200 calls after the first.</summary>
    private const double WarmUp = 10;

    /// <summary>Sides of the matrices of the products.</summary>
    private static readonly int[] s_products = [512, 1024];

    /// <summary>Channels in and out of the convolutions, and the side of their images.</summary>
    private static readonly (int Channels, int Side)[] s_convolutions = [(16, 28), (32, 28), (64, 14), (128, 14)];

    /// <summary>Measures one kind of work after the other.</summary>
    /// <param name="options">Sizes and durations.</param>
    /// <param name="device">Where to compute.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static IEnumerable<TrainingBenchmarkResult> Run(TrainingBenchmarkOptions options, ComputeDevice device)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(device);
        if (options.Batch < 1 || options.Repetitions < 1 || !(options.SecondsPerRepetition > 0))
        {
            throw new ArgumentException(
                $"A benchmark needs a batch and repetitions of at least 1 and more than 0 seconds; got {options.Batch}, {options.Repetitions} and {options.SecondsPerRepetition}.");
        }

        return Work(options, device);
    }

    private static IEnumerable<TrainingBenchmarkResult> Work(TrainingBenchmarkOptions options, ComputeDevice device)
    {
        foreach (int side in s_products)
        {
            yield return Product(options, device, side);
        }

        foreach ((int channels, int side) in s_convolutions)
        {
            foreach (int stride in (int[])[1, 2])
            {
                yield return Convolution(options, device, channels, side, stride, backward: false);
                yield return Convolution(options, device, channels, side, stride, backward: true);
            }
        }

        using (var copy = new CopyBandwidth(get_num_threads()))
        {
            yield return Elementwise(options, device, copy, "x + y", 3, (x, y) => x + y);
            yield return Elementwise(options, device, copy, "relu(x)", 2, (x, _) => nn.functional.relu(x));
            yield return Elementwise(options, device, copy, "silu(x)", 2, (x, _) => nn.functional.silu(x));
            yield return Adam(options, device, copy);
        }

        yield return AutoencoderStep(options, device);
        yield return DenoiserStep(options, device);
    }

    private static TrainingBenchmarkResult Product(TrainingBenchmarkOptions options, ComputeDevice device, int side)
    {
        using var scope = NewDisposeScope();
        Tensor a = randn(side, side, device: device.Tensors), b = randn(side, side, device: device.Tensors);
        return Time(options, device, "product", $"{side} × {side}", Math.Pow(side, 3), 0, null, () => a.mm(b).Dispose());
    }

    private static TrainingBenchmarkResult Convolution(
        TrainingBenchmarkOptions options, ComputeDevice device, int channels, int side, int stride, bool backward)
    {
        using var scope = NewDisposeScope();
        Tensor images = randn(options.Batch, channels, side, side, device: device.Tensors).requires_grad_(backward);
        Tensor weight = randn(channels, channels, 3, 3, device: device.Tensors).requires_grad_(backward);
        Tensor bias = randn(channels, device: device.Tensors).requires_grad_(backward);
        Tensor Forward() => nn.functional.conv2d(images, weight, bias, strides: [stride, stride], padding: [1, 1]);

        Tensor result = Forward();
        Tensor gradient = randn_like(result);
        double operations = result.numel() * channels * 9.0;
        string shape = $"3 × 3, stride {stride}, {channels} channels, {options.Batch} images of {side} × {side}";
        return backward
            ? Time(options, device, "convolution backward", shape, 2 * operations, 0, null, () =>
            {
                foreach (Tensor part in autograd.grad([result], [images, weight, bias], [gradient], retain_graph: true))
                {
                    part.Dispose();
                }
            })
            : Time(options, device, "convolution forward", shape, operations, 0, null, () => Forward().Dispose());
    }

    private static TrainingBenchmarkResult Elementwise(
        TrainingBenchmarkOptions options, ComputeDevice device, CopyBandwidth copy, string name, int streams, Func<Tensor, Tensor, Tensor> function)
    {
        using var scope = NewDisposeScope();
        Tensor x = randn(ElementwiseLength, device: device.Tensors), y = randn(ElementwiseLength, device: device.Tensors);
        return Time(
            options, device, "elementwise", $"{name} of {ElementwiseLength >> 20} Mi numbers", 0, (double)streams * sizeof(float) * ElementwiseLength, copy,
            () => function(x, y).Dispose());
    }

    private static TrainingBenchmarkResult Adam(TrainingBenchmarkOptions options, ComputeDevice device, CopyBandwidth copy)
    {
        using var scope = NewDisposeScope();
        var parameter = new TorchSharp.Modules.Parameter(randn(ElementwiseLength, device: device.Tensors));
        using var optimizer = optim.Adam([parameter], lr: 1e-3);
        parameter.grad = randn(ElementwiseLength, device: device.Tensors);

        // Reads parameter, gradient and both moments; writes parameter and moments.
        return Time(options, device, "Adam step", $"{ElementwiseLength >> 20} Mi parameters", 0, 7.0 * sizeof(float) * ElementwiseLength, copy, () => optimizer.step());
    }

    private static TrainingBenchmarkResult AutoencoderStep(TrainingBenchmarkOptions options, ComputeDevice device)
    {
        using var scope = NewDisposeScope();
        using var stage = new AutoencoderStage(
            Config(options) with { AutoencoderBatch = options.Batch }, rand(8 * options.Batch, 1, 28, 28, device: device.Tensors));
        long step = 0;
        return Time(
            options, device, "autoencoder step", $"{options.Qubits} qubits, batch {options.Batch}", 0, 0, null, () => stage.TrainOne(step++));
    }

    private static TrainingBenchmarkResult DenoiserStep(TrainingBenchmarkOptions options, ComputeDevice device)
    {
        using var scope = NewDisposeScope();
        int count = 8 * options.Batch;
        Tensor latents = SphericalDiffusion.Normalise(randn(count, 3 * options.Qubits, device: device.Tensors));
        var labels = new byte[count];
        for (int i = 0; i < count; i++)
        {
            labels[i] = (byte)(i % 10);
        }

        using var stage = new DenoiserStage(Config(options) with { Batch = options.Batch }, DenoiserVariant.Trained, latents, labels, device.Backend);
        long step = 0;
        return Time(
            options, device, "denoiser step", $"{options.Qubits} qubits, batch {options.Batch}", 0, 0, null, () => stage.TrainOne(step++));
    }

    private static RunConfig Config(TrainingBenchmarkOptions options) => new() { Qubits = options.Qubits };

    /// <summary>Warms up, then times; the limit of <paramref name="copy"/>, or of multiply-adds without it, is measured before every repetition.</summary>
    private static TrainingBenchmarkResult Time(
        TrainingBenchmarkOptions options, ComputeDevice device, string work, string shape, double operations, double bytes, CopyBandwidth? copy, Action run)
    {
        double counted = copy is null ? operations : bytes;
        bool onCpu = device.Tensors.type == DeviceType.CPU, alone = onCpu && copy is null && get_num_threads() == 1;
        Repeat(options with { SecondsPerRepetition = WarmUp * options.SecondsPerRepetition }, device, alone, run);
        double[] seconds = new double[options.Repetitions], limits = new double[options.Repetitions], shares = new double[options.Repetitions];
        double allocated = 0;
        for (int i = 0; i < seconds.Length; i++)
        {
            limits[i] = counted == 0 || !onCpu ? double.NaN
                : alone ? MultiplyAddPeak.MeasureCaller(LimitSeconds)
                : copy?.Measure(rounds: 1) ?? MultiplyAddPeak.Measure(get_num_threads(), rounds: 1, secondsPerRound: LimitSeconds);
            (seconds[i], allocated) = Repeat(options, device, alone, run);
            shares[i] = counted / seconds[i] / limits[i];
        }

        return new TrainingBenchmarkResult(work, shape, Median(seconds), operations, bytes, Median(limits), Median(shares), allocated);
    }

    private static (double Seconds, double AllocatedBytes) Repeat(
        TrainingBenchmarkOptions options, ComputeDevice device, bool byProcessorTime, Action run)
    {
        long allocated = GC.GetTotalAllocatedBytes();
        double start = Now(), end;
        int runs = 0;
        do
        {
            run();
            if (device.Tensors.type == DeviceType.CUDA)
            {
                cuda.synchronize(device.Tensors);
            }

            runs++;
            end = Now();
        }
        while (end - start < options.SecondsPerRepetition);
        return ((end - start) / runs, (double)(GC.GetTotalAllocatedBytes() - allocated) / runs);

        double Now() => byProcessorTime ? Environment.CpuUsage.TotalTime.TotalSeconds : Stopwatch.GetTimestamp() / (double)Stopwatch.Frequency;
    }

    private static double Median(double[] values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}

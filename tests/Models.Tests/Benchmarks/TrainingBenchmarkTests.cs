using QDiff.Engine.Cpu;
using QDiff.Models.Benchmarks;
using static TorchSharp.torch;

namespace QDiff.Models.Tests.Benchmarks;

public sealed class TrainingBenchmarkTests
{
    private static readonly TrainingBenchmarkOptions s_small = new() { Batch = 2, Qubits = 2, Repetitions = 1, SecondsPerRepetition = 1e-6 };

    [Fact]
    public void Run_OfEveryKindOfWork_ReportsTimesAndCountsThatFitTogether()
    {
        using var backend = new CpuBackend();
        TrainingBenchmarkResult[] results = [.. TrainingBenchmark.Run(s_small, new ComputeDevice("cpu", CPU, backend))];
        string[] kinds = ["product", "convolution forward", "convolution backward", "elementwise", "Adam step", "autoencoder step", "denoiser step"];
        Assert.Equal(kinds, results.Select(r => r.Work).Distinct());
        Assert.All(results, r => Assert.True(r.Seconds > 0, r.Work));
        Assert.All(results[..^2], r => Assert.Equal((r.Operations + r.Bytes) / r.Seconds / r.Limit, r.Share, 1e-6));

        // 3 × 3, stride 1, 16 channels, 2 images of 28 × 28: every output value has 16·9 terms.
        Assert.Equal(2.0 * 16 * 28 * 28 * 16 * 9, results.First(r => r.Work == "convolution forward").Operations);
        Assert.Equal(512.0 * 512 * 512, results[0].Operations);
    }

    [Fact]
    public void Run_OfAnEmptyBatch_IsRefused()
    {
        using var backend = new CpuBackend();
        Assert.Throws<ArgumentException>(() => TrainingBenchmark.Run(s_small with { Batch = 0 }, new ComputeDevice("cpu", CPU, backend)));
    }
}

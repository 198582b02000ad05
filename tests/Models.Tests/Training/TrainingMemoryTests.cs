using System.Diagnostics;
using QDiff.Engine.Cpu;
using QDiff.Models.Diffusion;
using QDiff.Models.Hybrid;
using QDiff.Models.Training;
using static TorchSharp.torch;

namespace QDiff.Models.Tests.Training;

public sealed class TrainingMemoryTests
{
    private const int Steps = 2000;
    private const int WarmSteps = 500;
    private const int Batch = 2;

    /// <summary>Objects of the graph; buffers lie outside the managed heap.</summary>
    private const long MostBytesPerStep = 150_000;

    /// <summary>The activations of the measured steps take ten times as much together.</summary>
    private const long MostGrowth = 24L << 20;

    [Fact]
    public void AutoencoderSteps_OverTwoThousand_NeitherGrowNorAllocateBuffers()
    {
        using var scope = NewDisposeScope();
        using var stage = new AutoencoderStage(new RunConfig { Qubits = 4, AutoencoderBatch = Batch }, rand(8 * Batch, 1, 28, 28));
        Check(stage);
    }

    [Fact]
    public void DenoiserSteps_OverTwoThousand_NeitherGrowNorAllocateBuffers()
    {
        using var scope = NewDisposeScope();
        using var backend = new CpuBackend();
        var config = new RunConfig { Qubits = 4, Layers = 2, Batch = Batch };
        Tensor latents = SphericalDiffusion.Normalise(randn(8 * Batch, 3 * config.Qubits));
        using var stage = new DenoiserStage(config, DenoiserVariant.Trained, latents, new byte[8 * Batch], backend);
        Check(stage);
    }

    private static void Check(TrainingStage stage)
    {
        long resident = 0, allocated = 0;
        for (int step = 0; step < Steps; step++)
        {
            if (step == WarmSteps)
            {
                (resident, allocated) = (Resident(), GC.GetAllocatedBytesForCurrentThread());
            }

            stage.TrainOne(step);
        }

        long perStep = (GC.GetAllocatedBytesForCurrentThread() - allocated) / (Steps - WarmSteps);
        Assert.InRange(perStep, 0, MostBytesPerStep);
        Assert.InRange(Resident() - resident, long.MinValue, MostGrowth);
    }

    private static long Resident()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}

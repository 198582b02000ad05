using QDiff.Engine.Benchmarks;
using QDiff.Engine.Programs;

namespace QDiff.Engine.Tests.Benchmarks;

public sealed class BenchmarkTests
{
    private static readonly BenchmarkOptions Small = new() { Qubits = 4, Layers = 2, Batch = 16, Repetitions = 3, SecondsPerRepetition = 0.02, Threads = 1 };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Run_OfEveryWorkload_ReportsARateBelowThePeak(bool doublePrecision)
    {
        foreach (var result in new[]
        {
            ThroughputBenchmark.Run(Small with { DoublePrecision = doublePrecision }),
            GradientBenchmark.Run(Small with { DoublePrecision = doublePrecision }),
            TrajectoryBenchmark.Run(Small with { DoublePrecision = doublePrecision }),
        })
        {
            Assert.InRange(result.CircuitsPerSecond, result.SlowestPerSecond, result.FastestPerSecond);
            Assert.InRange(result.ShareOfPeak, 1e-6, 1);
            Assert.True(result.ShareByProcessorTime > 0);
            Assert.Equal(result.FmaPerCircuit * result.CircuitsPerSecond / result.PeakFmaPerSecond, result.ShareOfPeak, 1e-9);
            Assert.Equal(doublePrecision ? "double" : "float", result.Precision);
        }
    }

    [Fact]
    public void Run_OfNoLayersOrNoTime_IsRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => ThroughputBenchmark.Run(Small with { Layers = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => GradientBenchmark.Run(Small with { SecondsPerRepetition = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => GradientBenchmark.Run(Small with { Batch = 0 }));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Run_OfDensityMatrices_ReportsARateBelowThePeak(bool doublePrecision)
    {
        var result = DensityBenchmark.Run(Small with { DoublePrecision = doublePrecision });
        Assert.InRange(result.ProgramsPerSecond, result.SlowestPerSecond, result.FastestPerSecond);
        Assert.InRange(result.ShareOfPeak, 1e-6, 1);
        Assert.InRange(result.GradientsPerSecond, double.Epsilon, result.FastestPerSecond);
        Assert.Equal(1000, result.Milliseconds * result.ProgramsPerSecond, 1e-9);
    }

    [Fact]
    public void BuildNoisy_OfTheWorkload_HasAChannelOnEveryQubitAfterEveryLayer()
    {
        var program = LayeredCircuit.BuildNoisy(10, 15);
        Assert.Equal(15 * (20 + 9 + 10), program.Instructions.Length);
        Assert.All(program.Instructions.Chunk(39), layer => Assert.All(layer[29..], noise => Assert.Equal(0.02, ((ChannelInstruction)noise).Channel.Depolarizing!.P)));
    }

    [Fact]
    public void LayeredCircuit_OfTheWorkload_HasTwoParametersForEachQubitAndLayer()
    {
        var circuit = LayeredCircuit.Build(10, 15);
        Assert.Equal(300, circuit.TrainableCount);
        Assert.Equal(15 * (20 + 9), circuit.Operations.Length);
        Assert.Equal(10, LayeredCircuit.AllZ(10).Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Run_OfSeveralSizes_ReportsEachAboveItsFloor(bool doublePrecision)
    {
        var result = ScalingBenchmark.Run(Small with { Batch = 1, DoublePrecision = doublePrecision }, [3, 12, 15]);
        Assert.Equal([3, 12, 15], result.Points.Select(p => p.Qubits));
        Assert.All(result.Points, p =>
        {
            Assert.InRange(p.Seconds, p.FastestSeconds, p.SlowestSeconds);
            Assert.InRange(p.FloorSeconds, double.Epsilon, p.Seconds);
            Assert.InRange(p.ShareByProcessorTime, double.Epsilon, 1.1);
            Assert.Equal(Math.Max(p.FmaPerCircuit / result.PeakFmaPerSecond, p.BytesPerCircuit / result.CopyBytesPerSecond), p.FloorSeconds, 1e-12);
        });

        // Two numbers for each amplitude, read once where the state stays in a cache; 15 qubits are swept through memory.
        Assert.Equal((doublePrecision ? 16 : 8) << 12, result.Points[1].BytesPerCircuit);
        Assert.InRange(result.Points[2].BytesPerCircuit, (doublePrecision ? 16.0 : 8.0) * 5 * (1 << 15), double.MaxValue);
    }

    [Fact]
    public void Scaling_OfNoSizeOrMoreThanTheMemory_IsRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => ScalingBenchmark.Run(Small, []));
        var refusal = Assert.Throws<ArgumentException>(() => ScalingBenchmark.Run(Small with { Batch = 1 << 20 }, [4, 20]));
        Assert.Contains("state(s) of 20 qubits need", refusal.Message, StringComparison.Ordinal);
    }
}

using System.Runtime.InteropServices;
using QDiff.Engine.Backends;
using QDiff.Engine.Cpu;
using QDiff.Engine.Observables;
using QDiff.Engine.Planning;

namespace QDiff.Engine.Benchmarks;

/// <summary>The processor, with the SIMD backend.</summary>
/// <param name="threads">Threads; null for one on each processor.</param>
public sealed class CpuBenchmarkDevice(int? threads = null) : BenchmarkDevice
{
    private readonly CpuBackend _backend = new(new CpuOptions { Threads = threads });

    /// <inheritdoc/>
    public override string Name => _backend.Name;

    /// <inheritdoc/>
    public override string Model { get; } = $"{Environment.ProcessorCount} {RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()} processors";

    /// <inheritdoc/>
    public override IBackend Backend => _backend;

    /// <inheritdoc/>
    public override int Threads => _backend.Threads;

    /// <inheritdoc/>
    public override int LaneBits => (int)_backend.LaneWidth;

    /// <inheritdoc/>
    public override bool IsProcessor => true;

    /// <inheritdoc/>
    public override double MultiplyAddPeak(bool doublePrecision) => Benchmarks.MultiplyAddPeak.Measure(Threads, doublePrecision);

    /// <inheritdoc/>
    public override double CopyBandwidth()
    {
        using var copy = new CopyBandwidth(Threads);
        return copy.Measure();
    }

    internal override PlanWork Work<T>(Plan plan, Readout readout, int batch) => _backend.Work<T>(plan, readout, batch);

    internal override Action? Binding<T>(Plan plan, T[] parameters, int batch) => () => _backend.Bind(plan, new Bindings<T>(parameters), batch);
}

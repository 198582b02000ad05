using System.Diagnostics;
using System.Numerics;
using QDiff.Engine.Backends;
using QDiff.Engine.Benchmarks;
using QDiff.Engine.Observables;
using QDiff.Engine.Planning;
using QDiff.Kernels.Devices;

namespace QDiff.Kernels.Benchmarks;

/// <summary>An accelerator as the benchmarks see it; its limits are measured by kernels of their own.</summary>
/// <param name="backend">The backend, which is disposed of with this.</param>
public sealed class AcceleratorBenchmarkDevice(IlgpuBackend backend) : BenchmarkDevice
{
    private const int Rounds = 5;
    private const double SecondsPerRound = 0.02;
    private const int GroupsPerMultiprocessor = 16;
    private const long CopiedNumbers = 1L << 26;

    private readonly DeviceSession _session = backend.Device;

    /// <inheritdoc/>
    public override string Name => backend.Name;

    /// <inheritdoc/>
    public override string Model { get; } =
        AcceleratorDevice.List().FirstOrDefault(d => d.Name == backend.Name) is { } device ? $"{device.Model}, {device.Version}" : backend.Device.Accelerator.Name;

    /// <inheritdoc/>
    public override IBackend Backend => backend;

    /// <inheritdoc/>
    public override int Threads => 0;

    /// <inheritdoc/>
    public override int LaneBits => 0;

    /// <inheritdoc/>
    public override bool IsProcessor => false;

    /// <inheritdoc/>
    public override double MultiplyAddPeak(bool doublePrecision) => doublePrecision ? Peak(0.999) : Peak(0.999f);

    /// <inheritdoc/>
    public override double CopyBandwidth()
    {
        // The debugger takes microseconds for a number.
        long numbers = _session.Name == AcceleratorDevice.DebuggerName ? 1 << 12 : Math.Min(CopiedNumbers, _session.FreeBytes / sizeof(double) / 4);
        using var source = _session.Rent<double>(numbers);
        using var target = _session.Rent<double>(numbers);
        source.Clear();
        var kernel = new CopyKernel(_session);
        return Rate(2.0 * sizeof(double) * numbers, repetitions =>
        {
            for (int i = 0; i < repetitions; i++)
            {
                kernel.Launch(source.View, target.View);
            }
        });
    }

    internal override PlanWork Work<T>(Plan plan, Readout readout, int batch) =>
        backend.Work<T>(plan, readout, given: (long)batch << plan.Circuit.QubitCount <= MostRandomAmplitudes);

    private double Peak<T>(T factor)
        where T : unmanaged, INumber<T>
    {
        int groups = GroupsPerMultiprocessor * _session.Accelerator.NumMultiprocessors;
        using var sums = _session.Rent<T>((long)groups * _session.GroupThreads);
        var kernel = new MultiplyAddKernel<T>(_session);
        return Rate((double)MultiplyAddKernel<T>.PerRepetition * groups * _session.GroupThreads, repetitions => kernel.Launch(groups, sums.View, factor, repetitions));
    }

    /// <summary>Work per second: repetitions are doubled until they take long enough to be timed, and the best of the rounds counts.</summary>
    private double Rate(double work, Action<int> repeat)
    {
        int repetitions = 1;
        while (Seconds(repeat, repetitions) < SecondsPerRound && repetitions < 1 << 24)
        {
            repetitions *= 2;
        }

        return work * repetitions / Enumerable.Range(0, Rounds).Min(_ => Seconds(repeat, repetitions));
    }

    private double Seconds(Action<int> repeat, int repetitions)
    {
        _session.Stream.Synchronize();
        long start = Stopwatch.GetTimestamp();
        repeat(repetitions);
        _session.Stream.Synchronize();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}

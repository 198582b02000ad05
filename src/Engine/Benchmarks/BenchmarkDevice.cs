using System.Numerics;
using QDiff.Engine.Backends;
using QDiff.Engine.Observables;
using QDiff.Engine.Planning;

namespace QDiff.Engine.Benchmarks;

/// <summary>A device as the benchmarks see it: what runs circuits on it, and the limits that it reaches when it does nothing else.</summary>
public abstract class BenchmarkDevice : IDisposable
{
    /// <summary>The largest states, in amplitudes of a batch, that are drawn at random; larger ones begin in |0…0⟩ on an accelerator.</summary>
    internal const long MostRandomAmplitudes = 1L << 26;

    /// <summary>The name that users type.</summary>
    public abstract string Name { get; }

    /// <summary>What it is: the model, with the driver's version where there is one.</summary>
    public abstract string Model { get; }

    /// <summary>Runs circuits; it may run density matrices and trajectories too.</summary>
    public abstract IBackend Backend { get; }

    /// <summary>Threads of the processor; 0 where the device has its own.</summary>
    public abstract int Threads { get; }

    /// <summary>Width of the processor's vectors in bits; 0 for scalar code and for other devices.</summary>
    public abstract int LaneBits { get; }

    /// <summary>Whether the work is done by this process on the processor, so that its processor time says something.</summary>
    public abstract bool IsProcessor { get; }

    /// <summary>Multiply-adds per second in a loop that does nothing else.</summary>
    public abstract double MultiplyAddPeak(bool doublePrecision);

    /// <summary>Bytes read and written per second when memory is copied that no cache holds.</summary>
    public abstract double CopyBandwidth();

    /// <summary>The backend as one that runs density matrices.</summary>
    /// <exception cref="ArgumentException">It does not.</exception>
    internal IDensityBackend Density => Backend as IDensityBackend ?? throw new ArgumentException($"Device '{Name}' runs no density matrices; use cpu.");

    /// <summary>The backend as one that runs trajectories.</summary>
    /// <exception cref="ArgumentException">It does not.</exception>
    internal ITrajectoryBackend Trajectories => Backend as ITrajectoryBackend ?? throw new ArgumentException($"Device '{Name}' runs no trajectories; use cpu.");

    /// <summary>What a forward run does for each sample, as this device does it.</summary>
    internal abstract PlanWork Work<T>(Plan plan, Readout readout, int batch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>What it does for each sample before the first state; null where that cannot be told apart.</summary>
    internal virtual Action? Binding<T>(Plan plan, T[] parameters, int batch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => null;

    /// <summary>Gives the device back.</summary>
    public void Dispose()
    {
        Backend.Dispose();
        GC.SuppressFinalize(this);
    }
}

using System.Numerics;
using QDiff.Engine.Observables;
using QDiff.Engine.Planning;
using QDiff.Engine.Trajectories;

namespace QDiff.Engine.Backends;

/// <summary>
/// What a forward run of trajectories leaves for the backward run, in the backend's own form: the bound values, and the final states where
/// every drawn operator can be undone. Belongs to the backend that made it; must be disposed.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class TrajectoryTape<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private IDisposable? _payload;

    /// <summary>Called by a backend.</summary>
    /// <param name="owner">The backend that can read <paramref name="payload"/>.</param>
    /// <param name="plan">The plan that was run.</param>
    /// <param name="readout">What was read.</param>
    /// <param name="batch">Number of samples.</param>
    /// <param name="run">Which trajectories.</param>
    /// <param name="payload">The backend's own record.</param>
    public TrajectoryTape(ITrajectoryBackend owner, TrajectoryPlan plan, Readout readout, int batch, TrajectoryRun run, IDisposable payload)
    {
        Owner = owner;
        Plan = plan;
        Readout = readout;
        Batch = batch;
        Run = run;
        _payload = payload;
    }

    /// <summary>The backend that made the tape.</summary>
    public ITrajectoryBackend Owner { get; }

    /// <summary>The plan that was run.</summary>
    public TrajectoryPlan Plan { get; }

    /// <summary>What was read.</summary>
    public Readout Readout { get; }

    /// <summary>Number of samples.</summary>
    public int Batch { get; }

    /// <summary>Which trajectories were run.</summary>
    public TrajectoryRun Run { get; }

    /// <summary>The backend's own record.</summary>
    /// <exception cref="ObjectDisposedException">The tape has been disposed.</exception>
    public IDisposable Payload => _payload ?? throw new ObjectDisposedException(nameof(TrajectoryTape<T>));

    /// <summary>Hands the memory back.</summary>
    public void Dispose()
    {
        _payload?.Dispose();
        _payload = null;
    }
}

using System.Numerics;
using QDiff.Engine.Density;
using QDiff.Engine.Observables;

namespace QDiff.Engine.Backends;

/// <summary>
/// What a forward run on density matrices leaves for the backward run: the final states of a unitary program, states along the way of any
/// other, and the bound values. Belongs to the backend that made it; must be disposed, which hands its memory back to the backend's pool.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class DensityTape<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private IDisposable? _payload;

    /// <summary>Called by a backend.</summary>
    /// <param name="owner">The backend that can read <paramref name="payload"/>.</param>
    /// <param name="plan">The plan that was run.</param>
    /// <param name="readout">What was read.</param>
    /// <param name="batch">Number of samples.</param>
    /// <param name="payload">The backend's own record.</param>
    public DensityTape(IDensityBackend owner, DensityPlan plan, Readout readout, int batch, IDisposable payload)
    {
        Owner = owner;
        Plan = plan;
        Readout = readout;
        Batch = batch;
        _payload = payload;
    }

    /// <summary>The backend that made the tape.</summary>
    public IDensityBackend Owner { get; }

    /// <summary>The plan that was run.</summary>
    public DensityPlan Plan { get; }

    /// <summary>What was read.</summary>
    public Readout Readout { get; }

    /// <summary>Number of samples.</summary>
    public int Batch { get; }

    /// <summary>The backend's own record.</summary>
    /// <exception cref="ObjectDisposedException">The tape has been disposed.</exception>
    public IDisposable Payload => _payload ?? throw new ObjectDisposedException(nameof(DensityTape<T>));

    /// <summary>Hands the memory back.</summary>
    public void Dispose()
    {
        _payload?.Dispose();
        _payload = null;
    }
}

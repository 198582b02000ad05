using System.Numerics;
using QDiff.Engine.Backends;

namespace QDiff.Kernels.Trajectories;

/// <summary>What a backward run of trajectories starts from: copies of the bound values. Everything else is worked out again.</summary>
internal sealed class TrajectoryRecord<T>(Bindings<T> bindings) : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>[TrainableCount].</summary>
    public T[] Parameters { get; } = bindings.Parameters.ToArray();

    /// <summary>[batch, InputCount].</summary>
    public T[] Inputs { get; } = bindings.Inputs.ToArray();

    public void Dispose()
    {
    }
}

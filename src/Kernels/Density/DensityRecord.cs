using System.Numerics;
using QDiff.Engine.Backends;
using QDiff.Engine.States;

namespace QDiff.Kernels.Density;

/// <summary>What a backward run on density matrices starts from: copies of the bound values and the initial states. It works out the states again.</summary>
internal sealed class DensityRecord<T>(Bindings<T> bindings, DensityMatrixBatch<T>? initial) : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>[TrainableCount].</summary>
    public T[] Parameters { get; } = bindings.Parameters.ToArray();

    /// <summary>[batch, InputCount].</summary>
    public T[] Inputs { get; } = bindings.Inputs.ToArray();

    /// <summary>Initial states; null for |0…0⟩⟨0…0|.</summary>
    public DensityMatrixBatch<T>? Initial { get; } = initial?.Clone();

    public void Dispose() => Initial?.Dispose();
}

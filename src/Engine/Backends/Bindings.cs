using System.Numerics;

namespace QDiff.Engine.Backends;

/// <summary>The numbers that a run binds to a circuit's parameters.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public readonly ref struct Bindings<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Binds values; either may be left out when the circuit has none of that kind.</summary>
    /// <param name="parameters">[TrainableCount], shared by all samples.</param>
    /// <param name="inputs">[batch, InputCount], row-major.</param>
    public Bindings(ReadOnlySpan<T> parameters, ReadOnlySpan<T> inputs = default)
    {
        Parameters = parameters;
        Inputs = inputs;
    }

    /// <summary>[TrainableCount], shared by all samples.</summary>
    public ReadOnlySpan<T> Parameters { get; init; }

    /// <summary>[batch, InputCount], row-major: each sample's own row.</summary>
    public ReadOnlySpan<T> Inputs { get; init; }
}

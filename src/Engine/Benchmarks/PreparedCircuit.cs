namespace QDiff.Engine.Benchmarks;

/// <summary>A circuit with everything that it is run on, where the device computes. Calls return when the numbers are there.</summary>
internal abstract class PreparedCircuit : IDisposable
{
    /// <summary>Runs a batch.</summary>
    public abstract void Run();

    /// <summary>Runs a batch and takes the gradient.</summary>
    public abstract void Gradient();

    /// <summary>Gives memory back.</summary>
    public virtual void Dispose()
    {
    }
}

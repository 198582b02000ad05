namespace ILGPU;

/// <summary>What ILGPU.Algorithms adds to a context.</summary>
public static class AlgorithmContext
{
    /// <summary>Makes <see cref="Algorithms.XMath"/> usable in kernels; the stand-in needs no preparation for it.</summary>
    public static Context.Builder EnableAlgorithms(this Context.Builder builder) => builder;
}

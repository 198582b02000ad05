namespace ILGPU;

/// <summary>The ways in which the elements of a one-dimensional view lie in memory.</summary>
public static class Stride1D
{
    /// <summary>Elements side by side.</summary>
    public readonly struct Dense : IStride1D
    {
        public int XStride => 1;
    }
}

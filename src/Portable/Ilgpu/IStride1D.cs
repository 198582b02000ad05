namespace ILGPU;

/// <summary>How the elements of a one-dimensional view lie in memory.</summary>
public interface IStride1D
{
    /// <summary>Distance of neighbouring elements, in elements.</summary>
    int XStride { get; }
}

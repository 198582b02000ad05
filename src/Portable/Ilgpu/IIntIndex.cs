namespace ILGPU;

/// <summary>An index of 32-bit components.</summary>
public interface IIntIndex : IIndex
{
    /// <summary>Number of elements of an extent: the product of its components.</summary>
    new int Size { get; }
}

namespace ILGPU;

/// <summary>An index or an extent of one, two or three dimensions.</summary>
public interface IIndex
{
    /// <summary>Number of elements of an extent: the product of its components.</summary>
    long Size { get; }
}

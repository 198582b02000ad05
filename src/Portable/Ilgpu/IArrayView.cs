using ILGPU.Runtime;

namespace ILGPU;

/// <summary>A piece of a buffer.</summary>
public interface IArrayView
{
    MemoryBuffer Buffer { get; }

    /// <summary>Whether there is a buffer with at least one element behind the view.</summary>
    bool IsValid { get; }

    /// <summary>Number of elements.</summary>
    long Length { get; }

    /// <summary>Size of an element in bytes.</summary>
    int ElementSize { get; }

    long LengthInBytes { get; }
}

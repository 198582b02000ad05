using System.Runtime.CompilerServices;

namespace ILGPU;

/// <summary>The shared memory whose size a launch decides.</summary>
public readonly struct SharedMemoryConfig
{
    public static readonly SharedMemoryConfig Empty;

    public SharedMemoryConfig(int numElements, int elementSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(numElements);
        ArgumentOutOfRangeException.ThrowIfNegative(elementSize);
        NumElements = numElements;
        ElementSize = elementSize;
    }

    public int NumElements { get; }

    /// <summary>Size of an element in bytes.</summary>
    public int ElementSize { get; }

    /// <summary>Size of the memory in bytes.</summary>
    public int ArraySize => NumElements * ElementSize;

    public bool UsesDynamicSharedMemory => NumElements > 0 && ElementSize > 0;

    /// <exception cref="ArgumentOutOfRangeException">There is less than one element.</exception>
    public static SharedMemoryConfig RequestDynamic<T>(int numElements)
        where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(numElements, 1);
        return new(numElements, Unsafe.SizeOf<T>());
    }
}

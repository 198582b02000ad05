using System.Runtime.CompilerServices;

namespace ILGPU;

/// <summary>Sizes of types.</summary>
public static class Interop
{
    /// <summary>Size of a type in bytes.</summary>
    public static int SizeOf<T>()
        where T : unmanaged => Unsafe.SizeOf<T>();
}

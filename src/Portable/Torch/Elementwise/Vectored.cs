using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TorchSharp;

/// <summary>Runs an <see cref="IVectorOp{T}"/> over rows: vectors, then the remaining elements one by one.</summary>
internal readonly struct Vectored<T, TOp> : IBinaryOp<T>
    where T : unmanaged
    where TOp : IVectorOp<T>
{
    public static T Apply(T x, T y) => TOp.Apply(x, y);

    public static void Apply(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result)
    {
        ref var a = ref MemoryMarshal.GetReference(x);
        ref var b = ref MemoryMarshal.GetReference(y);
        ref var r = ref MemoryMarshal.GetReference(result);
        var i = 0;
        for (; i <= result.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            TOp.Apply(Vector.LoadUnsafe(ref a, (nuint)i), Vector.LoadUnsafe(ref b, (nuint)i)).StoreUnsafe(ref r, (nuint)i);
        }

        for (; i < result.Length; i++)
        {
            Unsafe.Add(ref r, i) = TOp.Apply(Unsafe.Add(ref a, i), Unsafe.Add(ref b, i));
        }
    }

    public static void Apply(ReadOnlySpan<T> x, T y, Span<T> result)
    {
        ref var a = ref MemoryMarshal.GetReference(x);
        ref var r = ref MemoryMarshal.GetReference(result);
        var b = new Vector<T>(y);
        var i = 0;
        for (; i <= result.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            TOp.Apply(Vector.LoadUnsafe(ref a, (nuint)i), b).StoreUnsafe(ref r, (nuint)i);
        }

        for (; i < result.Length; i++)
        {
            Unsafe.Add(ref r, i) = TOp.Apply(Unsafe.Add(ref a, i), y);
        }
    }

    public static void Apply(T x, ReadOnlySpan<T> y, Span<T> result)
    {
        ref var b = ref MemoryMarshal.GetReference(y);
        ref var r = ref MemoryMarshal.GetReference(result);
        var a = new Vector<T>(x);
        var i = 0;
        for (; i <= result.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            TOp.Apply(a, Vector.LoadUnsafe(ref b, (nuint)i)).StoreUnsafe(ref r, (nuint)i);
        }

        for (; i < result.Length; i++)
        {
            Unsafe.Add(ref r, i) = TOp.Apply(x, Unsafe.Add(ref b, i));
        }
    }
}

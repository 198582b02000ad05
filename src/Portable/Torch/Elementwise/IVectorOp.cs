using System.Numerics;

namespace TorchSharp;

/// <summary>An elementwise function of two operands given for one element and for a vector of them; both must agree bit for bit.</summary>
internal interface IVectorOp<T>
{
    static abstract T Apply(T x, T y);

    static abstract Vector<T> Apply(Vector<T> x, Vector<T> y);
}

namespace QDiff.Kernels.StateVectors;

/// <summary>Conversions between double and the numbers that a kernel works in, which a kernel cannot take from the runtime's generic ones.</summary>
internal interface IPrecision<T>
    where T : unmanaged
{
    static abstract double Widen(T value);

    static abstract T Narrow(double value);
}

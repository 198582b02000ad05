namespace QDiff.Kernels.StateVectors;

/// <summary>Kernels on float.</summary>
internal readonly struct SinglePrecision : IPrecision<float>
{
    public static double Widen(float value) => value;

    public static float Narrow(double value) => (float)value;
}

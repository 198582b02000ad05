namespace QDiff.Kernels.StateVectors;

/// <summary>Kernels on double.</summary>
internal readonly struct DoublePrecision : IPrecision<double>
{
    public static double Widen(double value) => value;

    public static double Narrow(double value) => value;
}

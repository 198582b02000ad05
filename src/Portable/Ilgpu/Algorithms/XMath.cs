namespace ILGPU.Algorithms;

/// <summary>Functions of numbers that run on every accelerator; here those of .NET, where a GPU's own may differ in the last bits.</summary>
public static class XMath
{
    public static float Sin(float value) => MathF.Sin(value);

    public static double Sin(double value) => Math.Sin(value);

    public static float Cos(float value) => MathF.Cos(value);

    public static double Cos(double value) => Math.Cos(value);

    public static float Exp(float value) => MathF.Exp(value);

    public static double Exp(double value) => Math.Exp(value);

    public static float Log(float value) => MathF.Log(value);

    public static double Log(double value) => Math.Log(value);

    public static float Sqrt(float value) => MathF.Sqrt(value);

    public static double Sqrt(double value) => Math.Sqrt(value);

    /// <summary>1/√value.</summary>
    public static float Rsqrt(float value) => 1f / MathF.Sqrt(value);

    /// <summary>1/√value.</summary>
    public static double Rsqrt(double value) => 1.0 / Math.Sqrt(value);
}

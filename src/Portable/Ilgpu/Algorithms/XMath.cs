namespace ILGPU.Algorithms;

/// <summary>Functions of numbers that run on every accelerator; here those of .NET, where a GPU's own may differ in the last bits.</summary>
public static class XMath
{
    public const float PI = MathF.PI;

    public const double PID = Math.PI;

    public static float Sin(float value) => MathF.Sin(value);

    public static double Sin(double value) => Math.Sin(value);

    public static float Cos(float value) => MathF.Cos(value);

    public static double Cos(double value) => Math.Cos(value);

    public static float Tan(float value) => MathF.Tan(value);

    public static double Tan(double value) => Math.Tan(value);

    public static float Asin(float value) => MathF.Asin(value);

    public static double Asin(double value) => Math.Asin(value);

    public static float Acos(float value) => MathF.Acos(value);

    public static double Acos(double value) => Math.Acos(value);

    public static float Atan(float value) => MathF.Atan(value);

    public static double Atan(double value) => Math.Atan(value);

    public static float Exp(float value) => MathF.Exp(value);

    public static double Exp(double value) => Math.Exp(value);

    public static float Exp2(float value) => float.Exp2(value);

    public static double Exp2(double value) => double.Exp2(value);

    public static float Log(float value) => MathF.Log(value);

    public static double Log(double value) => Math.Log(value);

    public static float Log2(float value) => MathF.Log2(value);

    public static double Log2(double value) => Math.Log2(value);

    public static float Sqrt(float value) => MathF.Sqrt(value);

    public static double Sqrt(double value) => Math.Sqrt(value);

    public static float Abs(float value) => MathF.Abs(value);

    public static double Abs(double value) => Math.Abs(value);

    public static float Floor(float value) => MathF.Floor(value);

    public static double Floor(double value) => Math.Floor(value);

    public static float Ceiling(float value) => MathF.Ceiling(value);

    public static double Ceiling(double value) => Math.Ceiling(value);

    public static float Truncate(float value) => MathF.Truncate(value);

    public static double Truncate(double value) => Math.Truncate(value);

    /// <summary>1/√value.</summary>
    public static float Rsqrt(float value) => 1f / MathF.Sqrt(value);

    /// <summary>1/value.</summary>
    public static float Rcp(float value) => 1f / value;

    public static float Pow(float @base, float exp) => MathF.Pow(@base, exp);

    public static float Atan2(float y, float x) => MathF.Atan2(y, x);

    /// <summary>1/√value.</summary>
    public static double Rsqrt(double value) => 1.0 / Math.Sqrt(value);

    /// <summary>1/value.</summary>
    public static double Rcp(double value) => 1.0 / value;

    public static double Pow(double @base, double exp) => Math.Pow(@base, exp);

    public static double Atan2(double y, double x) => Math.Atan2(y, x);

    public static int Min(int first, int second) => Math.Min(first, second);

    public static int Max(int first, int second) => Math.Max(first, second);

    public static int Clamp(int value, int min, int max) => Max(Min(value, max), min);

    public static long Min(long first, long second) => Math.Min(first, second);

    public static long Max(long first, long second) => Math.Max(first, second);

    public static long Clamp(long value, long min, long max) => Max(Min(value, max), min);

    public static float Min(float first, float second) => Math.Min(first, second);

    public static float Max(float first, float second) => Math.Max(first, second);

    public static float Clamp(float value, float min, float max) => Max(Min(value, max), min);

    public static double Min(double first, double second) => Math.Min(first, second);

    public static double Max(double first, double second) => Math.Max(first, second);

    public static double Clamp(double value, double min, double max) => Max(Min(value, max), min);

    /// <summary>Number of ones.</summary>
    public static int PopCount(int value) => System.Numerics.BitOperations.PopCount((uint)value);

    public static int TrailingZeroCount(int value) => System.Numerics.BitOperations.TrailingZeroCount(value);

    public static int LeadingZeroCount(int value) => System.Numerics.BitOperations.LeadingZeroCount((uint)value);

    /// <summary>Number of ones.</summary>
    public static int PopCount(uint value) => System.Numerics.BitOperations.PopCount(value);

    public static int TrailingZeroCount(uint value) => System.Numerics.BitOperations.TrailingZeroCount(value);

    public static int LeadingZeroCount(uint value) => System.Numerics.BitOperations.LeadingZeroCount(value);

    /// <summary>Number of ones.</summary>
    public static int PopCount(long value) => System.Numerics.BitOperations.PopCount((ulong)value);

    public static int TrailingZeroCount(long value) => System.Numerics.BitOperations.TrailingZeroCount(value);

    public static int LeadingZeroCount(long value) => System.Numerics.BitOperations.LeadingZeroCount((ulong)value);

    /// <summary>Number of ones.</summary>
    public static int PopCount(ulong value) => System.Numerics.BitOperations.PopCount(value);

    public static int TrailingZeroCount(ulong value) => System.Numerics.BitOperations.TrailingZeroCount(value);

    public static int LeadingZeroCount(ulong value) => System.Numerics.BitOperations.LeadingZeroCount(value);
}

using System.Numerics;

namespace QDiff.Engine.Tests;

/// <summary>Compares lists of numbers; a failure prints the first bad index, both values and their difference.</summary>
internal static class Comparison
{
    public static void AssertClose<T>(ReadOnlySpan<double> expected, ReadOnlySpan<T> actual, double tolerance, string what)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Assert.True(expected.Length == actual.Length, $"{what}: expected {expected.Length} numbers, got {actual.Length}.");
        for (var i = 0; i < expected.Length; i++)
        {
            var value = double.CreateChecked(actual[i]);
            // Written so that NaN fails.
            if (!(Math.Abs(value - expected[i]) <= tolerance))
            {
                Assert.Fail($"{what}: first bad index {i}: expected {expected[i]:g17}, got {value:g17}, difference {value - expected[i]:g3}, allowed {tolerance:g3}.");
            }
        }
    }

    public static void AssertSameBits<T>(ReadOnlySpan<T> expected, ReadOnlySpan<T> actual, string what)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Assert.True(expected.Length == actual.Length, $"{what}: expected {expected.Length} numbers, got {actual.Length}.");
        for (var i = 0; i < expected.Length; i++)
        {
            if (!expected[i].Equals(actual[i]))
            {
                Assert.Fail($"{what}: first bad index {i}: expected {expected[i]:g17}, got {actual[i]:g17}, difference {actual[i] - expected[i]:g3}, allowed none.");
            }
        }
    }
}

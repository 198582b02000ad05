using ILGPU.Runtime.CPU;

namespace ILGPU;

/// <summary>
/// Operations on an element that no other thread can come between; each gives the value before. The order in which threads come is that of the
/// executor, so sums of floating-point numbers are the same in every run; on a GPU they are not.
/// </summary>
public static unsafe class Atomic
{
    public static int Add(ref int target, int value)
    {
        int before = Take(ref target);
        target = before + value;
        return before;
    }

    public static long Add(ref long target, long value)
    {
        long before = Take(ref target);
        target = before + value;
        return before;
    }

    public static float Add(ref float target, float value)
    {
        float before = Take(ref target);
        target = before + value;
        return before;
    }

    public static double Add(ref double target, double value)
    {
        double before = Take(ref target);
        target = before + value;
        return before;
    }

    public static int Max(ref int target, int value)
    {
        int before = Take(ref target);
        target = Math.Max(before, value);
        return before;
    }

    public static long Max(ref long target, long value)
    {
        long before = Take(ref target);
        target = Math.Max(before, value);
        return before;
    }

    public static float Max(ref float target, float value)
    {
        float before = Take(ref target);
        target = Math.Max(before, value);
        return before;
    }

    public static double Max(ref double target, double value)
    {
        double before = Take(ref target);
        target = Math.Max(before, value);
        return before;
    }

    public static int Min(ref int target, int value)
    {
        int before = Take(ref target);
        target = Math.Min(before, value);
        return before;
    }

    public static long Min(ref long target, long value)
    {
        long before = Take(ref target);
        target = Math.Min(before, value);
        return before;
    }

    public static float Min(ref float target, float value)
    {
        float before = Take(ref target);
        target = Math.Min(before, value);
        return before;
    }

    public static double Min(ref double target, double value)
    {
        double before = Take(ref target);
        target = Math.Min(before, value);
        return before;
    }

    public static int Exchange(ref int target, int value)
    {
        int before = Take(ref target);
        target = value;
        return before;
    }

    public static long Exchange(ref long target, long value)
    {
        long before = Take(ref target);
        target = value;
        return before;
    }

    public static float Exchange(ref float target, float value)
    {
        float before = Take(ref target);
        target = value;
        return before;
    }

    public static double Exchange(ref double target, double value)
    {
        double before = Take(ref target);
        target = value;
        return before;
    }

    /// <summary>Sets the element to <paramref name="value"/> if it is <paramref name="compare"/>.</summary>
    public static int CompareExchange(ref int target, int compare, int value)
    {
        int before = Take(ref target);
        target = before == compare ? value : before;
        return before;
    }

    /// <summary>Sets the element to <paramref name="value"/> if it is <paramref name="compare"/>.</summary>
    public static long CompareExchange(ref long target, long compare, long value)
    {
        long before = Take(ref target);
        target = before == compare ? value : before;
        return before;
    }

    /// <summary>Sets the element to <paramref name="value"/> if it is <paramref name="compare"/>.</summary>
    public static float CompareExchange(ref float target, float compare, float value)
    {
        float before = Take(ref target);
        target = before == compare ? value : before;
        return before;
    }

    /// <summary>Sets the element to <paramref name="value"/> if it is <paramref name="compare"/>.</summary>
    public static double CompareExchange(ref double target, double compare, double value)
    {
        double before = Take(ref target);
        target = before == compare ? value : before;
        return before;
    }

    // Tells the executor that the access to the element, which the view has just reported, is an atomic one.
    private static T Take<T>(ref T target)
        where T : unmanaged
    {
        fixed (T* address = &target)
        {
            KernelThread.Current.Executor.Log.Atomic(address, sizeof(T));
        }

        return target;
    }
}

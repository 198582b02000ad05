namespace QDiff.Engine.Mitigation;

/// <summary>
/// Sets the intentional diffusion beside a device's own noise. Depolarizing channels compose as (1 − p_total) = (1 − p_device)(1 − p_diffusion), because
/// each multiplies the Bloch vector; the difference p_total − p_device is only the first order of that.
/// </summary>
public static class DiffusionBudget
{
    /// <summary>The intentional strength: p_diffusion = 1 − (1 − p_total)/(1 − p_device).</summary>
    /// <param name="total">p_total, what the schedule asks for, in [0, 1].</param>
    /// <param name="device">p_device, what the device adds by itself, in [0, 1).</param>
    /// <exception cref="ArgumentException">A strength is out of range, or the device alone is noisier than the schedule asks.</exception>
    public static double Intentional(double total, double device) => Intentional([total], [device])[0];

    /// <summary>The intentional strengths of the steps of a schedule, the first being step 1.</summary>
    /// <param name="totals">p_total of every step, in [0, 1].</param>
    /// <param name="devices">p_device of every step, in [0, 1).</param>
    /// <exception cref="ArgumentException">
    /// The lengths differ, a strength is out of range, or at a step the device alone is noisier than the schedule asks: the message says which, and what to do.
    /// </exception>
    public static double[] Intentional(ReadOnlySpan<double> totals, ReadOnlySpan<double> devices)
    {
        Guard.Length(nameof(devices), devices.Length, totals.Length, "one for each step");
        var diffusion = new double[totals.Length];
        for (int step = 0; step < totals.Length; step++)
        {
            Guard.DiffusionStep(step + 1, totals[step], devices[step]);
            diffusion[step] = 1 - (1 - totals[step]) / (1 - devices[step]);
        }

        return diffusion;
    }
}

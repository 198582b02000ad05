namespace QDiff.Kernels.Devices;

/// <summary>The rule by which a batch that does not fit into a device's memory is run in parts.</summary>
internal static class BatchParts
{
    /// <summary>Blocks of memory come in eight sizes for each power of two.</summary>
    public const double Rounding = 1.125;

    // The smallest is 256 bytes, and a run takes no more than so many of them beside the large ones.
    private const int SmallBlocks = 32 * 256;

    /// <summary>Runs a batch, in parts where it must be; a part for which the device turns out to have no memory is halved and run again.</summary>
    /// <param name="session">The device.</param>
    /// <param name="batch">Number of samples.</param>
    /// <param name="bytes">What each needs.</param>
    /// <param name="notify">Tells the user that there are parts.</param>
    /// <param name="run">Runs some samples, given the first and their number; leaves nothing behind when it fails.</param>
    /// <exception cref="DeviceException">Not even one sample fits.</exception>
    public static void Run(DeviceSession session, int batch, long bytes, Action<string> notify, Action<int, int> run)
    {
        var parts = new PartLoop(session, batch, bytes, notify);
        while (parts.Next())
        {
            try
            {
                run(parts.Start, parts.Count);
            }
            catch (DeviceException full) when (parts.CanHalve(full))
            {
                parts.Halve();
            }
        }
    }

    /// <summary>How many samples are run at a time.</summary>
    /// <param name="session">The device.</param>
    /// <param name="batch">Number of samples.</param>
    /// <param name="bytes">What each needs.</param>
    /// <param name="notify">Tells the user that there are parts.</param>
    /// <exception cref="DeviceException">Not even one sample fits.</exception>
    public static int Size(DeviceSession session, int batch, long bytes, Action<string> notify)
    {
        long free = session.FreeBytes;
        double fitting = (free - SmallBlocks) / (Rounding * Math.Max(1, bytes));
        if (fitting < 1)
        {
            throw DeviceException.TooLarge(session.Name, bytes, free);
        }

        int part = (int)Math.Min(batch, fitting);
        if (part < batch)
        {
            notify($"Device '{session.Name}' has {free:N0} bytes for states and a batch of {batch} needs {bytes * batch:N0}: it is run in parts of {part}.");
        }

        return part;
    }
}

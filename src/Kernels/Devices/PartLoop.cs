namespace QDiff.Kernels.Devices;

/// <summary>Goes through a batch part by part, and where the device turns out to have no memory for a part, through its halves.</summary>
/// <param name="session">The device.</param>
/// <param name="batch">Number of samples.</param>
/// <param name="bytes">What each needs.</param>
/// <param name="notify">Tells the user that there are parts.</param>
/// <param name="most">A part has at most so many samples in any case.</param>
internal sealed class PartLoop(DeviceSession session, int batch, long bytes, Action<string> notify, long most = int.MaxValue)
{
    private int _part = (int)Math.Clamp(most, 1, BatchParts.Size(session, batch, bytes, notify));

    /// <summary>The first sample of the part.</summary>
    public int Start { get; private set; }

    /// <summary>How many it has.</summary>
    public int Count { get; private set; }

    /// <summary>Goes on to the next part; false when there is none.</summary>
    public bool Next()
    {
        Start += Count;
        Count = Math.Min(_part, batch - Start);
        return Count > 0;
    }

    /// <summary>Whether less at a time may fit.</summary>
    public bool CanHalve(DeviceException failure) => failure.IsMemory && Count > 1;

    /// <summary>The part, which has left nothing behind, is run again as two.</summary>
    public void Halve()
    {
        _part = (Count + 1) / 2;
        notify($"Device '{session.Name}' ran out of memory with {Count} samples at a time: the batch of {batch} is run in parts of {_part}.");
        Count = 0;
    }
}

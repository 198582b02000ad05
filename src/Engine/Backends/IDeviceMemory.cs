namespace QDiff.Engine.Backends;

/// <summary>Numbers in a device's memory that the caller owns.</summary>
/// <typeparam name="T">Type of a number.</typeparam>
public interface IDeviceMemory<T> : IDisposable
    where T : unmanaged
{
    /// <summary>Where they are.</summary>
    DeviceSpan<T> Span { get; }

    /// <summary>Copies them to the host, when everything before has been done.</summary>
    /// <param name="numbers">As many as there are.</param>
    void CopyTo(Span<T> numbers);
}

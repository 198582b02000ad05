namespace QDiff.Engine.Backends;

/// <summary>Numbers in a device's own memory, at an address of that device; who made it keeps it alive while it is in use.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <param name="Pointer">Address of the first number.</param>
/// <param name="Length">How many there are.</param>
public readonly record struct DeviceSpan<T>(nint Pointer, long Length)
    where T : unmanaged;

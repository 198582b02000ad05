using ILGPU;
using ILGPU.Runtime;
using QDiff.Kernels.Devices;

namespace QDiff.Kernels.StateVectors;

/// <summary>Numbers that a caller hands over or waits for, in the host's memory or in the device's.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
internal readonly unsafe struct Numbers<T>
    where T : unmanaged
{
    private readonly T* _host;
    private readonly ArrayView<T> _view;
    private readonly bool _isHost;

    /// <summary>Numbers of the host, which stay where they are for as long as they are used.</summary>
    public Numbers(T* host, long length)
    {
        _host = host;
        _isHost = true;
        Length = length;
    }

    /// <summary>Numbers of the device.</summary>
    public Numbers(ArrayView<T> view, long length)
    {
        _view = view;
        Length = length;
    }

    /// <summary>How many there are.</summary>
    public long Length { get; }

    /// <summary>Some of them on the device, for reading.</summary>
    public Lease Read(DeviceSession session, long start, long length)
    {
        if (!_isHost && length > 0)
        {
            return new Lease(null, _view.SubView(start, length), null, 0);
        }

        var buffer = session.Rent<T>(length);
        for (long done = 0; done < length; done += int.MaxValue)
        {
            buffer.CopyFrom(done, new ReadOnlySpan<T>(_host + start + done, (int)Math.Min(int.MaxValue, length - done)));
        }

        return new Lease(buffer, buffer.View, null, 0);
    }

    /// <summary>Room for some of them on the device; <see cref="Lease.Dispose"/> brings them to where they belong.</summary>
    public Lease Write(DeviceSession session, long start, long length)
    {
        if (!_isHost && length > 0)
        {
            return new Lease(null, _view.SubView(start, length), null, 0);
        }

        var buffer = session.Rent<T>(length);
        return new Lease(buffer, buffer.View, _host + start, length);
    }

    /// <summary>All of them on the host.</summary>
    public T[] ToHost(DeviceSession session)
    {
        var values = new T[Length];
        if (_isHost)
        {
            new ReadOnlySpan<T>(_host, values.Length).CopyTo(values);
        }
        else if (Length > 0)
        {
            // By way of memory of our own: that of another library can only be copied from.
            using var copy = session.Rent<T>(Length);
            copy.View.CopyFrom(session.Stream, _view.SubView(0, Length));
            copy.CopyTo(values);
        }

        return values;
    }

    /// <summary>Numbers on the device for the time of one use.</summary>
    public readonly struct Lease(DeviceBuffer<T>? buffer, ArrayView<T> view, T* target, long length) : IDisposable
    {
        private readonly T* _target = target;

        /// <summary>The numbers.</summary>
        public ArrayView<T> View { get; } = view;

        /// <summary>Brings what was written to the host and hands the memory back.</summary>
        public void Dispose()
        {
            for (long done = 0; _target != null && done < length; done += int.MaxValue)
            {
                buffer!.CopyTo(done, new Span<T>(_target + done, (int)Math.Min(int.MaxValue, length - done)));
            }

            buffer?.Dispose();
        }
    }
}

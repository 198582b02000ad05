using System.Numerics;
using ILGPU;
using ILGPU.Runtime;
using QDiff.Engine.States;
using QDiff.Kernels.Devices;

namespace QDiff.Kernels.StateVectors;

/// <summary>States that a run begins in: those of a batch in the host's memory, two planes in the device's, or |0…0⟩.</summary>
internal readonly unsafe struct InitialStates<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly StateVectorBatch<T>? _host;
    private readonly ArrayView<T> _re;
    private readonly ArrayView<T> _im;

    private InitialStates(StateVectorBatch<T>? host, ArrayView<T> re, ArrayView<T> im, bool given)
    {
        _host = host;
        _re = re;
        _im = im;
        AreGiven = given;
    }

    /// <summary>Whether there are any; otherwise |0…0⟩.</summary>
    public bool AreGiven { get; }

    /// <summary>Whether they are copied when they are read.</summary>
    public bool AreOnHost => _host is not null;

    public static InitialStates<T> Of(StateVectorBatch<T>? states) => new(states, default, default, states is not null);

    public static InitialStates<T> Of(ArrayView<T> re, ArrayView<T> im) => new(null, re, im, true);

    /// <summary>Some of them on the device: their own memory, or a copy.</summary>
    public (ArrayView<T> Re, ArrayView<T> Im) View(long first, long length) => (_re.SubView(first, length), _im.SubView(first, length));

    /// <summary>Copies some of them to views of the device.</summary>
    /// <param name="session">The device.</param>
    /// <param name="start">First state.</param>
    /// <param name="first">First amplitude of that.</param>
    /// <param name="length">Number of amplitudes.</param>
    /// <param name="re">Where the real parts go.</param>
    /// <param name="im">Where the imaginary parts go.</param>
    public void CopyTo(DeviceSession session, int start, long first, long length, ArrayView<T> re, ArrayView<T> im)
    {
        if (_host is not null)
        {
            session.HostCopies += 2;
            re.SubView(0, length).CopyFromCPU(session.Stream, ref *_host.RealPointer(start), length);
            im.SubView(0, length).CopyFromCPU(session.Stream, ref *_host.ImaginaryPointer(start), length);
            GC.KeepAlive(_host);
        }
        else
        {
            re.SubView(0, length).CopyFrom(session.Stream, _re.SubView(first, length));
            im.SubView(0, length).CopyFrom(session.Stream, _im.SubView(first, length));
        }
    }
}

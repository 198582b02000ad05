using QDiff.Engine.States;
using QDiff.Kernels.Devices;

namespace QDiff.Kernels.StateVectors;

/// <summary>
/// What a forward run on a device leaves for the backward run: the bound numbers and the final states as they lie in storage, on the device where they
/// fit beside what else it holds, else on the host.
/// </summary>
internal sealed class AdjointRecord<T>(LoadedProgram program, DeviceBuffer<T> parameters, DeviceBuffer<T> inputs) : IDisposable
    where T : unmanaged
{
    /// <summary>The program that was run.</summary>
    public LoadedProgram Program => program;

    /// <summary>[TrainableCount].</summary>
    public DeviceBuffer<T> Parameters => parameters;

    /// <summary>[batch, InputCount].</summary>
    public DeviceBuffer<T> Inputs => inputs;

    /// <summary>Final states on the device, real and imaginary parts; null when they are on the host.</summary>
    public (DeviceBuffer<T> Re, DeviceBuffer<T> Im)? States { get; set; }

    /// <summary>Final states on the host; null when they are on the device.</summary>
    public (NativeBuffer<T> Re, NativeBuffer<T> Im)? HostStates { get; set; }

    public void Dispose()
    {
        parameters.Dispose();
        inputs.Dispose();
        States?.Re.Dispose();
        States?.Im.Dispose();
        HostStates?.Re.Dispose();
        HostStates?.Im.Dispose();
    }
}

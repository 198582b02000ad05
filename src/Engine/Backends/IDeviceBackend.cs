using System.Numerics;
using QDiff.Engine.Observables;
using QDiff.Engine.Planning;

namespace QDiff.Engine.Backends;

/// <summary>
/// A backend that also takes and leaves its numbers in the memory of its device, in the order of the device's default stream and with no
/// copy through the host. States begin in |0…0⟩ unless others are given. The numbers are not looked at on the way: one that is not finite gives results that are not.
/// Lengths are checked as <see cref="IBackend"/> says.
/// </summary>
public interface IDeviceBackend : IBackend
{
    /// <summary>Numbers copied into the device's memory, which stay there until they are disposed of.</summary>
    IDeviceMemory<T> Upload<T>(ReadOnlySpan<T> numbers)
        where T : unmanaged;

    /// <summary><see cref="IBackend.Run{T}"/> on the device.</summary>
    /// <param name="plan">The planned circuit.</param>
    /// <param name="readout">What to read, K numbers for each sample.</param>
    /// <param name="parameters">[TrainableCount].</param>
    /// <param name="inputs">[batch, InputCount].</param>
    /// <param name="batch">Number of samples.</param>
    /// <param name="values">[batch, K], overwritten.</param>
    /// <param name="initialReal">Real parts of initial states, [batch, 2^n]; of length 0 for |0…0⟩.</param>
    /// <param name="initialImaginary">Imaginary parts, as the real ones.</param>
    void RunOnDevice<T>(
        Plan plan, Readout readout, DeviceSpan<T> parameters, DeviceSpan<T> inputs, int batch, DeviceSpan<T> values, DeviceSpan<T> initialReal = default,
        DeviceSpan<T> initialImaginary = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary><see cref="IBackend.Forward{T}"/> on the device; the tape keeps copies of parameters and inputs.</summary>
    AdjointTape<T> ForwardOnDevice<T>(
        Plan plan, Readout readout, DeviceSpan<T> parameters, DeviceSpan<T> inputs, int batch, DeviceSpan<T> values, DeviceSpan<T> initialReal = default,
        DeviceSpan<T> initialImaginary = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary><see cref="IBackend.Backward{T}"/> on the device, for a tape of either kind of forward run.</summary>
    /// <param name="tape">Made by this backend.</param>
    /// <param name="cotangents">[batch, K].</param>
    /// <param name="parameterGradients">[TrainableCount], overwritten.</param>
    /// <param name="inputGradients">[batch, InputCount], overwritten; of length 0 when not wanted.</param>
    void BackwardOnDevice<T>(
        AdjointTape<T> tape, DeviceSpan<T> cotangents, DeviceSpan<T> parameterGradients, DeviceSpan<T> inputGradients)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;
}

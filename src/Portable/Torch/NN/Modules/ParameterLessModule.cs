using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>A module that has no parameters or buffers, nor have its submodules.</summary>
public interface IParameterLessModule
{
}

/// <inheritdoc cref="IParameterLessModule"/>
public abstract class ParameterLessModule<T1, TResult> : nn.Module<T1, TResult>, IParameterLessModule
{
    /// <param name="name">What GetName returns.</param>
    protected ParameterLessModule(string name)
        : base(name)
    {
    }

    /// <summary>Nothing is there to move.</summary>
    protected internal override nn.Module _to(Device device, ScalarType dtype, bool non_blocking) => this;

    /// <inheritdoc cref="_to(Device, ScalarType, bool)"/>
    protected internal override nn.Module _to(DeviceType deviceType, int deviceIndex, bool non_blocking) => this;

    /// <inheritdoc cref="_to(Device, ScalarType, bool)"/>
    protected internal override nn.Module _to(ScalarType dtype, bool non_blocking) => this;

    /// <exception cref="InvalidOperationException">Always.</exception>
    public override void register_buffer(string name, Tensor tensor, bool persistent = true) =>
        throw new InvalidOperationException($"{GetName()} has no parameters or buffers: buffer '{name}' cannot be registered.");

    /// <exception cref="InvalidOperationException">Always.</exception>
    public override void register_parameter(string name, Parameter param) =>
        throw new InvalidOperationException($"{GetName()} has no parameters or buffers: parameter '{name}' cannot be registered.");

    /// <exception cref="InvalidOperationException">The submodule may have parameters.</exception>
    public override void register_module(string name, nn.Module submodule)
    {
        if (submodule is not IParameterLessModule)
        {
            throw new InvalidOperationException($"Submodules of {GetName()}, which has no parameters, must have none either; '{name}' may.");
        }
        base.register_module(name, submodule);
    }
}

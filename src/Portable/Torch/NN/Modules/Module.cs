using System.Reflection;
using TorchSharp.Modules;
using TorchSharp.Utils;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>Layers, their containers, losses and initial values.</summary>
    public static partial class nn
    {
        /// <summary>
        /// The base of all layers: a tree of named parameters (trained), buffers (kept, not trained) and submodules.
        /// </summary>
        /// <remarks>
        /// A module of one's own calls <see cref="RegisterComponents"/> at the end of its constructor: every field that holds a parameter, a
        /// tensor or a module is then a component under the field's name (or that of its <see cref="ComponentNameAttribute"/>).
        /// </remarks>
        public class Module : IDisposable
        {
            /// <summary>The submodules by name.</summary>
            protected OrderedDict<string, Module> _internal_submodules = new();

            /// <summary>The buffers by name, and whether each belongs to the state.</summary>
            protected OrderedDict<string, (Tensor, bool)> _internal_buffers = new();

            /// <summary>The parameters by name.</summary>
            protected OrderedDict<string, Parameter> _internal_params = new();

            /// <summary>The name given to the constructor.</summary>
            protected string? name;

            /// <summary>Where the module's tensors are.</summary>
            protected DeviceType _deviceType = DeviceType.CPU;

            /// <summary>Which device of that type; −1 for the CPU.</summary>
            protected int _deviceIndex = -1;

            private bool _isTraining = true;
            private bool _isDisposed;
            private bool _areComponentsRegistered;

            /// <param name="name">What <see cref="GetName"/> returns.</param>
            protected Module(string name) => this.name = name;

            ~Module() => Dispose(false);

            /// <summary>True between <see cref="train"/> (the state of a new module) and <see cref="eval"/>.</summary>
            public virtual bool training => _isTraining;

            /// <summary>Disposes the parameters and buffers of this module and its submodules.</summary>
            public void Dispose()
            {
                Dispose(true);
                GC.SuppressFinalize(this);
            }

            /// <inheritdoc cref="Dispose()"/>
            protected virtual void Dispose(bool disposing)
            {
                if (!disposing || _isDisposed)
                {
                    return;
                }
                _isDisposed = true;
                foreach (var (_, (buffer, _)) in _internal_buffers)
                {
                    buffer.Dispose();
                }
                foreach (var (_, parameter) in _internal_params)
                {
                    parameter.Dispose();
                }
                foreach (var (_, module) in _internal_submodules)
                {
                    module.Dispose();
                }
            }

            /// <summary>Converts parameters and floating-point buffers and moves all of them.</summary>
            protected internal virtual Module _to(Device device, ScalarType dtype, bool non_blocking)
            {
                RequireFloat(dtype);
                _toEpilog(device, dtype, non_blocking);
                return this;
            }

            /// <summary>Moves parameters and buffers.</summary>
            protected internal virtual Module _to(DeviceType deviceType, int deviceIndex, bool non_blocking)
            {
                _toEpilog(deviceType, deviceIndex, non_blocking);
                return this;
            }

            /// <summary>Converts parameters and floating-point buffers.</summary>
            protected internal virtual Module _to(ScalarType dtype, bool non_blocking)
            {
                RequireFloat(dtype);
                _toEpilog(dtype, non_blocking);
                return this;
            }

            /// <summary>Converts and moves to where another tensor is.</summary>
            public Module _to(Tensor other, bool non_blocking)
            {
                _to(other.dtype, non_blocking);
                return _to(other.device_type, other.device_index, non_blocking);
            }

            /// <inheritdoc cref="_toEpilog(ScalarType?, Device?, bool)"/>
            protected void _toEpilog(ScalarType dtype, bool non_blocking) => _toEpilog(dtype, null, non_blocking);

            /// <inheritdoc cref="_toEpilog(ScalarType?, Device?, bool)"/>
            protected void _toEpilog(Device device, ScalarType dtype, bool non_blocking) => _toEpilog(dtype, device, non_blocking);

            /// <inheritdoc cref="_toEpilog(ScalarType?, Device?, bool)"/>
            protected void _toEpilog(DeviceType deviceType, int deviceIndex, bool non_blocking) =>
                _toEpilog(null, new Device(deviceType, deviceIndex), non_blocking);

            /// <summary>Replaces what has to change in this module and its submodules, also in the fields that hold it.</summary>
            protected virtual void _toEpilog(ScalarType? dtype, Device? device, bool non_blocking)
            {
                foreach (var (_, child) in named_children())
                {
                    if (device is null)
                    {
                        child._to(dtype!.Value, non_blocking);
                    }
                    else if (dtype is null)
                    {
                        child._to(device.type, device.index, non_blocking);
                    }
                    else
                    {
                        child._to(device, dtype.Value, non_blocking);
                    }
                }
                foreach (var (key, parameter) in _internal_params.Snapshot())
                {
                    if (ReplaceParameter(dtype, device, parameter, out Parameter? replacement))
                    {
                        _internal_params[key] = replacement!;
                        ReplaceInFields(parameter, replacement!);
                        parameter.Dispose();
                    }
                }
                foreach (var (key, (buffer, persistent)) in _internal_buffers.Snapshot())
                {
                    if (ReplaceBuffer(dtype, device, buffer, out Tensor? replacement))
                    {
                        _internal_buffers[key] = (replacement!, persistent);
                        ReplaceInFields(buffer, replacement!);
                    }
                }
                if (device is not null)
                {
                    (_deviceType, _deviceIndex) = (device.type, device.index);
                }
            }

            /// <summary>A converted buffer in place of one that has another type; the old one is disposed.</summary>
            protected static bool ReplaceBuffer(ScalarType? dtype, Device? device, Tensor buffer, out Tensor? result)
            {
                result = null;
                if (dtype is not { } type || !is_floating_point(buffer.dtype) || buffer.dtype == type)
                {
                    return false;
                }
                using (no_grad())
                {
                    result = buffer.to_type(type).DetachFromDisposeScope();
                }
                buffer.Dispose();
                return true;
            }

            /// <summary>A converted parameter, with its gradient, in place of one that has another type.</summary>
            protected static bool ReplaceParameter(ScalarType? dtype, Device? device, Parameter param, out Parameter? p)
            {
                p = null;
                if (dtype is not { } type || param.dtype == type)
                {
                    return false;
                }
                using (no_grad())
                {
                    p = new Parameter(param.to_type(type), param.requires_grad);
                    p.DetachFromDisposeScope();
                    using Tensor? gradient = param.grad;
                    if (gradient is not null)
                    {
                        using Tensor converted = gradient.to_type(type);
                        p.grad = converted;
                    }
                }
                return true;
            }

            /// <summary>Calls a function on every submodule, children first, and on this module.</summary>
            public virtual Module apply(Action<Module> fn)
            {
                foreach (var (_, module) in _internal_submodules)
                {
                    module.apply(fn);
                }
                fn(this);
                return this;
            }

            /// <summary>Sets training mode: dropout drops, batch normalisation uses and tracks the statistics of the batch.</summary>
            public virtual void train(bool train = true)
            {
                _isTraining = train;
                foreach (var (_, module) in named_children())
                {
                    module.train(train);
                }
            }

            /// <summary>Sets evaluation mode.</summary>
            public virtual void eval() => train(false);

            /// <summary>Drops the gradients of all parameters, or sets them to zero.</summary>
            public virtual void zero_grad(bool set_to_none = true)
            {
                foreach (var (_, parameter) in named_parameters())
                {
                    Gradients.Clear(parameter, set_to_none);
                }
            }

            /// <summary>The buffers with their dotted names.</summary>
            public virtual IEnumerable<(string name, Tensor buffer)> named_buffers(bool recurse = true, bool include_nonpersistent = true)
            {
                var seen = new HashSet<Tensor>(ReferenceEqualityComparer.Instance);
                foreach (var (key, (buffer, persistent)) in _internal_buffers)
                {
                    if ((include_nonpersistent || persistent) && seen.Add(buffer))
                    {
                        yield return (key, buffer);
                    }
                }
                if (!recurse)
                {
                    yield break;
                }
                foreach (var (prefix, module) in _internal_submodules)
                {
                    foreach (var (key, buffer) in module.named_buffers(true, include_nonpersistent))
                    {
                        if (seen.Add(buffer))
                        {
                            yield return ($"{prefix}.{key}", buffer);
                        }
                    }
                }
            }

            /// <summary>The buffers.</summary>
            public virtual IEnumerable<Tensor> buffers(bool recurse = true, bool include_nonpersistent = true) =>
                named_buffers(recurse, include_nonpersistent).Select(pair => pair.buffer);

            /// <summary>The direct submodules with their names.</summary>
            public virtual IEnumerable<(string name, Module module)> named_children() => _internal_submodules;

            /// <summary>All submodules with their dotted names: first the direct ones, then those below.</summary>
            public virtual IEnumerable<(string name, Module module)> named_modules()
            {
                foreach (var pair in _internal_submodules)
                {
                    yield return pair;
                }
                foreach (var (prefix, module) in _internal_submodules)
                {
                    foreach (var (key, below) in module.named_modules())
                    {
                        yield return ($"{prefix}.{key}", below);
                    }
                }
            }

            /// <summary>All submodules.</summary>
            public virtual IEnumerable<Module> modules() => named_modules().Select(pair => pair.module);

            /// <summary>The direct submodules.</summary>
            public virtual IEnumerable<Module> children() => named_children().Select(pair => pair.module);

            /// <summary>Parameters and persistent buffers by dotted name: the tensors themselves, not copies.</summary>
            public virtual Dictionary<string, Tensor> state_dict(Dictionary<string, Tensor>? destination = null, string? prefix = null)
            {
                destination ??= [];
                string Key(string key) => string.IsNullOrEmpty(prefix) ? key : $"{prefix}.{key}";
                foreach (var (key, parameter) in named_parameters())
                {
                    destination.TryAdd(Key(key), parameter);
                }
                foreach (var (key, buffer) in named_buffers(include_nonpersistent: false))
                {
                    destination.TryAdd(Key(key), buffer);
                }
                return destination;
            }

            /// <summary>Copies values into the parameters and buffers of the same names.</summary>
            /// <param name="source">Values by dotted name.</param>
            /// <param name="strict">Whether the names must be the same on both sides.</param>
            /// <param name="skip">Names to leave alone.</param>
            /// <exception cref="InvalidOperationException">strict, and a name is on one side only.</exception>
            public virtual (IList<string> missing_keys, IList<string> unexpected_keyes) load_state_dict(
                Dictionary<string, Tensor> source, bool strict = true, IList<string>? skip = null)
            {
                skip ??= [];
                Dictionary<string, Tensor> destination = state_dict();
                List<string> unexpected = [.. source.Keys.Where(key => !skip.Contains(key) && !destination.ContainsKey(key))];
                List<string> missing = [.. destination.Keys.Where(key => !skip.Contains(key) && !source.ContainsKey(key))];
                if (strict && (missing.Count > 0 || unexpected.Count > 0))
                {
                    throw new InvalidOperationException(
                        $"The state does not fit {GetName()}: missing [{string.Join(", ", missing)}], unexpected [{string.Join(", ", unexpected)}]; "
                        + "pass strict: false to load what fits.");
                }
                using var guard = no_grad();
                foreach (var (key, value) in source)
                {
                    if (!skip.Contains(key) && destination.TryGetValue(key, out Tensor? target))
                    {
                        target.copy_(value);
                    }
                }
                return (missing, unexpected);
            }

            /// <summary>Writes the state to a file: the number of tensors, then name, type, shape and elements of each.</summary>
            public Module save(string location, IList<string>? skip = null)
            {
                using var writer = new BinaryWriter(File.Create(location));
                return save(writer, skip);
            }

            /// <inheritdoc cref="save(string, IList{string})"/>
            public Module save(BinaryWriter writer, IList<string>? skip = null)
            {
                var state = state_dict().Where(pair => skip is null || !skip.Contains(pair.Key)).ToList();
                writer.Write7BitEncodedInt64(state.Count);
                foreach (var (key, value) in state)
                {
                    writer.Write(key);
                    value.Save(writer);
                }
                return this;
            }

            /// <summary>Reads what <see cref="save(string, IList{string})"/> wrote into the tensors of the same names.</summary>
            /// <exception cref="ArgumentException">A tensor does not fit; or strict, and the names are not the same on both sides.</exception>
            public virtual Module load(string location, bool strict = true, IList<string>? skip = null, Dictionary<string, bool>? loadedParameters = null)
            {
                using var reader = new BinaryReader(File.OpenRead(location));
                return load(reader, strict, skip, loadedParameters);
            }

            /// <inheritdoc cref="load(string, bool, IList{string}, Dictionary{string, bool})"/>
            public virtual Module load(BinaryReader reader, bool strict = true, IList<string>? skip = null, Dictionary<string, bool>? loadedParameters = null)
            {
                Dictionary<string, Tensor> state = state_dict();
                long count = reader.Read7BitEncodedInt64();
                if (strict && count != state.Count)
                {
                    throw new ArgumentException($"The file holds {count} tensors, but {GetName()} has {state.Count}.");
                }
                for (long i = 0; i < count; i++)
                {
                    string key = reader.ReadString();
                    bool found = state.TryGetValue(key, out Tensor? target);
                    if (strict && !found)
                    {
                        throw new ArgumentException($"The file holds '{key}', which {GetName()} has not.");
                    }
                    if (found && skip?.Contains(key) != true)
                    {
                        target!.Load(reader);
                    }
                    else
                    {
                        TensorExtensionMethods.Load(reader).Dispose();
                    }
                    loadedParameters?.Add(key, found);
                }
                return this;
            }

            /// <summary>The parameters with their dotted names, each once.</summary>
            public virtual IEnumerable<(string name, Parameter parameter)> named_parameters(bool recurse = true)
            {
                var seen = new HashSet<Tensor>(ReferenceEqualityComparer.Instance);
                foreach (var pair in _internal_params)
                {
                    if (seen.Add(pair.Item2))
                    {
                        yield return pair;
                    }
                }
                if (!recurse)
                {
                    yield break;
                }
                foreach (var (prefix, module) in _internal_submodules)
                {
                    foreach (var (key, parameter) in module.named_parameters(true))
                    {
                        if (seen.Add(parameter))
                        {
                            yield return ($"{prefix}.{key}", parameter);
                        }
                    }
                }
            }

            /// <summary>The parameters, each once.</summary>
            public virtual IEnumerable<Parameter> parameters(bool recurse = true) => named_parameters(recurse).Select(pair => pair.parameter);

            /// <summary>Whether there is a buffer of this dotted name.</summary>
            public virtual bool has_buffer(string target) => get_buffer(target) is not null;

            /// <summary>Whether there is a parameter of this dotted name.</summary>
            public virtual bool has_parameter(string target) => get_parameter(target) is not null;

            /// <summary>The buffer of a dotted name, or null.</summary>
            public virtual Tensor? get_buffer(string target) =>
                _internal_buffers.TryGetValue(target, out var own) ? own.Item1 : Below(target, static (module, rest) => module.get_buffer(rest));

            /// <summary>The parameter of a dotted name, or null.</summary>
            public virtual Parameter? get_parameter(string target) =>
                _internal_params.TryGetValue(target, out var own) ? own : Below(target, static (module, rest) => module.get_parameter(rest));

            /// <summary>Adds a tensor that belongs to the module but is not trained.</summary>
            /// <exception cref="ArgumentNullException">The tensor is null or disposed.</exception>
            /// <exception cref="InvalidOperationException">The name is taken.</exception>
            public virtual void register_buffer(string name, Tensor tensor, bool persistent = true)
            {
                if (tensor is null || tensor.IsInvalid)
                {
                    throw new ArgumentNullException(nameof(tensor), "A null tensor cannot be registered as a buffer.");
                }
                if (!_internal_buffers.TryAdd(name, (tensor, persistent)))
                {
                    throw new InvalidOperationException($"Buffer '{name}' is already registered.");
                }
            }

            /// <summary>Adds a parameter.</summary>
            /// <exception cref="ArgumentNullException">The parameter is null or disposed.</exception>
            /// <exception cref="InvalidOperationException">The name is taken.</exception>
            public virtual void register_parameter(string name, Parameter param)
            {
                if (param is null || param.IsInvalid)
                {
                    throw new ArgumentNullException(nameof(param), "A null tensor cannot be registered as a parameter.");
                }
                if (!_internal_params.TryAdd(name, param))
                {
                    throw new InvalidOperationException($"Parameter '{name}' is already registered.");
                }
            }

            /// <summary>As <see cref="register_module"/>.</summary>
            public void add_module(string name, Module module) => register_module(name, module);

            /// <summary>Adds a submodule; null removes one.</summary>
            /// <exception cref="ArgumentException">The name is empty or has a dot.</exception>
            /// <exception cref="InvalidOperationException">The name is taken.</exception>
            public virtual void register_module(string name, Module submodule)
            {
                if (submodule is null)
                {
                    _internal_submodules.Remove(name);
                    return;
                }
                if (string.IsNullOrEmpty(name) || name.Contains('.'))
                {
                    throw new ArgumentException($"A module's name must not be empty or contain a dot; got '{name}'.");
                }
                if (_internal_submodules.ContainsKey(name))
                {
                    throw new InvalidOperationException($"Sub-module '{name}' is already registered.");
                }
                submodule.RegisterComponents();
                _internal_submodules.Add(name, submodule);
            }

            /// <inheritdoc cref="ConditionallyRegisterParameter(string, Parameter)"/>
            protected void ConditionallyRegisterParameter(string name, Tensor value) => ConditionallyRegisterParameter(name, value as Parameter);

            /// <summary>Adds, replaces or (null) removes a parameter.</summary>
            protected void ConditionallyRegisterParameter(string name, Parameter? value)
            {
                if (value is null)
                {
                    _internal_params.Remove(name);
                    return;
                }
                _internal_params[name] = value;
            }

            /// <summary>Adds, replaces or (null) removes a buffer.</summary>
            protected void ConditionallyRegisterBuffer(string name, Tensor? value, bool persistent = true)
            {
                if (value is null)
                {
                    _internal_buffers.Remove(name);
                    return;
                }
                _internal_buffers[name] = (value, persistent);
            }

            /// <summary>The name given to the constructor, or the type's.</summary>
            public virtual string GetName() => string.IsNullOrEmpty(name) ? GetType().Name : name;

            /// <summary>Registers every field that holds a module, parameter or tensor, once. Fields of base classes count too.</summary>
            protected virtual void RegisterComponents()
            {
                if (_areComponentsRegistered)
                {
                    return;
                }
                foreach (FieldInfo field in ComponentFields())
                {
                    string key = field.GetCustomAttribute<ComponentNameAttribute>()?.Name ?? field.Name;
                    if (_internal_submodules.ContainsKey(key) || _internal_params.ContainsKey(key) || _internal_buffers.ContainsKey(key))
                    {
                        continue;
                    }
                    object? value = field.GetValue(this);
                    if (value is null || IsRegistered(value))
                    {
                        continue;
                    }
                    switch (value)
                    {
                        case Module module: register_module(key, module); break;
                        case Parameter parameter: register_parameter(key, parameter); break;
                        case Tensor tensor: register_buffer(key, tensor); break;
                    }
                }
                _areComponentsRegistered = true;
            }

            /// <summary>What a null device or type stands for.</summary>
            protected static (Device device, ScalarType dtype) GetDefaultDeviceAndType(Device? device = null, ScalarType? dtype = null) =>
                (device ?? CPU, dtype ?? get_default_dtype());

            /// <summary>Forgets the submodules.</summary>
            protected void ClearModules() => _internal_submodules.clear();

            private static void RequireFloat(ScalarType dtype)
            {
                if (!is_floating_point(dtype))
                {
                    throw new ArgumentException($"A module can be converted to floating-point types only; got {dtype}.");
                }
            }

            // A layer that registers its parameters itself keeps them in fields too.
            private bool IsRegistered(object component) =>
                _internal_params.values().Any(own => ReferenceEquals(own, component)) || _internal_buffers.values().Any(own => ReferenceEquals(own.Item1, component))
                || _internal_submodules.values().Any(own => ReferenceEquals(own, component));

            private T? Below<T>(string target, Func<Module, string, T?> find)
                where T : class
            {
                int dot = target.IndexOf('.', StringComparison.Ordinal);
                return dot < 0
                    ? null
                    : named_children().Where(pair => pair.name == target[..dot]).Select(pair => find(pair.module, target[(dot + 1)..])).FirstOrDefault(found => found is not null);
            }

            private IEnumerable<FieldInfo> ComponentFields()
            {
                var seen = new HashSet<string>();
                for (Type? type = GetType(); type is not null && type != typeof(Module); type = type.BaseType)
                {
                    foreach (FieldInfo field in type.GetFields(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.DeclaredOnly))
                    {
                        if (seen.Add(field.Name))
                        {
                            yield return field;
                        }
                    }
                }
            }

            private void ReplaceInFields(Tensor old, Tensor replacement)
            {
                foreach (FieldInfo field in ComponentFields())
                {
                    if (ReferenceEquals(field.GetValue(this), old))
                    {
                        field.SetValue(this, replacement);
                    }
                }
            }
        }
    }
}

using TorchSharp;
using static TorchSharp.torch;

namespace QDiff.Models.Persistence;

/// <summary>Copies the parameters and buffers of a module out of it and back, by name.</summary>
public static class ModuleState
{
    /// <summary>A copy of all parameters and persistent buffers.</summary>
    /// <param name="module">The module.</param>
    /// <param name="prefix">Put before every name, e.g. <c>"decoder."</c>.</param>
    public static Dictionary<string, StoredTensor> Capture(nn.Module module, string prefix = "")
    {
        ArgumentNullException.ThrowIfNull(module);
        return module.state_dict().ToDictionary(entry => prefix + entry.Key, entry => StoredTensor.From(entry.Value), StringComparer.Ordinal);
    }

    /// <summary>Overwrites all parameters and persistent buffers in place, so that optimisers keep hold of them.</summary>
    /// <param name="module">The module.</param>
    /// <param name="stored">Where the values are; names that do not begin with the prefix are left alone.</param>
    /// <param name="source">What to call the source in messages, usually a file.</param>
    /// <param name="prefix">What stands before every name.</param>
    /// <exception cref="UserErrorException">A tensor is missing, superfluous, or of another shape or type; the module is as it was.</exception>
    public static void Restore(nn.Module module, IReadOnlyDictionary<string, StoredTensor> stored, string source, string prefix = "")
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(stored);
        Dictionary<string, Tensor> state = module.state_dict();
        foreach ((string name, Tensor target) in state)
        {
            if (!stored.TryGetValue(prefix + name, out StoredTensor? value))
            {
                throw Foreign(source, $"it lacks the tensor '{prefix + name}'");
            }
            if (!value.Shape.SequenceEqual(target.shape) || value.Type != TypeOf(target.dtype))
            {
                throw Foreign(
                    source,
                    $"its '{prefix + name}' is {value.Type}[{string.Join(", ", value.Shape)}] where {TypeOf(target.dtype)}[{string.Join(", ", target.shape)}] is needed");
            }
        }
        string? superfluous = stored.Keys.FirstOrDefault(name => name.StartsWith(prefix, StringComparison.Ordinal) && !state.ContainsKey(name[prefix.Length..]));
        if (superfluous is not null)
        {
            throw Foreign(source, $"it holds a tensor '{superfluous}' that the model lacks");
        }
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        foreach ((string name, Tensor target) in state)
        {
            target.copy_(stored[prefix + name].ToTensor(target.device));
        }
    }

    private static StoredType? TypeOf(ScalarType type) => type switch
    {
        ScalarType.Float32 => StoredType.F32,
        ScalarType.Float64 => StoredType.F64,
        ScalarType.Int64 => StoredType.I64,
        ScalarType.Byte => StoredType.U8,
        _ => null,
    };

    private static UserErrorException Foreign(string source, string what)
        => new($"'{source}' does not fit this model: {what}; it was written by another version or with other settings.");
}

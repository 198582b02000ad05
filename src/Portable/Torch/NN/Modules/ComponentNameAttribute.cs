namespace TorchSharp.Utils;

/// <summary>The name under which a field's component is registered, in place of the field's own.</summary>
[AttributeUsage(AttributeTargets.Field)]
public class ComponentNameAttribute : Attribute
{
    /// <summary>The component's name.</summary>
    public string Name { get; set; } = string.Empty;
}

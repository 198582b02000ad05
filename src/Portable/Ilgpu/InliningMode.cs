namespace ILGPU;

/// <summary>What ILGPU's compiler inlines.</summary>
public enum InliningMode
{
    Default = Aggressive,
    Aggressive = 0,
    Conservative,
    Disabled,
}

namespace ILGPU;

/// <summary>How exact ILGPU's compiler takes floating-point arithmetic.</summary>
public enum MathMode
{
    Default,
    Fast,
    Fast32BitOnly,
}

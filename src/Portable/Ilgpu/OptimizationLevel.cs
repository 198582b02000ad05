namespace ILGPU;

/// <summary>How much ILGPU's compiler improves a kernel.</summary>
public enum OptimizationLevel
{
    Debug = O0,
    Release = O1,
    O0 = 0,
    O1,
    O2,
}

namespace ILGPU.Runtime.CPU;

/// <summary>Who sees a piece of memory.</summary>
internal enum MemorySpace
{
    /// <summary>Everybody.</summary>
    Global,

    /// <summary>The threads of one group.</summary>
    Shared,

    /// <summary>One thread.</summary>
    Local,
}

namespace QDiff.Models.Persistence;

/// <summary>Element types of a <see cref="StoredTensor"/>, under their safetensors names.</summary>
public enum StoredType
{
    /// <summary>32-bit IEEE 754 numbers.</summary>
    F32,

    /// <summary>64-bit IEEE 754 numbers.</summary>
    F64,

    /// <summary>64-bit signed integers.</summary>
    I64,

    /// <summary>Bytes.</summary>
    U8,
}

namespace QDiff.Engine.OpenQasm;

/// <summary>A version of the OpenQASM language.</summary>
public enum OpenQasmVersion
{
    /// <summary>OpenQASM 2.0 (docs/references.md: Cross2017).</summary>
    Two = 2,

    /// <summary>OpenQASM 3 (docs/references.md: Cross2022).</summary>
    Three = 3,
}

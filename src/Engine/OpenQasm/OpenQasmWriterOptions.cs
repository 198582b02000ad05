using System.Collections.Immutable;

namespace QDiff.Engine.OpenQasm;

/// <summary>How a program is written as OpenQASM.</summary>
public sealed record OpenQasmWriterOptions
{
    /// <summary>Version of the language.</summary>
    public OpenQasmVersion Version { get; init; } = OpenQasmVersion.Three;

    /// <summary>Values of the trainable parameters, written in their place; empty to write them as inputs of the file (OpenQASM 3 alone).</summary>
    public ImmutableArray<double> Trainables { get; init; } = [];

    /// <summary>Values of one sample's inputs, written in their place; empty to write them as inputs of the file (OpenQASM 3 alone).</summary>
    public ImmutableArray<double> Inputs { get; init; } = [];

    /// <summary>Names of the inputs; empty for x_0, x_1, … Trainable parameters are called theta_0, theta_1, …</summary>
    public ImmutableArray<string> InputNames { get; init; } = [];
}

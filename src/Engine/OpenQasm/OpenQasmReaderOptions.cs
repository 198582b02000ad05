using System.Collections.Immutable;
using QDiff.Engine.Circuits;

namespace QDiff.Engine.OpenQasm;

/// <summary>How an OpenQASM text is read.</summary>
public sealed record OpenQasmReaderOptions
{
    /// <summary>Default of <see cref="MaximumInstructions"/>.</summary>
    public const int DefaultMaximumInstructions = 1_000_000;

    /// <summary>
    /// Values of <c>input</c> declarations by name. A <c>float</c> or <c>angle</c> without a value stays a parameter of the program;
    /// an <c>int</c>, <c>uint</c> or <c>bool</c> must have one.
    /// </summary>
    public ImmutableDictionary<string, double> Values { get; init; } = ImmutableDictionary<string, double>.Empty;

    /// <summary>What an <c>input</c> without a value becomes: a per-sample input (the default) or a trainable parameter.</summary>
    public ParameterKind InputKind { get; init; } = ParameterKind.Input;

    /// <summary>
    /// The most statements that may be executed, loops and gate definitions unrolled, and the most instructions that they may come to.
    /// </summary>
    public int MaximumInstructions { get; init; } = DefaultMaximumInstructions;
}

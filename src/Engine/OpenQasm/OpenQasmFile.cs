using System.Collections.Immutable;
using QDiff.Engine.Programs;

namespace QDiff.Engine.OpenQasm;

/// <summary>What an OpenQASM text says.</summary>
/// <param name="Version">The language's version.</param>
/// <param name="Program">The program, loops and gate definitions unrolled.</param>
/// <param name="Inputs">
/// Names of the <c>input</c> declarations that were given no value: entry i is parameter i of the program (an input or a trainable
/// parameter, as <see cref="OpenQasmReaderOptions.InputKind"/> says).
/// </param>
public sealed record OpenQasmFile(OpenQasmVersion Version, QuantumProgram Program, ImmutableArray<string> Inputs);

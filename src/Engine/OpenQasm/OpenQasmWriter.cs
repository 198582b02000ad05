using QDiff.Engine.OpenQasm.Writing;
using QDiff.Engine.Programs;

namespace QDiff.Engine.OpenQasm;

/// <summary>
/// Writes programs as OpenQASM. Read back, they give the same amplitudes to rounding, global phase included: angles are printed to the
/// last digit, and gates that OpenQASM does not name are defined in the file (docs/qasm.md).
/// </summary>
public static class OpenQasmWriter
{
    /// <summary>Writes a program.</summary>
    /// <param name="program">Gates, measurements, resets, barriers and conditions.</param>
    /// <param name="options">Version and values of parameters; null for OpenQASM 3 with the parameters as inputs.</param>
    /// <returns>The text, with a line feed at the end of every line.</returns>
    /// <exception cref="ArgumentException">
    /// The program has noise channels, or what version 2.0 cannot say: parameters without values, conditions that are no equality of a
    /// whole register, alternatives; or the values do not fit the program.
    /// </exception>
    public static string Write(QuantumProgram program, OpenQasmWriterOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(program);
        options ??= new OpenQasmWriterOptions();
        Guard.WriterOptions(program, options);
        return new ProgramText(program, options).Write();
    }
}

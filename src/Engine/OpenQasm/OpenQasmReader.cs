using QDiff.Engine.Circuits;
using QDiff.Engine.OpenQasm.Lowering;
using QDiff.Engine.OpenQasm.Syntax;

namespace QDiff.Engine.OpenQasm;

/// <summary>
/// Reads OpenQASM 2.0 and the part of OpenQASM 3 that circuits of gates, measurements, resets, conditions and loops need; docs/qasm.md says
/// which. The gates of qelib1.inc and stdgates.inc are built in.
/// </summary>
public static class OpenQasmReader
{
    /// <summary>Reads a text.</summary>
    /// <param name="text">The whole file.</param>
    /// <param name="options">Values of inputs and limits; null for the defaults.</param>
    /// <exception cref="OpenQasmException">The text is not OpenQASM, or uses what is not read; the message says what and where.</exception>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static OpenQasmFile Read(string text, OpenQasmReaderOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        options ??= new OpenQasmReaderOptions();
        Guard.ReaderOptions(options);
        return ProgramLowering.Lower(Parser.Parse(text), options);
    }
}

namespace QDiff.Engine.OpenQasm;

/// <summary>An OpenQASM text cannot be read. The message is one sentence: what was got, what is allowed, what to do.</summary>
public sealed class OpenQasmException : Exception
{
    /// <summary>Says what is wrong and where.</summary>
    /// <param name="line">Line, from 1.</param>
    /// <param name="column">Column in characters, from 1.</param>
    /// <param name="message">The sentence.</param>
    public OpenQasmException(int line, int column, string message)
        : base(message) => (Line, Column) = (line, column);

    /// <summary>Line of the offending word, from 1.</summary>
    public int Line { get; }

    /// <summary>Column of the offending word in characters, from 1.</summary>
    public int Column { get; }
}

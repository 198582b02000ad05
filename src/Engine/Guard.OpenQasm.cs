using System.Collections.Immutable;
using QDiff.Engine.Circuits;
using QDiff.Engine.OpenQasm;
using QDiff.Engine.Programs;

namespace QDiff.Engine;

internal static partial class Guard
{
    public static void ReaderOptions(OpenQasmReaderOptions options)
    {
        if (options.MaximumInstructions < 1)
        {
            throw new ArgumentOutOfRangeException(
                nameof(options), $"A file may come to at least 1 instruction; got a limit of {options.MaximumInstructions}.");
        }

        if (options.InputKind is not (ParameterKind.Input or ParameterKind.Trainable))
        {
            throw new ArgumentException($"Inputs are read as per-sample inputs or as trainable parameters; got {options.InputKind}.", nameof(options));
        }
    }

    public static void WriterOptions(QuantumProgram program, OpenQasmWriterOptions options)
    {
        if (!Enum.IsDefined(options.Version))
        {
            throw new ArgumentOutOfRangeException(nameof(options), $"OpenQASM is written in version Two or Three; got {(int)options.Version}.");
        }

        WriterValues(options.Trainables, program.TrainableCount, "trainable parameter", options.Version);
        WriterValues(options.Inputs, program.InputCount, "input", options.Version);
        if (!options.InputNames.IsEmpty && options.InputNames.Length != program.InputCount)
        {
            throw new ArgumentException($"The program has {program.InputCount} input(s); got {options.InputNames.Length} name(s).", nameof(options));
        }
    }

    private static void WriterValues(ImmutableArray<double> values, int count, string what, OpenQasmVersion version)
    {
        if (values.IsEmpty && count > 0 && version == OpenQasmVersion.Two)
        {
            throw new ArgumentException($"OpenQASM 2.0 has no parameters, and the program has {count} {what}(s); give their values or write OpenQASM 3.", nameof(values));
        }

        if (!values.IsEmpty && values.Length != count)
        {
            throw new ArgumentException($"The program has {count} {what}(s); got {values.Length} value(s).", nameof(values));
        }

        foreach (double value in values)
        {
            if (!double.IsFinite(value))
            {
                throw new ArgumentException($"The value of every {what} must be finite; got {value}.", nameof(values));
            }
        }
    }
}

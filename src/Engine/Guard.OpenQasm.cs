using QDiff.Engine.Circuits;
using QDiff.Engine.OpenQasm;

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
}

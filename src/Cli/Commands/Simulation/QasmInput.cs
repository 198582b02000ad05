using System.Collections.Immutable;
using System.Globalization;
using QDiff.Engine.OpenQasm;
using QDiff.Models;

namespace QDiff.Cli.Commands.Simulation;

/// <summary>Reads an OpenQASM file, or standard input.</summary>
internal static class QasmInput
{
    /// <summary>The file name that stands for standard input.</summary>
    public const string StandardInput = "-";

    /// <summary>Reads a program with the given values of its inputs.</summary>
    /// <exception cref="UserErrorException">The file cannot be read, or is no OpenQASM that is read here; with line and column.</exception>
    /// <exception cref="CommandLineException">An input has no value, or one of the values is for no input.</exception>
    public static OpenQasmFile Read(string file, ImmutableDictionary<string, double> values)
    {
        string name = file == StandardInput ? "standard input" : $"'{file}'";
        string text = Text(file);
        try
        {
            OpenQasmFile program = OpenQasmReader.Read(text, new OpenQasmReaderOptions { Values = values });
            return program.Inputs.IsEmpty
                ? program
                : throw new CommandLineException(
                    $"{Capital(name)} has inputs without values: {string.Join(", ", program.Inputs)}; give them, as in --set {program.Inputs[0]}=0.5.");
        }
        catch (OpenQasmException e)
        {
            throw new UserErrorException(FormattableString.Invariant($"{name}, line {e.Line}, column {e.Column}: {e.Message}"), e);
        }
    }

    /// <summary>name=value of every --set.</summary>
    /// <exception cref="CommandLineException">One is no name and number, or a name comes twice.</exception>
    public static ImmutableDictionary<string, double> Values(IEnumerable<string> assignments)
    {
        var values = ImmutableDictionary.CreateBuilder<string, double>();
        foreach (string assignment in assignments)
        {
            string[] parts = assignment.Split('=', 2);
            if (parts.Length != 2 || parts[0].Length == 0
                || !double.TryParse(parts[1], NumberStyles.Float, CultureInfo.InvariantCulture, out double value) || !double.IsFinite(value))
            {
                throw new CommandLineException($"'--set' needs a name and a number, as in --set theta=0.5; got '{assignment}'.");
            }

            if (!values.TryAdd(parts[0], value))
            {
                throw new CommandLineException($"'--set' gives '{parts[0]}' twice; give every input one value.");
            }
        }

        return values.ToImmutable();
    }

    private static string Text(string file)
    {
        try
        {
            return file == StandardInput ? Console.In.ReadToEnd() : File.ReadAllText(file);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new UserErrorException($"There is no file '{file}'; give the name of an OpenQASM file, or {StandardInput} for standard input.", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new UserErrorException($"'{file}' cannot be read: it is a folder, or its permissions forbid it.", e);
        }
    }

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}

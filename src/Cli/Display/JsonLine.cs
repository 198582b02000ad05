using System.Text.Encodings.Web;
using System.Text.Json;

namespace QDiff.Cli.Display;

/// <summary>Writes results for programs: one line of JSON, without escapes that only web pages need.</summary>
internal static class JsonLine
{
    private static readonly JsonSerializerOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The line, without its end.</summary>
    public static string Of(object value) => JsonSerializer.Serialize(value, s_options);
}

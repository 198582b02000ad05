using System.Text.Json;

namespace QDiff.Engine.Files;

/// <summary>A value of a JSON file and its path, for strict reading: whatever does not fit is refused with the path.</summary>
internal readonly struct JsonPlace
{
    private readonly JsonElement _element;

    private JsonPlace(JsonElement element, string path)
    {
        _element = element;
        Path = path;
    }

    /// <summary>The path as in "$.rules[2].channels[0]".</summary>
    public string Path { get; }

    public bool IsText => _element.ValueKind == JsonValueKind.String;

    public bool IsArray => _element.ValueKind == JsonValueKind.Array;

    /// <summary>Every key and value of an object.</summary>
    public IEnumerable<(string Key, JsonPlace Value)> Entries
    {
        get
        {
            Expect(JsonValueKind.Object, "an object");
            string path = Path;
            return _element.EnumerateObject().Select(property => (property.Name, new JsonPlace(property.Value, $"{path}.{property.Name}")));
        }
    }

    /// <summary>Every element of an array.</summary>
    public IReadOnlyList<JsonPlace> Items
    {
        get
        {
            Expect(JsonValueKind.Array, "an array");
            string path = Path;
            return [.. _element.EnumerateArray().Select((item, index) => new JsonPlace(item, $"{path}[{index}]"))];
        }
    }

    /// <summary>The value of a key that must be there.</summary>
    public JsonPlace this[string key] => Find(key) ?? throw Refusal($"the key \"{key}\" is missing");

    /// <summary>Parses a whole text.</summary>
    /// <exception cref="NoiseFileException">It is empty or no JSON, or an object has a key twice.</exception>
    public static JsonPlace Parse(string text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            throw new NoiseFileException("$", "the file is empty; it must hold a JSON object");
        }

        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { AllowDuplicateProperties = false });
            return new JsonPlace(document.RootElement.Clone(), "$");
        }
        catch (JsonException error)
        {
            string line = error.LineNumber is { } number ? $"line {number + 1}, column {error.BytePositionInLine + 1}" : "$";
            throw new NoiseFileException(line, $"this is no valid JSON: {FirstSentence(error.Message)}");
        }
    }

    /// <summary>The value of a key; null where it is missing.</summary>
    public JsonPlace? Find(string key)
    {
        Expect(JsonValueKind.Object, "an object");
        return _element.TryGetProperty(key, out JsonElement value) ? new JsonPlace(value, $"{Path}.{key}") : null;
    }

    /// <summary>Refuses keys other than these.</summary>
    public JsonPlace Only(params IReadOnlyList<string> keys)
    {
        foreach (var (key, value) in Entries)
        {
            if (!keys.Contains(key))
            {
                throw value.Refusal($"there is no such key here; known are {string.Join(", ", keys)}");
            }
        }

        return this;
    }

    public string Text()
    {
        Expect(JsonValueKind.String, "a text");
        return _element.GetString()!;
    }

    public bool Truth() => _element.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Refusal($"this must be true or false; got {Kind()}"),
    };

    public int Integer()
    {
        Expect(JsonValueKind.Number, "a whole number");
        return _element.TryGetInt32(out int value) ? value : throw Refusal($"this must be a whole number; got {_element.GetRawText()}");
    }

    public double Number()
    {
        Expect(JsonValueKind.Number, "a number");
        double value = _element.GetDouble();
        return double.IsFinite(value) ? value : throw Refusal($"this number is too large: {_element.GetRawText()}");
    }

    /// <summary>Runs what an argument check of the engine may refuse, and adds the path to its sentence.</summary>
    public T Checked<T>(Func<T> make)
    {
        try
        {
            return make();
        }
        catch (ArgumentException error)
        {
            // .NET puts the parameter's name behind the sentence.
            throw Refusal(error.Message.Split(" (Parameter '")[0].TrimEnd('.'));
        }
    }

    public NoiseFileException Refusal(string sentence) => new(Path, sentence);

    private static string FirstSentence(string message) => message.Split(" LineNumber:")[0].Split(" Path:")[0].TrimEnd('.');

    private void Expect(JsonValueKind kind, string what)
    {
        if (_element.ValueKind != kind)
        {
            throw Refusal($"this must be {what}; got {Kind()}");
        }
    }

    private string Kind() => _element.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a text",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "true or false",
        _ => "nothing",
    };
}

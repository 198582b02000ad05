using QDiff.Models.Training;

namespace QDiff.Models.Reports;

/// <summary>What a report could not show, and why.</summary>
/// <param name="observer">Told as well.</param>
internal sealed class MissingParts(ITrainingObserver observer)
{
    private readonly List<string> _sentences = [];

    /// <summary>One sentence each.</summary>
    public IReadOnlyList<string> Sentences => _sentences;

    /// <summary>Adds one: what is missing, a colon, why.</summary>
    public void Add(string sentence)
    {
        string whole = $"{char.ToUpperInvariant(sentence[0])}{sentence[1..].TrimEnd('.')}.";
        _sentences.Add(whole);
        observer.Note($"missing: {whole}");
    }

    /// <summary>Makes a part of the report, or says why not.</summary>
    public void Try(string part, Action make)
    {
        try
        {
            make();
        }
        catch (UserErrorException e)
        {
            Add($"{part}: {e.Message}");
        }
    }
}

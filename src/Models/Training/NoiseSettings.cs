using System.Security.Cryptography;
using System.Text;
using QDiff.Engine.Chips;
using QDiff.Engine.Files;
using QDiff.Models.Persistence;

namespace QDiff.Models.Training;

/// <summary>The noise file of a run, whole, so that the run can be repeated without it.</summary>
public sealed record NoiseSettings
{
    /// <summary>The file's name as it was typed; says where the content came from and has no effect.</summary>
    public required string File { get; init; }

    /// <summary>SHA-256 of the content.</summary>
    public required string Sha256 { get; init; }

    /// <summary>The text of the file.</summary>
    public required string Content { get; init; }

    /// <summary>Reads a file for <c>--noise</c>.</summary>
    /// <exception cref="UserErrorException">It cannot be read, or is neither a noise model nor a chip's profile.</exception>
    public static NoiseSettings Read(string path)
    {
        string content;
        try
        {
            content = System.IO.File.ReadAllText(path);
        }
        catch (UnauthorizedAccessException e) when (Directory.Exists(path))
        {
            throw new UserErrorException($"Cannot read the noise file '{path}': it is a folder; name a file.", e);
        }
        catch (Exception e) when (IoFailure.IsUsers(e))
        {
            throw new UserErrorException($"Cannot read the noise file '{path}': {IoFailure.Reason(e)}.", e);
        }

        var settings = new NoiseSettings { File = path, Sha256 = Hash(content), Content = content };
        settings.Parse();
        return settings;
    }

    /// <summary>The noise model or chip's profile.</summary>
    /// <exception cref="UserErrorException">The content is neither, or has been changed.</exception>
    public NoiseFile Parse()
    {
        if (Hash(Content) != Sha256)
        {
            throw new UserErrorException($"The content of the noise file '{File}' in the run's config.json has not the SHA-256 {Sha256} that is written beside it; restore config.json.");
        }

        try
        {
            return NoiseFile.Parse(Content);
        }
        catch (NoiseFileException e)
        {
            throw new UserErrorException($"The noise file '{File}' cannot be used: {e.Message}", e);
        }
    }

    private static string Hash(string content) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)));
}

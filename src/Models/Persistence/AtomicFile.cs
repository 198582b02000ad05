using System.Text;

namespace QDiff.Models.Persistence;

/// <summary>
/// Writes a file so that its name always holds either the old content or the whole new one: the bytes go to a temporary name in
/// the same folder, are flushed to the disk, and the temporary name is renamed over the final one. A process killed at any
/// moment leaves at most a file that ends in <see cref="TemporarySuffix"/>, which <see cref="RemoveLeftovers"/> clears.
/// </summary>
public static class AtomicFile
{
    /// <summary>The end of every temporary name.</summary>
    public const string TemporarySuffix = ".qdiff-tmp";

    /// <summary>Replaces <paramref name="path"/> by what <paramref name="write"/> writes.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="write">Writes the content to the stream it is given. If it throws, the old content stays.</param>
    /// <exception cref="UserErrorException">The disk is full, the folder is missing or not writable, …</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(write);
        string full = Path.GetFullPath(path);
        string temporary = $"{full}.{Guid.NewGuid():N}"[..(full.Length + 9)] + TemporarySuffix;
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }
            File.Move(temporary, full, overwrite: true);
        }
        catch (Exception e)
        {
            TryDelete(temporary);
            if (IoFailure.IsUsers(e))
            {
                throw new UserErrorException($"Cannot write '{path}': {IoFailure.Reason(e)}.", e);
            }
            throw;
        }
    }

    /// <summary>Finds out whether <see cref="Write"/> could write here, and leaves nothing behind: for what is written only after long work.</summary>
    /// <exception cref="UserErrorException">The folder is missing or not writable, or the name is that of a folder.</exception>
    public static void RequireWritable(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (Directory.Exists(path))
        {
            throw new UserErrorException($"Cannot write '{path}': it is a folder; name a file.");
        }

        string probe = $"{Path.GetFullPath(path)}.{Guid.NewGuid():N}"[..(Path.GetFullPath(path).Length + 9)] + TemporarySuffix;
        try
        {
            File.Create(probe, 1, FileOptions.DeleteOnClose).Dispose();
        }
        catch (Exception e) when (IoFailure.IsUsers(e))
        {
            throw new UserErrorException($"Cannot write '{path}': {IoFailure.Reason(e)}.", e);
        }
    }

    /// <summary>Replaces <paramref name="path"/> by <paramref name="text"/> in UTF-8 without a byte-order mark.</summary>
    /// <exception cref="UserErrorException">The file cannot be written.</exception>
    public static void WriteText(string path, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        byte[] bytes = new UTF8Encoding(false).GetBytes(text);
        Write(path, stream => stream.Write(bytes));
    }

    /// <summary>Deletes the temporary files that a killed process left in <paramref name="folder"/>; does nothing if it does not exist.</summary>
    public static void RemoveLeftovers(string folder)
    {
        if (!Directory.Exists(folder))
        {
            return;
        }
        foreach (string file in Directory.EnumerateFiles(folder, "*" + TemporarySuffix))
        {
            TryDelete(file);
        }
    }

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (IoFailure.IsUsers(e))
        {
            // What was refused before is what the user must hear of, not that the remains could not be cleared away.
        }
    }
}

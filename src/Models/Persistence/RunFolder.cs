using System.Text;
using System.Text.Json;

namespace QDiff.Models.Persistence;

/// <summary>
/// The folder of one training run: <c>config.json</c> (everything needed to repeat it), <c>log.jsonl</c> (one JSON object per
/// line), <c>checkpoints/</c>, <c>samples/</c> and <c>metrics.json</c> (present once the run is finished).
/// Whoever writes holds the lock <c>.lock</c>, which the operating system releases when the process ends, however it ends.
/// </summary>
public sealed class RunFolder : IDisposable
{
    /// <summary>Name of the file that makes a folder a run folder.</summary>
    public const string ConfigName = "config.json";

    /// <summary>The number in a log line by which <see cref="CutLogAfter"/> knows its place in the run.</summary>
    public const string StepField = "step";

    private const string LockName = ".lock";
    private readonly FileStream? _lock;
    private FileStream? _log;

    private RunFolder(string path, FileStream? heldLock)
    {
        Root = path;
        _lock = heldLock;
    }

    /// <summary>The folder itself, as the user named it.</summary>
    public string Root { get; }

    /// <summary>config.json.</summary>
    public string ConfigPath => Path.Combine(Root, ConfigName);

    /// <summary>log.jsonl.</summary>
    public string LogPath => Path.Combine(Root, "log.jsonl");

    /// <summary>checkpoints/.</summary>
    public string CheckpointsPath => Path.Combine(Root, "checkpoints");

    /// <summary>samples/.</summary>
    public string SamplesPath => Path.Combine(Root, "samples");

    /// <summary>metrics.json.</summary>
    public string MetricsPath => Path.Combine(Root, "metrics.json");

    /// <summary>True when config.json is there, so the settings of the run are known.</summary>
    public bool HasConfig => File.Exists(ConfigPath);

    /// <summary>True when metrics.json is there.</summary>
    public bool IsFinished => File.Exists(MetricsPath);

    /// <summary>Makes a new run folder, or with <paramref name="resume"/> opens one to go on with, and locks it for writing.</summary>
    /// <param name="path">The folder. New runs need one that is absent or empty.</param>
    /// <param name="resume">
    /// Go on with the run that is there. A run that was killed before it wrote config.json has <see cref="HasConfig"/> false and
    /// begins anew.
    /// </param>
    /// <exception cref="UserErrorException">
    /// The folder holds something else, or a run and <paramref name="resume"/> is false, or nothing and it is true; it cannot be
    /// written; or another process writes to it.
    /// </exception>
    public static RunFolder Create(string path, bool resume)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (File.Exists(path))
        {
            throw new UserErrorException($"'{path}' is a file where a run needs a folder; name another one with --out.");
        }
        string[] entries;
        try
        {
            entries = Directory.Exists(path) ? [.. Directory.EnumerateFileSystemEntries(path).Select(e => Path.GetFileName(e))] : [];
        }
        catch (Exception e) when (IoFailure.IsUsers(e))
        {
            throw new UserErrorException($"Cannot read the folder '{path}': {IoFailure.Reason(e)}.", e);
        }
        Check(path, entries, resume);
        FileStream? heldLock = null;
        try
        {
            Directory.CreateDirectory(path);
            heldLock = Lock(path);
            var folder = new RunFolder(path, heldLock);
            Directory.CreateDirectory(folder.CheckpointsPath);
            Directory.CreateDirectory(folder.SamplesPath);
            AtomicFile.RemoveLeftovers(path);
            AtomicFile.RemoveLeftovers(folder.CheckpointsPath);
            AtomicFile.RemoveLeftovers(folder.SamplesPath);
            folder.CutLogAfter(long.MaxValue); // A line torn by a kill must not run together with the next one.
            return folder;
        }
        catch (Exception e)
        {
            heldLock?.Dispose();
            if (IoFailure.IsUsers(e))
            {
                throw new UserErrorException($"Cannot write to the run folder '{path}': {IoFailure.Reason(e)}.", e);
            }
            throw;
        }
    }

    /// <summary>Opens an existing run to read from it (samples, evaluation); takes no lock.</summary>
    /// <exception cref="UserErrorException">The folder is missing or holds no config.json.</exception>
    public static RunFolder Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!Directory.Exists(path))
        {
            throw new UserErrorException($"There is no run folder '{path}'; name the folder that train wrote (its --out).");
        }
        var folder = new RunFolder(path, null);
        return folder.HasConfig
            ? folder
            : throw new UserErrorException($"'{path}' is not a run folder: it has no config.json; name the folder that train wrote (its --out).");
    }

    /// <summary>Replaces config.json.</summary>
    /// <exception cref="UserErrorException">It cannot be written.</exception>
    public void WriteConfig(string json) => AtomicFile.WriteText(ConfigPath, json);

    /// <summary>The text of config.json.</summary>
    /// <exception cref="UserErrorException">It is missing, unreadable, or not JSON.</exception>
    public string ReadConfig() => ReadJson(ConfigPath);

    /// <summary>Replaces metrics.json, which marks the run as finished.</summary>
    /// <exception cref="UserErrorException">It cannot be written.</exception>
    public void WriteMetrics(string json) => AtomicFile.WriteText(MetricsPath, json);

    /// <summary>
    /// Appends one JSON object as a line to log.jsonl and hands it to the operating system at once: a killed process loses at most
    /// the line it was writing.
    /// </summary>
    /// <exception cref="ArgumentException"><paramref name="line"/> has a line break in it.</exception>
    /// <exception cref="UserErrorException">The log cannot be written.</exception>
    public void AppendLog(string line)
    {
        ArgumentNullException.ThrowIfNull(line);
        if (line.AsSpan().IndexOfAny('\n', '\r') >= 0)
        {
            throw new ArgumentException("A log line is one JSON object without line breaks.", nameof(line));
        }
        try
        {
            _log ??= new FileStream(LogPath, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            _log.Write(Encoding.UTF8.GetBytes(line + "\n"));
        }
        catch (Exception e) when (IoFailure.IsUsers(e))
        {
            throw new UserErrorException($"Cannot write '{LogPath}': {IoFailure.Reason(e)}.", e);
        }
    }

    /// <summary>
    /// Prepares the log for going on from <paramref name="step"/>: drops a torn last line, and every line whose
    /// <see cref="StepField"/> is beyond that step, so that the resumed log reads like that of an uninterrupted run.
    /// </summary>
    /// <param name="step">The last step that is kept.</param>
    /// <param name="until">Lines beyond this step are kept too: a later stage that is finished keeps its own.</param>
    /// <returns>How many whole lines are left.</returns>
    /// <exception cref="UserErrorException">The log cannot be read or written.</exception>
    public int CutLogAfter(long step, long until = long.MaxValue)
    {
        _log?.Dispose();
        _log = null;
        if (!File.Exists(LogPath))
        {
            return 0;
        }
        string text;
        try
        {
            text = File.ReadAllText(LogPath);
        }
        catch (Exception e) when (IoFailure.IsUsers(e))
        {
            throw new UserErrorException($"Cannot read '{LogPath}': {IoFailure.Reason(e)}.", e);
        }
        var kept = new StringBuilder();
        int lines = 0;
        int begin = 0;
        for (int end = text.IndexOf('\n'); end >= 0; end = text.IndexOf('\n', begin))
        {
            string line = text[begin..end];
            if (StepOf(line) is not { } at)
            {
                break;
            }
            if (at <= step || at > until)
            {
                kept.Append(line).Append('\n');
                lines++;
            }
            begin = end + 1;
        }
        if (kept.Length != text.Length)
        {
            AtomicFile.WriteText(LogPath, kept.ToString());
        }
        return lines;
    }

    /// <summary>Closes the log and releases the lock.</summary>
    public void Dispose()
    {
        _log?.Dispose();
        _lock?.Dispose();
    }

    private static void Check(string path, string[] entries, bool resume)
    {
        string[] own = [ConfigName, "log.jsonl", "checkpoints", "samples", "metrics.json", LockName];
        bool isRun = entries.Contains(ConfigName);
        // A run that was killed before it wrote config.json has left only these.
        bool isBegun = entries.Length > 0 && entries.All(e => own.Contains(e) || e.EndsWith(AtomicFile.TemporarySuffix, StringComparison.Ordinal));
        // An empty folder may be a run that was killed in its first moment.
        if (resume && !isRun && !isBegun && !(entries.Length == 0 && Directory.Exists(path)))
        {
            throw new UserErrorException(entries.Length == 0
                ? $"There is no run to resume in '{path}'; check the name, or leave out --resume to start one there."
                : $"'{path}' is not a run folder: it has no config.json; name the folder of the run to resume with --out.");
        }
        if (resume || entries.Length == 0)
        {
            return;
        }
        throw new UserErrorException(
            !isRun && !isBegun ? $"'{path}' is not empty and not a run folder; name a new or empty folder with --out."
            : entries.Contains("metrics.json") ? $"'{path}' holds a finished run; name another folder with --out, or add --resume to go on with it."
            : $"'{path}' holds an unfinished run; add --resume to go on with it, or name another folder with --out.");
    }

    private static FileStream Lock(string path)
    {
        string file = Path.Combine(path, LockName);
        try
        {
            return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e is not (DirectoryNotFoundException or FileNotFoundException) && File.Exists(file))
        {
            throw new UserErrorException($"Another process is writing to the run folder '{path}'; wait until it ends, or name another folder with --out.", e);
        }
    }

    private static string ReadJson(string path)
    {
        try
        {
            string text = File.ReadAllText(path);
            using JsonDocument document = JsonDocument.Parse(text);
            return text;
        }
        catch (JsonException e)
        {
            throw new UserErrorException($"'{path}' is not JSON: it was damaged or edited; restore it from a copy.", e);
        }
        catch (Exception e) when (IoFailure.IsUsers(e))
        {
            throw new UserErrorException($"Cannot read '{path}': {IoFailure.Reason(e)}.", e);
        }
    }

    /// <summary>The step of a log line; the smallest number for a line without one, null for a line that is not a JSON object.</summary>
    private static long? StepOf(string line)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            return document.RootElement.ValueKind != JsonValueKind.Object ? null
                : document.RootElement.TryGetProperty(StepField, out JsonElement step) && step.TryGetInt64(out long value) ? value
                : long.MinValue;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}

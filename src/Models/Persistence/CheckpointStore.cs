using System.Globalization;

namespace QDiff.Models.Persistence;

/// <summary>
/// The checkpoints of a run: <c>step-00001234.safetensors</c> for the last two steps saved. Each carries the
/// SHA-256 of its content, so that damage is found on reading; a good one is only deleted after two newer ones are whole.
/// </summary>
/// <param name="folder">The folder, usually <see cref="RunFolder.CheckpointsPath"/>; it must exist before the first save.</param>
public sealed class CheckpointStore(string folder)
{
    private const string FormatKey = "format";
    private const string FormatName = "qdiff-checkpoint-1";
    private const string HashKey = "sha256";
    private const string StepKey = "step";
    private const int Kept = 2;

    /// <summary>The file of the checkpoint of <paramref name="step"/>, whether it exists or not.</summary>
    public string PathOf(long step) => Path.Combine(folder, $"step-{step.ToString("D8", CultureInfo.InvariantCulture)}.safetensors");

    /// <summary>
    /// Writes the checkpoint of <paramref name="step"/> and then deletes all but the last two up to it, and any of later steps (which
    /// a resume has abandoned).
    /// </summary>
    /// <param name="step">The step that the state belongs to.</param>
    /// <param name="state">Tensors and metadata; the keys <c>format</c>, <c>step</c> and <c>sha256</c> are set here.</param>
    /// <exception cref="UserErrorException">The file cannot be written; the earlier checkpoints are as they were.</exception>
    public void Save(long step, TensorArchive state)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        ArgumentNullException.ThrowIfNull(state);
        SafeTensors.Write(PathOf(step), Sealed(step, state));
        int newest = 0;
        foreach ((long other, string path) in Steps())
        {
            if (other > step || ++newest > Kept)
            {
                Delete(path);
            }
        }
    }

    /// <summary>
    /// Reads the newest whole checkpoint; a damaged one is skipped with a warning.
    /// </summary>
    /// <param name="warn">Gets one sentence for every file that was skipped.</param>
    /// <returns>The step and the state, or null when there is no checkpoint at all.</returns>
    /// <exception cref="UserErrorException">A file is whole but not a checkpoint of this program, or every one is damaged.</exception>
    public (long Step, TensorArchive State)? LoadLatest(Action<string>? warn = null)
    {
        UserErrorException? newest = null;
        foreach ((long _, string path) in Steps())
        {
            try
            {
                return Load(path);
            }
            catch (DamagedException e)
            {
                newest ??= new UserErrorException(e.Message, e);
                warn?.Invoke($"Skipped a damaged checkpoint: {e.Message}");
            }
        }
        return newest is null
            ? null
            : throw new UserErrorException($"No checkpoint in '{folder}' is whole, so the run cannot go on; restore one from a copy or train anew.", newest);
    }

    private static TensorArchive Sealed(long step, TensorArchive state)
    {
        var metadata = new Dictionary<string, string>(state.Metadata, StringComparer.Ordinal)
        {
            [FormatKey] = FormatName,
            [StepKey] = step.ToString(CultureInfo.InvariantCulture),
        };
        metadata.Remove(HashKey);
        metadata[HashKey] = new TensorArchive(state.Tensors, metadata).ContentHash();
        return new TensorArchive(state.Tensors, metadata);
    }

    private static (long Step, TensorArchive State) Load(string path)
    {
        TensorArchive state;
        try
        {
            state = SafeTensors.Read(path);
        }
        catch (UserErrorException e)
        {
            throw new DamagedException(e.Message, e);
        }
        if (!state.Metadata.TryGetValue(FormatKey, out string? format) || format != FormatName)
        {
            throw new UserErrorException(
                $"'{path}' is not a checkpoint of this program (its format is '{format ?? "unnamed"}', '{FormatName}' is allowed); remove it from the run folder.");
        }
        if (!state.Metadata.TryGetValue(HashKey, out string? hash) || hash != state.ContentHash(HashKey)
            || !long.TryParse(state.Metadata.GetValueOrDefault(StepKey), NumberStyles.None, CultureInfo.InvariantCulture, out long step))
        {
            throw new DamagedException($"'{path}' does not match the SHA-256 that was stored with it; restore it from a copy or delete it.", null);
        }
        return (step, state);
    }

    private static void Delete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (IoFailure.IsUsers(e))
        {
            throw new UserErrorException($"Cannot delete the outdated checkpoint '{path}': {IoFailure.Reason(e)}.", e);
        }
    }

    /// <summary>The step checkpoints, newest first.</summary>
    private IEnumerable<(long Step, string Path)> Steps()
    {
        if (!Directory.Exists(folder))
        {
            return [];
        }
        return Directory.EnumerateFiles(folder, "step-*.safetensors")
            .Select(path => (Parsed: long.TryParse(
                Path.GetFileNameWithoutExtension(path).AsSpan("step-".Length), NumberStyles.None, CultureInfo.InvariantCulture, out long step), step, path))
            .Where(file => file.Parsed)
            .Select(file => (file.step, file.path))
            .OrderByDescending(file => file.step)
            .ToList();
    }

    private sealed class DamagedException(string message, Exception? inner) : Exception(message, inner);
}

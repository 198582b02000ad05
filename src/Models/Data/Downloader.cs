using System.Net.Sockets;
using System.Security.Cryptography;
using QDiff.Models.Persistence;

namespace QDiff.Models.Data;

/// <summary>
/// Fetches files from the first of several mirrors that has them. Made to fail fast: a mirror that does not answer within
/// <see cref="AnswerTime"/> is not asked again, and one that stops sending is left after <see cref="StallTime"/>.
/// </summary>
/// <param name="mirrors">Addresses of folders.</param>
/// <param name="progress">Gets the bytes as they come; may be null.</param>
internal sealed class Downloader(IReadOnlyList<Uri> mirrors, IProgress<LoadProgress>? progress) : IDisposable
{
    private const int BufferSize = 1 << 16;
    private readonly HttpClient _client = new(new SocketsHttpHandler { ConnectTimeout = AnswerTime }) { Timeout = Timeout.InfiniteTimeSpan };
    private readonly List<Uri> _mirrors = [.. mirrors];

    /// <summary>How long a mirror has to accept a connection and begin its answer.</summary>
    public static TimeSpan AnswerTime { get; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a mirror may send nothing in the middle of a file.</summary>
    public static TimeSpan StallTime { get; } = TimeSpan.FromSeconds(10);

    /// <summary>Fetches one file into <paramref name="folder"/>, under its name only once it is whole and its SHA-256 is right.</summary>
    /// <exception cref="UserErrorException">No mirror gave the file, or it cannot be written.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public void Fetch(DatasetFile file, string folder, CancellationToken cancellation)
    {
        var reasons = new List<string>();
        foreach (Uri mirror in _mirrors.ToArray())
        {
            try
            {
                FetchFrom(mirror, file, Path.Combine(folder, file.Name), cancellation).GetAwaiter().GetResult();
                return;
            }
            catch (MirrorException e)
            {
                reasons.Add($"{mirror.Host}: {e.Message}");
                if (e.Unreachable)
                {
                    _mirrors.Remove(mirror);
                }
            }
        }
        throw new UserErrorException(
            $"Cannot download {file.Name} ({(reasons.Count == 0 ? "no mirror answers" : string.Join("; ", reasons))}); "
            + $"fetch the four files by other means and name their folder with --data-dir.");
    }

    public void Dispose() => _client.Dispose();

    private async Task FetchFrom(Uri mirror, DatasetFile file, string path, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        byte[] content;
        bool answered = false;
        try
        {
            patience.CancelAfter(AnswerTime);
            using HttpResponseMessage answer = await _client
                .GetAsync(new Uri(mirror, file.Name), HttpCompletionOption.ResponseHeadersRead, patience.Token).ConfigureAwait(false);
            answered = true;
            if (!answer.IsSuccessStatusCode)
            {
                throw new MirrorException($"it answered {(int)answer.StatusCode}", unreachable: false);
            }
            content = await Receive(answer, file.Name, patience).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new MirrorException(answered ? "it stopped sending" : "no answer", !answered, e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or SocketException)
        {
            throw new MirrorException(e.Message.TrimEnd('.'), !answered, e);
        }
        string hash = Convert.ToHexStringLower(SHA256.HashData(content));
        if (hash != file.Sha256)
        {
            throw new MirrorException($"it sent a file with SHA-256 {hash[..12]}… instead of {file.Sha256[..12]}…", unreachable: false);
        }
        AtomicFile.Write(path, stream => stream.Write(content));
    }

    private async Task<byte[]> Receive(HttpResponseMessage answer, string name, CancellationTokenSource patience)
    {
        long total = answer.Content.Headers.ContentLength ?? 0;
        using var received = new MemoryStream();
        using Stream stream = await answer.Content.ReadAsStreamAsync(patience.Token).ConfigureAwait(false);
        byte[] buffer = new byte[BufferSize];
        while (true)
        {
            patience.CancelAfter(StallTime);
            int count = await stream.ReadAsync(buffer, patience.Token).ConfigureAwait(false);
            if (count == 0)
            {
                return received.ToArray();
            }
            received.Write(buffer, 0, count);
            progress?.Report(new LoadProgress(name, received.Length, total));
        }
    }

    private sealed class MirrorException(string message, bool unreachable, Exception? inner = null) : Exception(message, inner)
    {
        public bool Unreachable { get; } = unreachable;
    }
}

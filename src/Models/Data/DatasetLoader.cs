using System.Security.Cryptography;
using QDiff.Models.Persistence;

namespace QDiff.Models.Data;

/// <summary>
/// Finds, downloads and checks the data to train on. Files are looked for in the folder the user named, in <c>$QDIFF_DATA</c>, in
/// <c>./data</c> and in the user's cache, in each of them directly and in a subfolder named like the dataset. What is found is checked by
/// SHA-256, and a wrong file is an error, never passed over. What is not found is downloaded into the first of the named folders, or
/// else into the user's cache.
/// </summary>
public static class DatasetLoader
{
    /// <summary>The environment variable that names a folder with data.</summary>
    public const string FolderVariable = "QDIFF_DATA";

    private const string LocalFolder = "data";
    private const ulong DigitsSeed = 0;

    /// <summary>Loads the images to train on and those to test with.</summary>
    /// <param name="choice">Which data.</param>
    /// <param name="dataDir">The folder that the user named; null for none.</param>
    /// <param name="warn">Gets one sentence when <see cref="DataChoice.Auto"/> has to make do with the built-in digits.</param>
    /// <param name="progress">Gets the bytes of a download as they come.</param>
    /// <param name="cancellation">Stops a download.</param>
    /// <exception cref="UserErrorException">A file is damaged or partly missing, or the data were asked for and cannot be had.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static (ImageDataset Train, ImageDataset Test) Load(
        DataChoice choice, string? dataDir = null, Action<string>? warn = null, IProgress<LoadProgress>? progress = null, CancellationToken cancellation = default)
    {
        string? named = Environment.GetEnvironmentVariable(FolderVariable);
        var places = new Places(
            [.. new[] { dataDir, string.IsNullOrWhiteSpace(named) ? null : named }.OfType<string>()], [LocalFolder], UserCache());
        return choice switch
        {
            DataChoice.Digits => StrokeDigits.Generate(DigitsSeed),
            DataChoice.Mnist => Load(DatasetFiles.Mnist, places, progress, cancellation),
            DataChoice.FashionMnist => Load(DatasetFiles.FashionMnist, places, progress, cancellation),
            DataChoice.Auto => LoadOrDraw(DatasetFiles.Mnist, places, warn, progress, cancellation),
            _ => throw new ArgumentOutOfRangeException(nameof(choice), choice, "The choices are Auto, Mnist, FashionMnist and Digits."),
        };
    }

    /// <summary>The choice that a user names on the command line.</summary>
    /// <exception cref="UserErrorException">The name is unknown.</exception>
    public static DataChoice Parse(string name) => name switch
    {
        "auto" => DataChoice.Auto,
        "mnist" => DataChoice.Mnist,
        "fashion-mnist" => DataChoice.FashionMnist,
        "digits" => DataChoice.Digits,
        _ => throw new UserErrorException($"There are no data named '{name}'; choose auto, mnist, fashion-mnist or digits."),
    };

    /// <summary>Loads <paramref name="files"/>, or the built-in digits when they are nowhere and cannot be downloaded.</summary>
    internal static (ImageDataset Train, ImageDataset Test) LoadOrDraw(
        DatasetFiles files, Places places, Action<string>? warn, IProgress<LoadProgress>? progress, CancellationToken cancellation)
    {
        string? folder = Find(files, places);
        try
        {
            folder ??= Download(files, places, progress, cancellation);
        }
        catch (UserErrorException e)
        {
            warn?.Invoke(
                $"Training on the built-in stroke digits, whose scores do not compare with those on {files.Name}: it is in no data folder and the download failed. {e.Message}");
            return StrokeDigits.Generate(DigitsSeed);
        }
        return Read(files, folder);
    }

    /// <summary>Loads <paramref name="files"/>, downloading them if need be.</summary>
    internal static (ImageDataset Train, ImageDataset Test) Load(
        DatasetFiles files, Places places, IProgress<LoadProgress>? progress, CancellationToken cancellation)
        => Read(files, Find(files, places) ?? Download(files, places, progress, cancellation));

    /// <summary>The folder that holds all four files, or null.</summary>
    /// <exception cref="UserErrorException">A folder that the user named holds only some of them.</exception>
    private static string? Find(DatasetFiles files, Places places)
    {
        foreach (string place in places.All)
        {
            foreach (string folder in new[] { place, Path.Combine(place, files.Name) })
            {
                string[] missing = [.. files.All.Select(f => f.Name).Where(name => !File.Exists(Path.Combine(folder, name)))];
                if (missing.Length == 0)
                {
                    return folder;
                }
                if (missing.Length < files.All.Count && places.Named.Contains(place))
                {
                    throw new UserErrorException($"'{folder}' holds {files.Name} without {string.Join(", ", missing)}; put all four files there, or none to download them.");
                }
            }
        }
        return null;
    }

    /// <summary>Downloads what is missing into the first folder that can be written; returns it.</summary>
    private static string Download(DatasetFiles files, Places places, IProgress<LoadProgress>? progress, CancellationToken cancellation)
    {
        string folder = Writable(files, places);
        try
        {
            using var downloader = new Downloader(files.Mirrors, progress);
            foreach (DatasetFile file in files.All.Where(f => !File.Exists(Path.Combine(folder, f.Name))))
            {
                downloader.Fetch(file, folder, cancellation);
            }
            return folder;
        }
        catch when (!Directory.EnumerateFileSystemEntries(folder).Any())
        {
            Directory.Delete(folder); // It was made for the download only.
            throw;
        }
    }

    private static string Writable(DatasetFiles files, Places places)
    {
        UserErrorException? refusal = null;
        foreach (string place in places.Named.Append(places.Cache).OfType<string>())
        {
            string folder = Path.Combine(place, files.Name);
            try
            {
                Directory.CreateDirectory(folder);
                string probe = Path.Combine(folder, $".{Guid.NewGuid():N}{AtomicFile.TemporarySuffix}");
                File.Create(probe, 1, FileOptions.DeleteOnClose).Dispose();
                AtomicFile.RemoveLeftovers(folder);
                return folder;
            }
            catch (Exception e) when (IoFailure.IsUsers(e))
            {
                refusal ??= new UserErrorException($"Cannot write to '{folder}' to download {files.Name}: {IoFailure.Reason(e)}.", e);
            }
        }
        throw refusal ?? new UserErrorException($"There is no folder to download {files.Name} to; name one with --data-dir.");
    }

    private static (ImageDataset Train, ImageDataset Test) Read(DatasetFiles files, string folder)
    {
        ImageDataset Pair(DatasetFile images, DatasetFile labels)
        {
            // Reading first: its refusals say what is wrong with a damaged file, which a hash cannot.
            ImageDataset data = IdxFile.Read(files.Name, Path.Combine(folder, images.Name), Path.Combine(folder, labels.Name));
            CheckHash(images, folder);
            CheckHash(labels, folder);
            return data;
        }
        return (Pair(files.TrainImages, files.TrainLabels), Pair(files.TestImages, files.TestLabels));
    }

    private static void CheckHash(DatasetFile file, string folder)
    {
        string path = Path.Combine(folder, file.Name);
        using FileStream stream = File.OpenRead(path);
        string hash = Convert.ToHexStringLower(SHA256.HashData(stream));
        if (hash != file.Sha256)
        {
            throw new UserErrorException($"'{path}' has SHA-256 {hash} and the published file {file.Sha256}; delete it and fetch it anew.");
        }
    }

    private static string? UserCache()
    {
        string root = OperatingSystem.IsWindows()
            ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
            : Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache ? cache
            : Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) is { Length: > 0 } home ? Path.Combine(home, ".cache")
            : "";
        return root.Length == 0 ? null : Path.Combine(root, "qdiff");
    }

    /// <summary>Where to look for files.</summary>
    /// <param name="Named">Folders that the user named; downloads go to the first that can be written.</param>
    /// <param name="Usual">Folders that are looked into without being named.</param>
    /// <param name="Cache">Where downloads go when no named folder takes them; null for nowhere.</param>
    internal sealed record Places(IReadOnlyList<string> Named, IReadOnlyList<string> Usual, string? Cache)
    {
        /// <summary>All of them, in the order in which they are searched.</summary>
        public IEnumerable<string> All => Named.Concat(Usual).Concat(Cache is null ? [] : [Cache]);
    }
}

namespace QDiff.Models.Persistence;

/// <summary>Turns what the operating system refused into a clause a user can act on.</summary>
internal static class IoFailure
{
    private const int UnixNoSpace = 28;
    private const int UnixQuota = 122;
    private const int UnixReadOnly = 30;
    private const int WindowsDiskFull = unchecked((int)0x80070070);
    private const int WindowsHandleDiskFull = unchecked((int)0x80070027);

    /// <summary>True for the failures of files and folders that are the user's to mend, not the program's.</summary>
    public static bool IsUsers(Exception e) => e is IOException or UnauthorizedAccessException or NotSupportedException;

    /// <summary>Why <paramref name="e"/> happened and what to do, without a final full stop.</summary>
    public static string Reason(Exception e) => e switch
    {
        IOException { HResult: UnixNoSpace or UnixQuota or WindowsDiskFull or WindowsHandleDiskFull }
            => "the disk is full; free some space or choose another folder",
        IOException { HResult: UnixReadOnly } => "the file system is read-only; choose another folder",
        UnauthorizedAccessException => "permission was denied; choose a place that you may write to and read from",
        DirectoryNotFoundException => "its folder does not exist; check the path",
        FileNotFoundException => "it does not exist; check the path",
        PathTooLongException => "the path is too long; choose a shorter one",
        EndOfStreamException => "the file ends too early; it was probably cut short",
        _ => e.Message.TrimEnd('.'),
    };
}

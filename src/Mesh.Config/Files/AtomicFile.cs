namespace Mesh.Config.Files;

/// <summary>Replaces files whole or not at all: beside the file first, made last, then renamed. A crash leaves the old content or the new.</summary>
internal static class AtomicFile
{
    /// <summary>Ends the names of files that are not complete yet; nobody reads them.</summary>
    public const string TemporaryEnding = ".mesh.tmp";

    /// <summary>Replaces a file for good.</summary>
    /// <param name="path">Its folder exists.</param>
    /// <param name="content">All of it.</param>
    /// <param name="mode">Of the file; null for what the user's mask gives. Not on Windows.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content, UnixFileMode? mode = null) => Commit(Stage(path, content, mode), path, overwrite: true);

    /// <summary>Writes the content beside the file; nothing is left behind when that fails.</summary>
    /// <returns>Where it is.</returns>
    public static string Stage(string path, ReadOnlySpan<byte> content, UnixFileMode? mode = null)
    {
        var temporary = TemporaryOf(path);

        // A file that was left behind would keep its mode, and a link in its place would lead elsewhere.
        File.Delete(temporary);
        try
        {
            using var stream = new FileStream(temporary, Creating(mode));
            stream.Write(content);
            stream.Flush(flushToDisk: true);
        }
        catch (IOException)
        {
            File.Delete(temporary);
            throw;
        }

        return temporary;
    }

    /// <summary>Puts staged content in place, for good.</summary>
    /// <exception cref="IOException">There is a file already that is not to be overwritten, or the rename fails.</exception>
    public static void Commit(string temporary, string path, bool overwrite)
    {
        File.Move(temporary, path, overwrite);
        FolderSync.Flush(Path.GetDirectoryName(path)!);
    }

    /// <summary>Removes a file for good; nothing happens when there is none.</summary>
    public static void Delete(string path)
    {
        File.Delete(path);
        FolderSync.Flush(Path.GetDirectoryName(path)!);
    }

    private static string TemporaryOf(string path) => Path.Combine(Path.GetDirectoryName(path)!, $".{Path.GetFileName(path)}{TemporaryEnding}");

    private static FileStreamOptions Creating(UnixFileMode? mode)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.Read | FileShare.Delete, BufferSize = 0 };
        if (mode is { } wanted && !OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = wanted;
        }

        return options;
    }
}

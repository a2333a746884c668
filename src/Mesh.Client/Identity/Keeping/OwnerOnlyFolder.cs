namespace Mesh.Client.Identity.Keeping;

/// <summary>A folder of files that only the owner of this process may read: each is replaced whole or not at all, and a file that others may write is not believed.</summary>
internal sealed class OwnerOnlyFolder(string path)
{
    private const string TemporaryEnding = ".mesh.tmp";
    private const UnixFileMode FileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode FolderMode = FileMode | UnixFileMode.UserExecute;
    private const UnixFileMode OthersWrite = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    public string PathOf(string name) => Path.Combine(path, name);

    /// <summary>Replaces a file; the one before it becomes <paramref name="previous"/>, if that is given.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public void Write(string name, ReadOnlySpan<byte> content, string? previous = null)
    {
        Create();
        var temporary = PathOf($".{name}.{Guid.NewGuid():N}{TemporaryEnding}");
        try
        {
            using (var stream = new FileStream(temporary, Creating()))
            {
                stream.Write(content);
                stream.Flush(flushToDisk: true);
            }

            if (previous is not null && File.Exists(PathOf(name)))
            {
                File.Move(PathOf(name), PathOf(previous), overwrite: true);
            }

            // A power cut may undo the rename, never half of it: the file before or this one is there.
            File.Move(temporary, PathOf(name), overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Null when there is no such file.</summary>
    /// <exception cref="IOException">It cannot be read, is too long, or others may write it.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public byte[]? Read(string name, int maxLength)
    {
        var file = new FileInfo(PathOf(name));
        if (!file.Exists)
        {
            return null;
        }

        if (file.Length > maxLength)
        {
            throw new IOException($"{file.FullName} has {file.Length} bytes: expected at most {maxLength}");
        }

        if (!OperatingSystem.IsWindows() && (file.UnixFileMode & OthersWrite) != 0)
        {
            throw new IOException($"{file.FullName} may be written by others ({file.UnixFileMode}): expected the owner alone");
        }

        // A pipe has no length either, and whoever opens one to read waits for a writer.
        return file.Length == 0 ? [] : File.ReadAllBytes(file.FullName);
    }

    /// <summary>Removes what a process that was killed while it wrote has left.</summary>
    public void Clean()
    {
        if (!Directory.Exists(path))
        {
            return;
        }

        foreach (var left in Directory.EnumerateFiles(path, $".*{TemporaryEnding}"))
        {
            File.Delete(left);
        }
    }

    private void Create()
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else if (!Directory.Exists(path))
        {
            Directory.CreateDirectory(path, FolderMode);
        }
    }

    private static FileStreamOptions Creating()
    {
        var options = new FileStreamOptions { Mode = System.IO.FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = FileMode;
        }

        return options;
    }
}

namespace Mesh.ControlPlane.Storage;

/// <summary>Keeps state in a folder that belongs to one control plane at a time: folder 0700, files 0600.</summary>
internal sealed class StateFolder : IStateStore
{
    private const string LockName = "lock";
    private const UnixFileMode FolderMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly string _path;
    private readonly FileStream _lock;

    private StateFolder(string path, FileStream held) => (_path, _lock) = (path, held);

    public bool IsDurable => true;

    /// <summary>Makes the folder when it is not there, and holds it until disposed.</summary>
    /// <exception cref="StateException">It cannot be made, belongs to another process, or others may write into it.</exception>
    public static StateFolder Open(string path)
    {
        path = Path.GetFullPath(path);
        try
        {
            Create(path);
            return new StateFolder(path, Hold(path));
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new StateException($"The state folder {path} cannot be used: {exception.Message}", exception);
        }
        catch (IOException exception) when (exception is not StateException)
        {
            throw new StateException($"The state folder {path} cannot be used: {exception.Message}", exception);
        }
    }

    public byte[]? Read(string name) => OwnerOnlyFile.Read(Locate(name), isSecret: false);

    public byte[]? ReadSecret(string name) => OwnerOnlyFile.Read(Locate(name), isSecret: true);

    public void Write(string name, ReadOnlySpan<byte> content) => OwnerOnlyFile.Write(Locate(name), content);

    public long Append(string name, ReadOnlySpan<byte> content)
    {
        try
        {
            using var stream = new FileStream(Locate(name), OwnerOnlyFile.Creating(FileMode.Append));
            var before = stream.Length;
            try
            {
                stream.Write(content);
                stream.Flush();
                return stream.Length;
            }
            catch (IOException)
            {
                // Of a full disk: the part that found room would be in the way of what comes later.
                stream.SetLength(before);
                throw;
            }
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException or IOException)
        {
            throw new StateException($"{Locate(name)} cannot be written: {exception.Message}", exception);
        }
    }

    public void Sync(string name)
    {
        try
        {
            using var file = File.OpenHandle(Locate(name), FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            RandomAccess.FlushToDisk(file);
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException or IOException)
        {
            throw new StateException($"{Locate(name)} cannot be written: {exception.Message}", exception);
        }
    }

    public void Rename(string from, string to)
    {
        if (File.Exists(Locate(from)))
        {
            File.Move(Locate(from), Locate(to), overwrite: true);
        }
    }

    public void Delete(string name) => File.Delete(Locate(name));

    public string Locate(string name) => Path.Combine(_path, name);

    public void Dispose() => _lock.Dispose();

    private static void Create(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
            return;
        }

        Directory.CreateDirectory(path, FolderMode);
        var mode = File.GetUnixFileMode(path);
        if ((mode & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) != 0)
        {
            throw new StateException($"The state folder {path} may be written by other users of this machine: expected mode 0700. Run 'chmod 700 {path}'.");
        }
    }

    private static FileStream Hold(string path)
    {
        try
        {
            var options = OwnerOnlyFile.Creating(FileMode.OpenOrCreate);
            options.Share = FileShare.None;
            return new FileStream(Path.Combine(path, LockName), options);
        }
        catch (IOException exception)
        {
            throw new StateException(
                $"The state folder {path} is in use by another control plane: two would give out the same serials and overwrite each other's tokens. Stop the other, or give this one a state folder of its own.",
                exception);
        }
    }
}

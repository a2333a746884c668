using Mesh.Config.Files;
using Mesh.ControlPlane.Storage;

namespace Mesh.ControlPlane.Stores.Folder.State;

/// <summary>The file <c>.mesh/state.jsonl</c> of a configuration folder: a line for each write, on disk before the write is acknowledged.</summary>
/// <remarks>Holds a lock as long as it is open, so that one control plane alone gives out versions.</remarks>
internal sealed class StateJournal : IDisposable
{
    /// <summary>Beside the configuration, and hidden from it.</summary>
    public const string FolderName = ".mesh";

    private const string LockName = "lock";

    // Beside a backup from before the lock is made until its versions are written: a start that does not get that far leaves a lock all the same.
    private const string RestoredName = "restored";
    private const string FileName = "state.jsonl";
    private const long SmallestRewrite = 1024 * 1024;
    private const UnixFileMode FolderMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode FileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string _path;
    private readonly string _restored;
    private readonly FileStream _lock;
    private FileStream? _file;
    private long _rewritten;

    private StateJournal(string path, string restored, FileStream held, bool isBackup) => (_path, _restored, _lock, IsBackup) = (path, restored, held, isBackup);

    /// <summary>Whether it came without the lock that every control plane leaves beside it: a backup, after which more versions may have been given out.</summary>
    public bool IsBackup { get; }

    /// <summary>Whether it has grown so much that it is to be written anew.</summary>
    public bool IsLong => _file is null || _file.Length > Math.Max(SmallestRewrite, 2 * _rewritten);

    /// <summary>Makes the folder when it is not there; null when it cannot be written or another process has it.</summary>
    /// <param name="root">The configuration folder.</param>
    /// <param name="reason">Why not, and what to do; null when it is open.</param>
    public static StateJournal? TryOpen(string root, out string? reason)
    {
        try
        {
            reason = null;
            return Open(root);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            reason = $"{exception.Message} Either another control plane writes it, or this process may not: give one of them a folder of its own, or this one the right, and start again.";
            return null;
        }
    }

    /// <summary>All lines in their order. The last one of a crash may be half a line, which was never acknowledged.</summary>
    /// <param name="damaged">Lines that are no records and are followed by others.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    public IReadOnlyList<StateRecord> Read(out int damaged)
    {
        damaged = 0;
        var records = new List<StateRecord>();
        var pending = 0;
        foreach (var line in File.Exists(_path) ? File.ReadLines(_path) : [])
        {
            if (StateJson.ParseLine<StateRecord>(System.Text.Encoding.UTF8.GetBytes(line)) is { Kind: not null, Name: not null, Namespace: not null, Group: not null } record)
            {
                records.Add(record);
                damaged += pending;
                pending = 0;
            }
            else
            {
                pending++;
            }
        }

        return records;
    }

    /// <summary>Adds lines for good; when that fails, none of them is left.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Append(IEnumerable<StateRecord> records)
    {
        var file = _file ?? throw new IOException($"{_path} could not be written before.");
        var length = file.Length;
        try
        {
            foreach (var record in records)
            {
                file.Write(StateJson.ToLine(record));
            }

            file.Flush(flushToDisk: true);
        }
        catch (IOException)
        {
            Truncate(file, length);
            throw;
        }
    }

    /// <summary>Replaces everything.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public void Rewrite(IEnumerable<StateRecord> records)
    {
        using var content = new MemoryStream();
        foreach (var record in records)
        {
            content.Write(StateJson.ToLine(record));
        }

        _file?.Dispose();
        _file = null;
        AtomicFile.Write(_path, content.GetBuffer().AsSpan(0, (int)content.Length), FileMode);
        _file = new FileStream(_path, OwnerOnlyFile.Creating(System.IO.FileMode.Append));
        _rewritten = _file.Length;
        File.Delete(_restored);
    }

    public void Dispose()
    {
        _file?.Dispose();
        _lock.Dispose();
    }

    /// <summary>Half a line would spoil the next one. Where even this fails, the file is written anew before anything is added.</summary>
    private void Truncate(FileStream file, long length)
    {
        try
        {
            file.SetLength(length);
        }
        catch (IOException)
        {
            _file?.Dispose();
            _file = null;
        }
    }

    private static StateJournal Open(string root)
    {
        var folder = Path.Combine(root, FolderName);
        Create(folder);
        var options = OwnerOnlyFile.Creating(System.IO.FileMode.OpenOrCreate);
        options.Share = FileShare.None;
        var (path, lockPath, restored) = (Path.Combine(folder, FileName), Path.Combine(folder, LockName), Path.Combine(folder, RestoredName));
        var isBackup = File.Exists(path) && (!File.Exists(lockPath) || File.Exists(restored));
        if (isBackup)
        {
            AtomicFile.Write(restored, [], FileMode);
        }

        var held = new FileStream(lockPath, options);
        try
        {
            // Nothing in it belongs into a repository.
            var ignore = Path.Combine(folder, ".gitignore");
            if (!File.Exists(ignore))
            {
                AtomicFile.Write(ignore, "*\n"u8, FileMode);
            }

            return new StateJournal(path, restored, held, isBackup);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    private static void Create(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, FolderMode);
        }
    }
}

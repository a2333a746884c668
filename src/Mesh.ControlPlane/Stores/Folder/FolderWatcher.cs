using Mesh.ControlPlane.Stores.Folder.State;

namespace Mesh.ControlPlane.Stores.Folder;

/// <summary>Collects the paths that the operating system announces as changed.</summary>
internal sealed class FolderWatcher : IDisposable
{
    /// <summary>Beyond this many announced paths the whole folder is suspect: memory stays bounded.</summary>
    private const int MaximumPaths = 1024;

    private static readonly string[] PrivateFolders = [StateJournal.FolderName, ".git"];

    private readonly Lock _lock = new();
    private readonly string _folder;
    private readonly Action _signal;
    private readonly Action<string> _failed;
    private FileSystemWatcher? _watcher;

    // Guarded by _lock.
    private HashSet<string> _paths = new(StringComparer.Ordinal);
    private bool _everything;

    /// <param name="folder">Full path.</param>
    /// <param name="signal">Called on every announcement; must return at once.</param>
    /// <param name="failed">Called when watching fails or lost events.</param>
    public FolderWatcher(string folder, Action signal, Action<string> failed)
    {
        _folder = folder;
        _signal = signal;
        _failed = failed;
    }

    /// <summary>Starts to watch, or starts anew: the folder may be another one than before behind the same path.</summary>
    public void Start()
    {
        _watcher?.Dispose();
        _watcher = null;
        try
        {
            var watcher = new FileSystemWatcher(_folder) { IncludeSubdirectories = true, InternalBufferSize = 64 * 1024 };
            watcher.Changed += (_, change) => Announce(change.FullPath);
            watcher.Created += (_, change) => Announce(change.FullPath);
            watcher.Deleted += (_, change) => Announce(change.FullPath);
            watcher.Renamed += (_, change) => Announce(change.FullPath, change.OldFullPath);
            watcher.Error += (_, error) => Lost(error.GetException());
            watcher.EnableRaisingEvents = true;
            _watcher = watcher;
        }
        catch (Exception exception) when (exception is IOException or ArgumentException or UnauthorizedAccessException)
        {
            // Out of inotify watches, or a file system without them: polling goes on.
            _failed(exception.Message);
        }
    }

    /// <summary>Takes what was announced since the last call.</summary>
    /// <param name="everything">Set when single paths are not known and all files are suspect.</param>
    public IReadOnlySet<string> Take(out bool everything)
    {
        lock (_lock)
        {
            var paths = _paths;
            everything = _everything;
            (_paths, _everything) = (new HashSet<string>(StringComparer.Ordinal), false);
            return paths;
        }
    }

    public void Dispose() => _watcher?.Dispose();

    private void Announce(params ReadOnlySpan<string> paths)
    {
        var relevant = false;
        lock (_lock)
        {
            foreach (var path in paths)
            {
                var name = Path.GetFileName(path);
                if (ConfigFiles.IsConfigFile(name))
                {
                    _paths.Add(path);
                    relevant = true;
                }
                else if (!IsNoise(name) && !IsPrivate(path))
                {
                    // A folder, or the link that a ConfigMap volume swaps.
                    relevant = _everything = true;
                }
            }

            if (_paths.Count >= MaximumPaths)
            {
                _paths.Clear();
                _everything = true;
            }
        }

        if (relevant)
        {
            _signal();
        }
    }

    private void Lost(Exception exception)
    {
        lock (_lock)
        {
            _everything = true;
        }

        _failed(exception.Message);
        _signal();
    }

    /// <summary>What this store and Git keep for themselves changes all the time.</summary>
    private bool IsPrivate(string path)
    {
        var relative = Path.GetRelativePath(_folder, path).Replace('\\', '/');
        return Array.Exists(PrivateFolders, name => relative == name || relative.StartsWith(name + "/", StringComparison.Ordinal));
    }

    /// <summary>Files that editors make and remove while saving.</summary>
    private static bool IsNoise(string name) =>
        name.EndsWith('~') || name.StartsWith(".#", StringComparison.Ordinal) || name == "4913" || Path.GetExtension(name) is ".swp" or ".swx" or ".tmp";
}

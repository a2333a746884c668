using System.Threading.Channels;

namespace Mesh.ControlPlane.Stores.Folder;

/// <summary>Tells when a folder is to be looked at: when what was announced has settled, and from time to time.</summary>
internal sealed class FolderNotices : IDisposable
{
    private readonly FolderConfigStoreOptions _options;
    private readonly TimeProvider _time;
    private readonly FolderWatcher _watcher;

    // One pending signal says it all.
    private readonly Channel<bool> _signals = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    private ITimer? _poll;

    /// <param name="options">The delays.</param>
    /// <param name="folder">Full path.</param>
    /// <param name="failed">Called when watching fails or lost events.</param>
    /// <param name="time">The clock.</param>
    public FolderNotices(FolderConfigStoreOptions options, string folder, Action<string> failed, TimeProvider time)
    {
        _options = options;
        _time = time;
        _watcher = new FolderWatcher(folder, Signal, failed);
    }

    /// <summary>Starts to watch, or starts anew.</summary>
    public void Start() => _watcher.Start();

    /// <summary>Starts to look from time to time without notice.</summary>
    public void Poll() => _poll ??= _time.CreateTimer(static notices => ((FolderNotices)notices!).Signal(), this, _options.PollInterval, _options.PollInterval);

    /// <summary>Returns when the folder is to be looked at: when nothing more was announced for a while, so that a half-written file is seldom seen.</summary>
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        await _signals.Reader.WaitToReadAsync(cancellationToken);
        var start = _time.GetTimestamp();
        do
        {
            _signals.Reader.TryRead(out _);
            await Task.Delay(_options.SettleDelay, _time, cancellationToken);
        }
        while (_signals.Reader.TryPeek(out _) && _time.GetElapsedTime(start) < _options.LongestSettle);
    }

    /// <summary>Takes what was announced since the last call.</summary>
    /// <param name="everything">Set when single paths are not known and all files are suspect.</param>
    public IReadOnlySet<string> Take(out bool everything) => _watcher.Take(out everything);

    public void Dispose()
    {
        _poll?.Dispose();
        _watcher.Dispose();
    }

    private void Signal() => _signals.Writer.TryWrite(true);
}

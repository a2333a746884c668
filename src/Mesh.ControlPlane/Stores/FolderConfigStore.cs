using System.Collections.Immutable;
using System.Threading.Channels;
using Mesh.Config.Admission;
using Mesh.Config.Stores;

namespace Mesh.ControlPlane.Stores;

/// <summary>Serves the resources of a folder of YAML and follows its changes; a broken file leaves its last good version in use.</summary>
/// <remarks>One loop writes; readers take the volatile snapshot.</remarks>
internal sealed class FolderConfigStore : IConfigStore, IAsyncDisposable
{
    private readonly FolderConfigStoreOptions _options;
    private readonly string _root;
    private readonly ILogger<FolderConfigStore> _logger;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stopping = new();

    // One pending signal says it all.
    private readonly Channel<bool> _signals = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    private readonly FolderWatcher _watcher;

    // Owned by the loop.
    private readonly ConfigFolder _folder;
    private readonly FindingReporter _reporter;
    private Task _loop = Task.CompletedTask;

    private volatile ConfigSnapshot _current = ConfigSnapshot.Empty;
    private volatile FolderStatus _status;

    private FolderConfigStore(FolderConfigStoreOptions options, ILogger<FolderConfigStore> logger, TimeProvider time)
    {
        _options = options;
        _root = Path.GetFullPath(options.Folder);
        _logger = logger;
        _time = time;
        _folder = new ConfigFolder(_root, new ResourceReader(options.DefaultNamespace, ownedHosts: options.OwnedHosts));
        _reporter = new FindingReporter(logger);
        _watcher = new FolderWatcher(_root, Signal, ReportUnwatched);
        _status = new FolderStatus(_root, time.GetUtcNow(), null, []);
    }

    public event Action? Changed;

    public ConfigSnapshot Current => _current;

    /// <summary>Every file with what was found in it.</summary>
    public FolderStatus Status => _status;

    /// <summary>Reads the folder and starts to follow it. Broken files are reported and left out; the rest is served.</summary>
    /// <exception cref="ConfigFolderException">The folder is missing or cannot be read.</exception>
    public static FolderConfigStore Open(FolderConfigStoreOptions options, ILogger<FolderConfigStore> logger, TimeProvider time)
    {
        var store = new FolderConfigStore(options, logger, time);
        try
        {
            store.CheckFolder();

            // Watching starts before reading, so that no change falls between.
            store._watcher.Start();
            store.Apply(store._folder.Scan(ImmutableHashSet<string>.Empty));
            FolderConfigStoreLog.ConfigLoaded(logger, store._current.Resources.Count, store._status.Files.Length, store._root);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            store._watcher.Dispose();
            throw exception as ConfigFolderException
                ?? new ConfigFolderException($"The configuration folder {store._root} cannot be read: {exception.Message} Give this process the right to read it, or choose another with --config DIR.", exception);
        }

        store._loop = Task.Run(store.FollowAsync);
        return store;
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _watcher.Dispose();
        await _loop;
        _stopping.Dispose();
    }

    private void CheckFolder()
    {
        if (File.Exists(_root))
        {
            throw new ConfigFolderException($"The configuration folder {_root} is a file. Name the folder that holds it.");
        }

        if (!Directory.Exists(_root))
        {
            throw new ConfigFolderException($"The configuration folder {_root} does not exist. Create it (it may be empty), or choose another with --config DIR.");
        }
    }

    private void Signal() => _signals.Writer.TryWrite(true);

    private async Task FollowAsync()
    {
        using var poll = _time.CreateTimer(static store => ((FolderConfigStore)store!).Signal(), this, _options.PollInterval, _options.PollInterval);
        try
        {
            while (await _signals.Reader.WaitToReadAsync(_stopping.Token))
            {
                await SettleAsync();
                Scan();
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
        }
    }

    /// <summary>Waits until nothing more is announced for the settle delay: a half-written file is seldom seen.</summary>
    private async Task SettleAsync()
    {
        var start = _time.GetTimestamp();
        do
        {
            _signals.Reader.TryRead(out _);
            await Task.Delay(_options.SettleDelay, _time, _stopping.Token);
        }
        while (_signals.Reader.TryPeek(out _) && _time.GetElapsedTime(start) < _options.LongestSettle);
    }

    private void Scan()
    {
        var suspects = _watcher.Take(out var everything);
        try
        {
            var changes = _folder.Scan(everything ? ConfigFiles.Find(_root).Values.ToHashSet(StringComparer.Ordinal) : suspects);
            if (changes.Count > 0 && suspects.Count == 0 && !everything)
            {
                // Found by looking, not by notice: the watch is on a folder that is no longer behind this path.
                _watcher.Start();
            }

            if ((changes.Count > 0 || _status.Failure is not null) && Apply(changes))
            {
                Announce(changes);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A folder that is away for a moment (an unmounted volume) must not take the mesh's configuration with it.
            if (_status.Failure is null)
            {
                FolderConfigStoreLog.ConfigFolderUnreadable(_logger, _root, exception.Message);
            }

            _status = _status with { Failure = exception.Message };
        }
        catch (Exception exception)
        {
            FolderConfigStoreLog.ConfigScanFailed(_logger, _root, exception);
        }
    }

    /// <summary>Replaces snapshot and status; true when any resource differs.</summary>
    private bool Apply(IReadOnlyList<ConfigFileChange> changes)
    {
        var previous = _current;
        var resources = _folder.Merge(out var files);
        var now = _time.GetUtcNow();
        _status = new FolderStatus(_root, now, null, files);
        _current = ConfigRevision.Next(previous, resources, now);
        _reporter.Report(changes, _status);
        return _current.Version != previous.Version;
    }

    private void Announce(IReadOnlyList<ConfigFileChange> changes)
    {
        if (_logger.IsEnabled(LogLevel.Information))
        {
            var files = FindingReporter.Name(changes);
            FolderConfigStoreLog.ConfigChanged(_logger, _current.Version, _current.Resources.Count, files);
        }

        Changed?.Invoke();
    }

    private void ReportUnwatched(string reason) =>
        FolderConfigStoreLog.ConfigFolderUnwatched(_logger, _root, _options.PollInterval, reason);
}

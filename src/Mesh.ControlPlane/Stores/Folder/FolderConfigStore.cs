using System.Collections.Immutable;
using Mesh.Config;
using Mesh.Config.Admission;
using Mesh.Config.Stores;
using Mesh.ControlPlane.Stores.Documents;
using Mesh.ControlPlane.Stores.Folder.State;
using Mesh.ControlPlane.Stores.Folder.Writing;

namespace Mesh.ControlPlane.Stores.Folder;

/// <summary>Serves the resources of a folder of YAML, follows its changes, and writes into it what the API is given; a broken file leaves its last good version in use.</summary>
/// <remarks>The loop and writers take turns at the gate; readers take the snapshot of the history.</remarks>
internal sealed class FolderConfigStore : IResourceStore, IAsyncDisposable
{
    /// <summary>Of a write whose file is changed by somebody else each time.</summary>
    private const int Attempts = 3;

    private readonly FolderConfigStoreOptions _options;
    private readonly string _root;
    private readonly ILogger<FolderConfigStore> _logger;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stopping = new();

    private readonly FolderNotices _notices;

    private readonly SemaphoreSlim _gate = new(1);

    // Guarded by _gate.
    private readonly ConfigFolder _folder;
    private readonly FindingReporter _reporter;
    private readonly FolderState _state;
    private readonly FolderWriter _writer;
    private readonly string? _refusal = "it is kept by somebody else (--config-read-only); change it there, for example by a commit to its repository.";
    private bool _isBehind;
    private Task _loop = Task.CompletedTask;

    private volatile FolderStatus _status;

    private FolderConfigStore(FolderConfigStoreOptions options, ILogger<FolderConfigStore> logger, TimeProvider time)
    {
        _options = options;
        _root = Path.GetFullPath(options.Folder);
        _logger = logger;
        _time = time;
        ConfigFiles.Require(_root);
        _folder = new ConfigFolder(_root, new ResourceReader(options.DefaultNamespace, ownedHosts: options.OwnedHosts), options.Limits);
        _reporter = new FindingReporter(logger);
        _state = new FolderState(options.IsReadOnly ? null : StateJournal.TryOpen(_root, out _refusal), time);
        _writer = new FolderWriter(_root, _folder, new FilePlanner(_root, options.DefaultNamespace, _folder), _state, options.Files);
        _notices = new FolderNotices(options, _root, ReportUnwatched, time);
        _status = new FolderStatus(_root, time.GetUtcNow(), null, []);
    }

    public event Action? Changed;

    public ConfigHistory History { get; } = new();

    public ConfigSnapshot Current => History.Current;

    /// <summary>Every file with what was found in it.</summary>
    public FolderStatus Status => _status;

    /// <summary>Reads the folder and starts to follow it. Broken files are reported and left out; the rest is served.</summary>
    /// <exception cref="ConfigFolderException">The folder is missing or cannot be read.</exception>
    public static FolderConfigStore Open(FolderConfigStoreOptions options, ILogger<FolderConfigStore> logger, TimeProvider time)
    {
        var store = new FolderConfigStore(options, logger, time);
        try
        {
            // Watching starts before reading, so that no change falls between.
            store._notices.Start();
            store.Load();
            if (store._refusal is not null)
            {
                FolderConfigStoreLog.ConfigFolderReadOnly(logger, store._root, store._refusal);
            }

            FolderConfigStoreLog.ConfigLoaded(logger, store.Current.Resources.Count, store._status.Files.Length, store._root);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            store._notices.Dispose();
            store._state.Dispose();
            throw new ConfigFolderException($"The configuration folder {store._root} cannot be read: {exception.Message} Give this process the right to read it, or choose another with --config DIR.", exception);
        }

        store._loop = Task.Run(store.FollowAsync);
        return store;
    }

    public async Task<WriteResult> WriteAsync(ResourceWrite write, CancellationToken cancellationToken)
    {
        write = write with { Next = write.Next is { } next ? ObjectIdentity.Normalize(next) : null };
        await _gate.WaitAsync(cancellationToken);
        var before = Current.Version;
        WriteResult result;
        try
        {
            result = Write(write);
        }
        finally
        {
            _gate.Release();
        }

        if (Current.Version != before)
        {
            Changed?.Invoke();
        }

        return result;
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _notices.Dispose();
        await _loop;

        // A write that is on its way ends first.
        await _gate.WaitAsync(CancellationToken.None);
        _state.Dispose();
        _stopping.Dispose();
    }

    private async Task FollowAsync()
    {
        _notices.Poll();
        try
        {
            while (true)
            {
                await _notices.WaitAsync(_stopping.Token);
                await _gate.WaitAsync(_stopping.Token);
                var isNews = false;
                try
                {
                    isNews = Scan();
                }
                finally
                {
                    _gate.Release();
                }

                if (isNews)
                {
                    Changed?.Invoke();
                }
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
        }
    }

    /// <returns>Whether any resource differs.</returns>
    private bool Scan()
    {
        var suspects = _notices.Take(out var everything);
        try
        {
            var changes = _folder.Scan(everything ? ConfigFiles.Find(_root).Values.ToHashSet(StringComparer.Ordinal) : suspects);
            if (changes.Count > 0 && suspects.Count == 0 && !everything)
            {
                // Found by looking, not by notice: the watch is on a folder that is no longer behind this path.
                _notices.Start();
            }

            return (changes.Count > 0 || _isBehind || _status.Failure is not null) && Apply(changes);
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

        return false;
    }

    /// <summary>Serves what was read; true when any resource differs.</summary>
    private bool Apply(IReadOnlyList<ConfigFileChange> changes)
    {
        var found = _state.Follow(Current, _folder.Merge(out var files), out var moved, out var failure);
        History.Append(found, moved);
        _isBehind = false;
        _status = new FolderStatus(_root, _time.GetUtcNow(), null, files);
        _reporter.Report(changes, _status);
        if (failure is not null)
        {
            FolderConfigStoreLog.ConfigStateUnwritten(_logger, _root, failure.Message);
        }

        if (!found.IsEmpty && changes.Count > 0 && _logger.IsEnabled(LogLevel.Information))
        {
            var names = FindingReporter.Name(changes);
            FolderConfigStoreLog.ConfigChanged(_logger, Current.Version, Current.Resources.Count, names);
        }

        return !found.IsEmpty;
    }

    private void Load()
    {
        if (_refusal is null)
        {
            ConfigFiles.RemoveTemporary(_root);
        }

        var changes = _folder.Scan(ImmutableHashSet<string>.Empty);
        History.Reset(_state.Restore(_folder.Merge(out var files), out var damaged, out var failure));
        _status = new FolderStatus(_root, _time.GetUtcNow(), null, files);
        _reporter.Report(changes, _status);
        FolderConfigStoreLog.StateRead(_logger, _root, damaged, _state.IsRestored, Current.Version, failure);
    }

    private WriteResult Write(ResourceWrite write)
    {
        for (var attempt = 1; ; attempt++)
        {
            var current = Current.Resources.GetValueOrDefault(write.Id);
            if ((WriteRules.Judge(write, current) ?? WriteRules.Measure(write, History, _options.Limits)) is { } verdict)
            {
                return verdict;
            }

            if (_refusal is not null)
            {
                return WriteResult.Refuse(WriteRefusal.ReadOnly, $"{_root} is not written: {_refusal}");
            }

            try
            {
                if (_writer.FindStale(write) is { Count: > 0 } stale)
                {
                    // Somebody edited the file, and the watch has not told yet: their change comes first.
                    Apply(_folder.Scan(stale));
                    if (attempt < Attempts)
                    {
                        continue;
                    }
                }

                return Carry(write, current);
            }
            catch (StaleFileException exception) when (attempt == Attempts)
            {
                return new WriteResult(WriteStatus.Conflict, current, Message: exception.Message);
            }
            catch (StaleFileException)
            {
            }
            catch (RefusedWrite refused)
            {
                return refused.Result;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                return WriteResult.Refuse(WriteRefusal.Unavailable, $"{_root} cannot be read: {exception.Message} Give this process the right to read it, and try again.");
            }
        }
    }

    private WriteResult Carry(ResourceWrite write, Resource? current)
    {
        StateRecord record;
        Resource? raw;
        try
        {
            (record, raw) = _writer.Execute(write);
        }
        catch (RefusedWrite refused) when (refused.Result.Refusal == WriteRefusal.Unavailable)
        {
            // Of several steps the first may have been done.
            Apply(_folder.Scan(ImmutableHashSet<string>.Empty));
            throw;
        }

        var whole = _state.Accept(record, raw);
        History.Append([new ResourceChange(record.Version, current, whole)]);

        // What stands below in the same file has moved; that is for texts, and waits until the folder is looked at next.
        _isBehind = true;
        return new WriteResult(WriteStatus.Done, Current.Resources.GetValueOrDefault(write.Id) ?? current, record.Version);
    }

    private void ReportUnwatched(string reason) =>
        FolderConfigStoreLog.ConfigFolderUnwatched(_logger, _root, _options.PollInterval, reason);
}

using Mesh.Config.Stores;

namespace Mesh.ControlPlane.Conversion.Statuses;

/// <summary>Writes the statuses of Gateway API objects whenever something they depend on has changed.</summary>
internal sealed class StatusWriter : IAsyncDisposable
{
    private readonly IResourceStore _store;
    private readonly Func<ConfigSnapshot, ConvertedConfig> _convert;
    private readonly Func<bool> _isLeader;
    private readonly TimeSpan _interval;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _wake = new(1, 1);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _loop;

    /// <param name="store">Read, and written to.</param>
    /// <param name="convert">Of a configuration and the services of the moment.</param>
    /// <param name="isLeader">Whether this replica is the one that does it.</param>
    /// <param name="interval">From a change to its statuses, so that a burst costs one pass; also how often a replica asks whether it leads.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Gets what went wrong.</param>
    public StatusWriter(
        IResourceStore store, Func<ConfigSnapshot, ConvertedConfig> convert, Func<bool> isLeader, TimeSpan interval, TimeProvider time, ILogger<StatusWriter> logger)
    {
        (_store, _convert, _isLeader, _interval, _time, _logger) = (store, convert, isLeader, interval, time, logger);
        store.Changed += Wake;
        _loop = Task.Run(() => RunAsync(_stopping.Token));
    }

    /// <summary>Tells that services have come or gone.</summary>
    public void Wake()
    {
        // One signal is enough, however many changes there were.
        if (_wake.CurrentCount == 0)
        {
            try
            {
                _wake.Release();
            }
            catch (SemaphoreFullException)
            {
                // Somebody else was faster.
            }
            catch (ObjectDisposedException)
            {
                // A change on the way while this was stopped.
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        _store.Changed -= Wake;
        await _stopping.CancelAsync();
        await _loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
        _wake.Dispose();
    }

    private async Task RunAsync(CancellationToken stopping)
    {
        while (true)
        {
            await _wake.WaitAsync(stopping);
            await Task.Delay(_interval, _time, stopping);
            if (!_isLeader())
            {
                // Who comes to lead looks at everything once.
                Wake();
                continue;
            }

            if (!await TryWriteAsync(stopping))
            {
                Wake();
            }
        }
    }

    /// <returns>False when it should be tried again.</returns>
    private async Task<bool> TryWriteAsync(CancellationToken stopping)
    {
        try
        {
            var snapshot = _store.Current;
            var (written, isComplete) = await WriteAsync(snapshot, _convert(snapshot), stopping);
            ConversionLog.Written(_logger, snapshot.Version, written);
            return isComplete;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // The mesh goes on without statuses, and the next change is another chance.
            ConversionLog.Failed(_logger, exception);
            return true;
        }
    }

    private async Task<(int Written, bool IsComplete)> WriteAsync(ConfigSnapshot snapshot, ConvertedConfig converted, CancellationToken stopping)
    {
        var (written, isComplete) = (0, true);
        foreach (var (id, status) in converted.Statuses)
        {
            if (!snapshot.Resources.TryGetValue(id, out var resource) || StatusDocument.Apply(resource.Document, status, _time.GetUtcNow()) is not { } document)
            {
                continue;
            }

            var result = await _store.WriteAsync(new ResourceWrite(id, resource with { Document = document }, resource.ResourceVersion), stopping);
            written += result.Status == WriteStatus.Done ? 1 : 0;

            // After a conflict the store has a newer version, which wakes the loop by itself.
            isComplete &= result.Status != WriteStatus.Unknown && result is not { Refusal: WriteRefusal.Unavailable };
            if (result.Status == WriteStatus.Refused)
            {
                ConversionLog.Refused(_logger, id, result.Message);
            }
        }

        return (written, isComplete);
    }
}

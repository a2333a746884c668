using Mesh.Client.Xds;

namespace Mesh.Client.Fallback.Snapshots;

/// <summary>Gives the client what an earlier process left, and leaves what this one accepts for the next.</summary>
internal sealed class SnapshotKeeper : IAsyncDisposable
{
    private readonly XdsClient _client;
    private readonly SnapshotStore _store;
    private readonly string _owner;
    private readonly TimeSpan _interval;
    private readonly TimeSpan _refresh;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _writing = new(1, 1);

    private ITimer? _timer;
    private DateTimeOffset _writtenAt = DateTimeOffset.MinValue;
    private int _changes;
    private int _writtenChanges;

    /// <param name="client">Accepts the resources.</param>
    /// <param name="store">Keeps them.</param>
    /// <param name="owner">The workload.</param>
    /// <param name="interval">Changes are written at most this often.</param>
    /// <param name="maxAge">What does not change is confirmed four times in this.</param>
    /// <param name="time">The clock.</param>
    public SnapshotKeeper(XdsClient client, SnapshotStore store, string owner, TimeSpan interval, TimeSpan maxAge, TimeProvider time)
    {
        (_client, _store, _owner, _interval, _refresh, _time) = (client, store, owner, interval, maxAge / 4, time);
        client.SnapshotChanged += _ => Interlocked.Increment(ref _changes);
        client.InboundChanged += _ => Interlocked.Increment(ref _changes);
        client.TrustChanged += _ => Interlocked.Increment(ref _changes);
        client.TelemetryChanged += _ => Interlocked.Increment(ref _changes);
    }

    /// <summary>When a control plane last confirmed what an earlier process left; null when nothing of that is at hand.</summary>
    public DateTimeOffset? RestoredFrom { get; private set; }

    /// <summary>Reads what is there, before the client starts.</summary>
    public void Restore()
    {
        _store.Clean();
        if (_store.Read(_time.GetUtcNow()) is { } found)
        {
            RestoredFrom = found.ConfirmedAt;
            _client.Restore(found.Content.Resources);
        }
    }

    public void Start() => _timer ??= _time.CreateTimer(_ => _ = WriteAsync(), null, _interval, _interval);

    /// <summary>Writes if there is anything new, and a control plane has confirmed it.</summary>
    public async Task WriteAsync()
    {
        if (_client.State.Status is not XdsConnectionStatus.Connected || !await _writing.WaitAsync(0).ConfigureAwait(false))
        {
            return;
        }

        try
        {
            var (changes, now) = (Volatile.Read(ref _changes), _time.GetUtcNow());
            if (changes == 0 || (changes == _writtenChanges && now - _writtenAt < _refresh))
            {
                return;
            }

            var held = await _client.ReadHeldAsync().ConfigureAwait(false);
            if (held.Count > 0 && _store.Write(new SnapshotContent(_owner, [.. held]), now))
            {
                (_writtenChanges, _writtenAt) = (changes, now);
            }
        }
        finally
        {
            _writing.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_timer is not null)
        {
            await _timer.DisposeAsync().ConfigureAwait(false);
            await WriteAsync().ConfigureAwait(false);
        }
    }
}

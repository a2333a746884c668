using Mesh.ControlPlane.Generation;

namespace Mesh.ControlPlane.Serving;

/// <summary>Lets changes settle, then releases the newest state to all streams.</summary>
internal sealed class PushScheduler : IDisposable
{
    private readonly IMeshStateSource _source;
    private readonly ConnectedClients _clients;
    private readonly TimeSpan _quiet;
    private readonly TimeSpan _max;
    private readonly TimeProvider _timeProvider;
    private readonly ServingMetrics _metrics;
    private readonly ITimer _timer;
    private readonly Lock _lock = new();

    // Guarded by _lock: when the first change since the last release came.
    private long? _firstChange;
    private volatile MeshState _released;
    private long _releasedChange;

    /// <param name="source">What to watch.</param>
    /// <param name="clients">Whom to wake.</param>
    /// <param name="quiet">A change waits until no other has come for this long.</param>
    /// <param name="max">But never longer than this.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="metrics">Learns how long changes waited.</param>
    public PushScheduler(IMeshStateSource source, ConnectedClients clients, TimeSpan quiet, TimeSpan max, TimeProvider timeProvider, ServingMetrics metrics)
    {
        _metrics = metrics;
        _source = source;
        _clients = clients;
        _quiet = quiet;
        _max = max;
        _timeProvider = timeProvider;
        _released = source.Current;
        _timer = timeProvider.CreateTimer(static scheduler => ((PushScheduler)scheduler!).Release(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        source.Changed += OnChanged;

        // What came between the first read and the subscription must not wait for the next change.
        if (!ReferenceEquals(source.Current, _released))
        {
            OnChanged();
        }
    }

    /// <summary>What streams that asked for nothing new are to have.</summary>
    public MeshState Released => _released;

    /// <summary>When the first of the changes in <see cref="Released"/> came, as a timestamp of the clock.</summary>
    public long ReleasedChange => Volatile.Read(ref _releasedChange);

    /// <summary>For a stream that asked for something: nothing older than this moment will do.</summary>
    public MeshState Newest => _source.Current;

    public void Dispose()
    {
        _source.Changed -= OnChanged;
        _timer.Dispose();
    }

    private void OnChanged()
    {
        lock (_lock)
        {
            var now = _timeProvider.GetTimestamp();
            _firstChange ??= now;
            var left = _max - _timeProvider.GetElapsedTime(_firstChange.Value, now);
            var wait = left < _quiet ? left : _quiet;
            _timer.Change(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
    }

    private void Release()
    {
        lock (_lock)
        {
            if (_firstChange is { } first)
            {
                Volatile.Write(ref _releasedChange, first);
                _metrics.Released(_timeProvider.GetElapsedTime(first));
            }

            _firstChange = null;
            _released = _source.Current;
        }

        _clients.WakeAll();
    }
}

namespace Mesh.Client.Pipeline.Connections;

/// <summary>Ends a connection on which nothing moves, or that is too old.</summary>
internal sealed class ConnectionLifetime : IDisposable
{
    private readonly TimeProvider _time;
    private readonly TimeSpan? _idleTimeout;
    private readonly TimeSpan? _maxDuration;
    private readonly Action<string> _end;
    private readonly long _opened;
    private readonly ITimer _timer;

    // Interlocked.
    private long _lastActivity;

    private ConnectionLifetime(TimeProvider time, TimeSpan? idleTimeout, TimeSpan? maxDuration, Action<string> end)
    {
        (_time, _idleTimeout, _maxDuration, _end) = (time, idleTimeout, maxDuration, end);
        _opened = _lastActivity = time.GetTimestamp();
        _timer = time.CreateTimer(static lifetime => ((ConnectionLifetime)lifetime!).Check(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(Remaining(), Timeout.InfiniteTimeSpan);
    }

    /// <summary>Null when the connection has no limits.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="idleTimeout">Null for none.</param>
    /// <param name="maxDuration">Null for none.</param>
    /// <param name="end">Closes the connection for the reason it is given.</param>
    public static ConnectionLifetime? Start(TimeProvider time, TimeSpan? idleTimeout, TimeSpan? maxDuration, Action<string> end) =>
        idleTimeout is null && maxDuration is null ? null : new ConnectionLifetime(time, idleTimeout, maxDuration, end);

    /// <summary>Bytes moved, in either direction.</summary>
    public void Touch() => Volatile.Write(ref _lastActivity, _time.GetTimestamp());

    public void Dispose() => _timer.Dispose();

    private void Check()
    {
        if (_maxDuration is { } longest && _time.GetElapsedTime(_opened) >= longest)
        {
            _end($"it reached its longest duration of {longest} (maxConnectionDuration)");
        }
        else if (_idleTimeout is { } idle && _time.GetElapsedTime(Volatile.Read(ref _lastActivity)) >= idle)
        {
            _end($"nothing moved on it for {idle} (idleTimeout)");
        }
        else
        {
            _timer.Change(Remaining(), Timeout.InfiniteTimeSpan);
        }
    }

    private TimeSpan Remaining()
    {
        var idle = _idleTimeout - _time.GetElapsedTime(Volatile.Read(ref _lastActivity));
        var age = _maxDuration - _time.GetElapsedTime(_opened);
        var next = idle < age || age is null ? idle!.Value : age.Value;

        // Timers take whole milliseconds and no more than 49 days: round up, and come back when it is longer.
        return TimeSpan.FromMilliseconds(Math.Clamp(Math.Ceiling(next.TotalMilliseconds), 1, uint.MaxValue - 1));
    }
}

namespace Mesh.Testing.Time;

/// <summary>A clock that only moves when a test says so; timers fire on the thread that advances it.</summary>
/// <remarks>The timestamp frequency is odd on purpose: code that takes ticks for timestamps fails.</remarks>
public sealed class FakeTimeProvider : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<FakeTimer> _timers = [];
    private DateTimeOffset _now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private TaskCompletionSource _timersChanged = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override long TimestampFrequency => 9_999_991;

    /// <summary>How many timers are waiting.</summary>
    public int PendingTimers
    {
        get { lock (_lock) { return _timers.Count(timer => timer.Due is not null); } }
    }

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock) { return _now; }
    }

    public override long GetTimestamp() => (long)(GetUtcNow().UtcTicks * (TimestampFrequency / (double)TimeSpan.TicksPerSecond));

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new FakeTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves the clock and fires every timer that became due, in order.</summary>
    public void Advance(TimeSpan by)
    {
        var target = GetUtcNow() + by;
        while (true)
        {
            FakeTimer? next;
            lock (_lock)
            {
                next = _timers.Where(timer => timer.Due <= target).MinBy(timer => timer.Due);
                _now = next?.Due > _now ? next.Due.Value : next is null ? target : _now;
                next?.Rearm();
            }

            if (next is null)
            {
                return;
            }

            next.Fire();
        }
    }

    /// <summary>Completes when a timer is waiting that is due within the given span: the code under test has reached its wait.</summary>
    public Task WaitForTimerAsync(TimeSpan within, CancellationToken cancellationToken) => WaitForTimerAsync(due => due <= within, cancellationToken);

    /// <summary>Completes when a timer is waiting that is due within the second span and not within the first, whatever else waits on this clock.</summary>
    public Task WaitForTimerBetweenAsync(TimeSpan after, TimeSpan within, CancellationToken cancellationToken) =>
        WaitForTimerAsync(due => due > after && due <= within, cancellationToken);

    /// <summary>Completes when a timer is waiting that is due after exactly the given span, whatever else waits on this clock.</summary>
    public Task WaitForTimerOfAsync(TimeSpan span, CancellationToken cancellationToken) => WaitForTimerAsync(due => due == span, cancellationToken);

    /// <summary>Completes when so many timers are waiting that are due after exactly the given span.</summary>
    public Task WaitForTimersOfAsync(int count, TimeSpan span, CancellationToken cancellationToken) =>
        WaitForTimerAsync(due => due == span, cancellationToken, count);

    private async Task WaitForTimerAsync(Func<TimeSpan, bool> isAwaited, CancellationToken cancellationToken, int count = 1)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (_timers.Count(timer => timer.Due is { } due && isAwaited(due - _now)) >= count)
                {
                    return;
                }

                changed = _timersChanged.Task;
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    private sealed class FakeTimer(FakeTimeProvider owner, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan _period;

        public DateTimeOffset? Due { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (owner._lock)
            {
                _period = period;
                Due = dueTime == Timeout.InfiniteTimeSpan ? null : owner._now + dueTime;
                owner._timers.Remove(this);
                if (Due is not null)
                {
                    owner._timers.Add(this);
                }

                var changed = owner._timersChanged;
                owner._timersChanged = new(TaskCreationOptions.RunContinuationsAsynchronously);
                changed.SetResult();
            }

            if (dueTime == TimeSpan.Zero)
            {
                owner.Advance(TimeSpan.Zero);
            }

            return true;
        }

        public void Rearm()
        {
            if (_period <= TimeSpan.Zero)
            {
                Due = null;
                owner._timers.Remove(this);
                return;
            }

            Due += _period;
        }

        public void Fire() => callback(state);

        public void Dispose()
        {
            lock (owner._lock)
            {
                Due = null;
                owner._timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}

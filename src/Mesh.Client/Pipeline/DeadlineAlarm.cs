namespace Mesh.Client.Pipeline;

/// <summary>Cancels a token source when a time has come, and costs next to nothing when that time is put off before, as nearly always.</summary>
/// <remarks>
/// A <see cref="CancellationTokenSource"/> with a time of its own moves its timer under a lock for every call and every attempt. Here the timer keeps running from call to
/// call: when it rings too early it is set to what is wanted by then. One owner sets it; only the timer's thread comes between.
/// </remarks>
internal sealed class DeadlineAlarm : IDisposable
{
    public const long Never = long.MaxValue;

    private const long Rung = 1;
    private const long NextPhase = 2;
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    /// <summary>What timers tell apart.</summary>
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);

    private readonly TimeProvider _time;
    private readonly Lock _lock = new();

    // Whether it has rung, in the lowest bit; the rest counts the times that were set, so that the timer's thread never ends one by the time of another.
    private long _phase;
    private long _wanted = Never;
    private long _timerEnd = Never;
    private ITimer? _timer;

    public DeadlineAlarm(TimeProvider time) => _time = time;

    public CancellationTokenSource Source { get; private set; } = new();

    /// <summary>Whether its time has come; the source is cancelled, or about to be.</summary>
    public bool HasRung => (Volatile.Read(ref _phase) & Rung) != 0;

    /// <summary>Lets it ring at another time; false when it has rung, which only <see cref="Reset"/> undoes.</summary>
    /// <param name="end">As a timestamp.</param>
    public bool Set(long end)
    {
        Volatile.Write(ref _wanted, Never);
        var phase = Volatile.Read(ref _phase);
        if ((phase & Rung) != 0 || Interlocked.CompareExchange(ref _phase, phase + NextPhase, phase) != phase)
        {
            return false;
        }

        if (end == Never)
        {
            return true;
        }

        // Before the timer's end is looked at: its thread looks at both in the opposite order.
        Interlocked.Exchange(ref _wanted, end);
        if (end < Volatile.Read(ref _timerEnd))
        {
            Arm(end);
        }

        return true;
    }

    /// <summary>Now.</summary>
    public void Ring()
    {
        Interlocked.Or(ref _phase, Rung);
        Source.Cancel();
    }

    /// <summary>Starts again with a source of its own, after it has rung.</summary>
    public void Reset()
    {
        Volatile.Write(ref _wanted, Never);
        Source = new CancellationTokenSource();
        Interlocked.Increment(ref _phase);
    }

    /// <summary>It will not be set again.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            Volatile.Write(ref _timerEnd, long.MinValue);
            _timer?.Dispose();
            _timer = null;
        }
    }

    private void Arm(long end)
    {
        lock (_lock)
        {
            if (end < _timerEnd)
            {
                SetTimer(end, _time.GetTimestamp());
            }
        }
    }

    private void SetTimer(long end, long now)
    {
        Volatile.Write(ref _timerEnd, end);
        var due = RoundUp(_time.GetElapsedTime(now, end));
        if (_timer is null)
        {
            _timer = CreateTimer(due);
        }
        else
        {
            _timer.Change(due, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>It outlives the call that needs it first, whose context it must not keep.</summary>
    private ITimer CreateTimer(TimeSpan due)
    {
        if (ExecutionContext.IsFlowSuppressed())
        {
            return _time.CreateTimer(static alarm => ((DeadlineAlarm)alarm!).Elapsed(), this, due, Timeout.InfiniteTimeSpan);
        }

        using (ExecutionContext.SuppressFlow())
        {
            return _time.CreateTimer(static alarm => ((DeadlineAlarm)alarm!).Elapsed(), this, due, Timeout.InfiniteTimeSpan);
        }
    }

    private void Elapsed()
    {
        CancellationTokenSource? rung;
        lock (_lock)
        {
            rung = _timer is null ? null : LookAtTheClock();
        }

        // Outside of the lock: what waits for the token runs here.
        rung?.Cancel();
    }

    /// <summary>The source to cancel; null when it is not time yet, or nothing is wanted.</summary>
    private CancellationTokenSource? LookAtTheClock()
    {
        Interlocked.Exchange(ref _timerEnd, Never);
        var phase = Volatile.Read(ref _phase);
        var source = Source;
        var wanted = Volatile.Read(ref _wanted);
        if (wanted == Never)
        {
            return null;
        }

        var now = _time.GetTimestamp();
        if (_time.GetElapsedTime(now, wanted) >= Shortest)
        {
            SetTimer(wanted, now);
            return null;
        }

        return (phase & Rung) == 0 && Interlocked.CompareExchange(ref _phase, phase | Rung, phase) == phase ? source : null;
    }

    // Timers count whole milliseconds, and cut off what is more.
    private static TimeSpan RoundUp(TimeSpan due) =>
        due <= Shortest ? Shortest
        : due >= Longest ? Longest
        : TimeSpan.FromMilliseconds(Math.Ceiling(due.TotalMilliseconds));
}

namespace Mesh.Client.Pipeline;

/// <summary>The end of a whole call: cancels when its time is over, when the caller cancels, or when nobody waits for the request being served. Pooled.</summary>
/// <remarks>The time of an attempt within it runs on the same alarm: a second source for each attempt would cost more than all of routing.</remarks>
internal sealed class Deadline : IDisposable
{
    private readonly DeadlinePool _pool;
    private readonly TimeProvider _time;
    private readonly DeadlineAlarm _alarm;
    private CancellationToken _callerToken;
    private CancellationToken _callerGone;
    private CancellationTokenRegistration _callerRegistration;
    private CancellationTokenRegistration _goneRegistration;
    private long _end;
    private long _attemptEnd;

    // While the alarm is set for the attempt, whose time is over before the call's.
    private bool _isOfAttempt;

    public Deadline(DeadlinePool pool, TimeProvider time)
    {
        (_pool, _time) = (pool, time);
        _alarm = new DeadlineAlarm(time);
    }

    public CancellationToken Token => _alarm.Source.Token;

    /// <summary>Whether there is a time limit at all.</summary>
    public bool IsTimed { get; private set; }

    /// <summary>Whether it is there for an attempt alone: nothing limits the call itself.</summary>
    public bool IsOnlyForAttempt { get; private set; }

    /// <summary>Whether it ended because its time was over, not because the caller gave up.</summary>
    public bool IsExpired => IsTimed && !_isOfAttempt && IsOverByTime;

    /// <summary>Whether it ended because the time of the attempt under way was over.</summary>
    public bool IsAttemptExpired => _isOfAttempt && IsOverByTime;

    /// <summary>Whether it ended because nobody waits for the request being served.</summary>
    public bool IsCallerGone => _callerGone.IsCancellationRequested;

    /// <summary>The time that is left, zero or less when it is over; only for one that <see cref="IsTimed"/>.</summary>
    public TimeSpan Remaining => _time.GetElapsedTime(_time.GetTimestamp(), _end);

    /// <summary>The header that tells it to the callee, while an attempt is under way.</summary>
    public WrittenDeadline Written { get; set; }

    private bool IsOverByTime => _alarm.HasRung && !_callerToken.IsCancellationRequested && !_callerGone.IsCancellationRequested;

    /// <param name="timeout">From now; null for no limit.</param>
    /// <param name="callerToken">Of the code that calls.</param>
    /// <param name="callerGone">Of the request being served, if there is one.</param>
    public void Start(TimeSpan? timeout, CancellationToken callerToken, CancellationToken callerGone)
    {
        (_callerToken, _callerGone) = (callerToken, callerGone);
        IsTimed = timeout is not null;
        if (timeout is { } limit)
        {
            _end = _time.GetTimestamp() + ToTicks(limit);
            if (limit > TimeSpan.Zero)
            {
                _alarm.Set(_end);
            }
            else
            {
                // At once, not by a timer that comes later: nothing is to be sent.
                _alarm.Ring();
            }
        }

        FollowCaller();
    }

    /// <summary>Starts it for the attempts of a call that nothing else limits.</summary>
    public void StartForAttempt(CancellationToken callerToken)
    {
        Start(null, callerToken, default);
        IsOnlyForAttempt = true;
    }

    /// <summary>An attempt begins, with a time of its own until <see cref="EndAttempt"/>.</summary>
    /// <param name="now">As a timestamp.</param>
    /// <param name="limit">For the attempt; null for none.</param>
    public void BeginAttempt(long now, TimeSpan? limit)
    {
        _attemptEnd = limit is { } own ? now + ToTicks(own) : long.MaxValue;
        if (limit is not null && (!IsTimed || _attemptEnd < _end))
        {
            // When the call's own time has just ended, that is what the attempt ends by.
            _isOfAttempt = _alarm.Set(_attemptEnd);
        }
    }

    /// <summary>What the callee has: the rest of the attempt, or of the call where that is shorter; null without any limit.</summary>
    /// <param name="now">As a timestamp.</param>
    public TimeSpan? RemainingOfAttempt(long now)
    {
        var end = IsTimed ? Math.Min(_end, _attemptEnd) : _attemptEnd;
        return end == long.MaxValue ? null : _time.GetElapsedTime(now, end);
    }

    /// <summary>The attempt has ended: the time of the call counts again.</summary>
    /// <param name="now">As a timestamp.</param>
    public void EndAttempt(long now)
    {
        if (!_isOfAttempt)
        {
            return;
        }

        if (!_alarm.Set(IsTimed ? _end : DeadlineAlarm.Never) && IsOverByTime)
        {
            Renew(now);
        }

        _isOfAttempt = false;
    }

    /// <summary>Ends the watch and gives the object back; nobody may use the token after that.</summary>
    public void Dispose()
    {
        StopFollowing();
        (_callerToken, _callerGone) = (default, default);
        (IsTimed, IsOnlyForAttempt, _isOfAttempt) = (false, false, false);
        Written = default;
        if (!_alarm.Set(DeadlineAlarm.Never) || !_alarm.Source.TryReset() || !_pool.Return(this))
        {
            _alarm.Dispose();
        }
    }

    /// <summary>A source that the attempt's time has cancelled cannot serve the next attempt.</summary>
    private void Renew(long now)
    {
        StopFollowing();
        _alarm.Reset();
        if (IsTimed)
        {
            if (_end > now)
            {
                _alarm.Set(_end);
            }
            else
            {
                _alarm.Ring();
            }
        }

        FollowCaller();
    }

    private void FollowCaller()
    {
        _callerRegistration = Follow(_callerToken);
        _goneRegistration = _callerGone == _callerToken ? default : Follow(_callerGone);
    }

    private void StopFollowing()
    {
        _callerRegistration.Dispose();
        _goneRegistration.Dispose();
        (_callerRegistration, _goneRegistration) = (default, default);
    }

    private CancellationTokenRegistration Follow(CancellationToken token) =>
        token.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), _alarm.Source);

    private long ToTicks(TimeSpan limit) => (long)(limit.TotalSeconds * _time.TimestampFrequency);
}

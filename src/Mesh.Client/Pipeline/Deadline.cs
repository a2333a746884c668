namespace Mesh.Client.Pipeline;

/// <summary>The end of a whole call: cancels when its time is over, when the caller cancels, or when nobody waits for the request being served. Pooled.</summary>
/// <remarks>The time of an attempt within it runs on the same timer: a second source for each attempt would cost more than all of routing.</remarks>
internal sealed class Deadline(DeadlinePool pool, TimeProvider time) : IDisposable
{
    private CancellationTokenSource _source = new(Timeout.InfiniteTimeSpan, time);
    private CancellationToken _callerToken;
    private CancellationToken _callerGone;
    private CancellationTokenRegistration _callerRegistration;
    private CancellationTokenRegistration _goneRegistration;
    private long _end;
    private long _attemptEnd;

    // While the timer runs for the attempt, whose time is over before the call's.
    private bool _isOfAttempt;

    public CancellationToken Token => _source.Token;

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
    public TimeSpan Remaining => time.GetElapsedTime(time.GetTimestamp(), _end);

    /// <summary>The header that tells it to the callee, while an attempt is under way.</summary>
    public WrittenDeadline Written { get; set; }

    private bool IsOverByTime => _source.IsCancellationRequested && !_callerToken.IsCancellationRequested && !_callerGone.IsCancellationRequested;

    /// <param name="timeout">From now; null for no limit.</param>
    /// <param name="callerToken">Of the code that calls.</param>
    /// <param name="callerGone">Of the request being served, if there is one.</param>
    public void Start(TimeSpan? timeout, CancellationToken callerToken, CancellationToken callerGone)
    {
        (_callerToken, _callerGone) = (callerToken, callerGone);
        IsTimed = timeout is not null;
        if (timeout is { } limit)
        {
            _end = time.GetTimestamp() + ToTicks(limit);
            if (limit > TimeSpan.Zero)
            {
                _source.CancelAfter(limit);
            }
            else
            {
                // At once, not by a timer that comes later: nothing is to be sent.
                _source.Cancel();
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
        if (limit is { } shorter && (!IsTimed || _attemptEnd < _end))
        {
            _isOfAttempt = true;
            _source.CancelAfter(shorter);
        }
    }

    /// <summary>What the callee has: the rest of the attempt, or of the call where that is shorter; null without any limit.</summary>
    /// <param name="now">As a timestamp.</param>
    public TimeSpan? RemainingOfAttempt(long now)
    {
        var end = IsTimed ? Math.Min(_end, _attemptEnd) : _attemptEnd;
        return end == long.MaxValue ? null : time.GetElapsedTime(now, end);
    }

    /// <summary>The attempt has ended: the time of the call counts again.</summary>
    /// <param name="now">As a timestamp.</param>
    public void EndAttempt(long now)
    {
        if (!_isOfAttempt)
        {
            return;
        }

        if (!_source.IsCancellationRequested)
        {
            _source.CancelAfter(Rest(now));
        }

        if (IsOverByTime)
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
        if (!_source.TryReset() || !pool.Return(this))
        {
            _source.Dispose();
        }
    }

    private TimeSpan Rest(long now)
    {
        if (!IsTimed)
        {
            return Timeout.InfiniteTimeSpan;
        }

        var rest = time.GetElapsedTime(now, _end);
        return rest > TimeSpan.Zero ? rest : TimeSpan.Zero;
    }

    /// <summary>A source that the attempt's time has cancelled cannot serve the next attempt.</summary>
    private void Renew(long now)
    {
        StopFollowing();
        _source.Dispose();
        _source = new CancellationTokenSource(Rest(now), time);
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
        token.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), _source);

    private long ToTicks(TimeSpan limit) => (long)(limit.TotalSeconds * time.TimestampFrequency);
}

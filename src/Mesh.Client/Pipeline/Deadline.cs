namespace Mesh.Client.Pipeline;

/// <summary>The end of a whole call: cancels when its time is over, when the caller cancels, or when nobody waits for the request being served. Pooled.</summary>
internal sealed class Deadline(DeadlinePool pool, TimeProvider time) : IDisposable
{
    private readonly CancellationTokenSource _source = new(Timeout.InfiniteTimeSpan, time);
    private CancellationToken _callerToken;
    private CancellationToken _callerGone;
    private CancellationTokenRegistration _callerRegistration;
    private CancellationTokenRegistration _goneRegistration;
    private long _end;

    public CancellationToken Token => _source.Token;

    /// <summary>Whether there is a time limit at all.</summary>
    public bool IsTimed { get; private set; }

    /// <summary>Whether it ended because its time was over, not because the caller gave up.</summary>
    public bool IsExpired => IsTimed && _source.IsCancellationRequested && !_callerToken.IsCancellationRequested && !_callerGone.IsCancellationRequested;

    /// <summary>Whether it ended because nobody waits for the request being served.</summary>
    public bool IsCallerGone => _callerGone.IsCancellationRequested;

    /// <summary>The time that is left, zero or less when it is over; only for one that <see cref="IsTimed"/>.</summary>
    public TimeSpan Remaining => time.GetElapsedTime(time.GetTimestamp(), _end);

    /// <summary>The header that tells it to the callee, while an attempt is under way.</summary>
    public WrittenDeadline Written { get; set; }

    /// <param name="timeout">From now; null for no limit.</param>
    /// <param name="callerToken">Of the code that calls.</param>
    /// <param name="callerGone">Of the request being served, if there is one.</param>
    public void Start(TimeSpan? timeout, CancellationToken callerToken, CancellationToken callerGone)
    {
        (_callerToken, _callerGone) = (callerToken, callerGone);
        IsTimed = timeout is not null;
        if (timeout is { } limit)
        {
            _end = time.GetTimestamp() + (long)(limit.TotalSeconds * time.TimestampFrequency);
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

        _callerRegistration = Follow(callerToken);
        _goneRegistration = callerGone == callerToken ? default : Follow(callerGone);
    }

    /// <summary>Ends the watch and gives the object back; nobody may use the token after that.</summary>
    public void Dispose()
    {
        _callerRegistration.Dispose();
        _goneRegistration.Dispose();
        (_callerRegistration, _goneRegistration) = (default, default);
        (_callerToken, _callerGone) = (default, default);
        Written = default;
        if (!_source.TryReset() || !pool.Return(this))
        {
            _source.Dispose();
        }
    }

    private CancellationTokenRegistration Follow(CancellationToken token) =>
        token.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), _source);
}

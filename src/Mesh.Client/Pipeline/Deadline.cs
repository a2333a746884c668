namespace Mesh.Client.Pipeline;

/// <summary>The end of a whole call: cancels when its time is over or when the caller cancels. Pooled.</summary>
internal sealed class Deadline(DeadlinePool pool, TimeProvider time) : IDisposable
{
    private readonly CancellationTokenSource _source = new(Timeout.InfiniteTimeSpan, time);
    private CancellationToken _callerToken;
    private CancellationTokenRegistration _callerRegistration;

    public CancellationToken Token => _source.Token;

    /// <summary>Whether it ended because its time was over, not because the caller gave up.</summary>
    public bool IsExpired => _source.IsCancellationRequested && !_callerToken.IsCancellationRequested;

    public void Start(TimeSpan timeout, CancellationToken callerToken)
    {
        _callerToken = callerToken;
        _source.CancelAfter(timeout);
        _callerRegistration = callerToken.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), _source);
    }

    /// <summary>Ends the watch and gives the object back; nobody may use the token after that.</summary>
    public void Dispose()
    {
        _callerRegistration.Dispose();
        _callerRegistration = default;
        _callerToken = default;
        if (!_source.TryReset() || !pool.Return(this))
        {
            _source.Dispose();
        }
    }
}

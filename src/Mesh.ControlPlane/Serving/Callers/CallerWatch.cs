namespace Mesh.ControlPlane.Serving.Callers;

/// <summary>Tells a stream when its caller's proof has expired or is trusted no longer.</summary>
internal sealed class CallerWatch : IDisposable
{
    private readonly IStreamAuthenticator _authenticator;
    private readonly StreamCaller _caller;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _ended = new();
    private readonly ITimer _timer;

    public CallerWatch(IStreamAuthenticator authenticator, StreamCaller caller, TimeProvider time)
    {
        (_authenticator, _caller, _time) = (authenticator, caller, time);
        _timer = time.CreateTimer(static watch => ((CallerWatch)watch!).Expire(), this, UntilExpiry(), Timeout.InfiniteTimeSpan);
        authenticator.TrustChanged += Check;

        // Trust may have changed between the proof and the subscription.
        Check();
    }

    /// <summary>Fires when the stream has to end.</summary>
    public CancellationToken Ended => _ended.Token;

    public void Dispose()
    {
        _authenticator.TrustChanged -= Check;
        _timer.Dispose();
    }

    private TimeSpan UntilExpiry()
    {
        // Timers take no more than about 49 days; a later expiry is looked at again by then.
        var left = _caller.ExpiresAt - _time.GetUtcNow();
        return left <= TimeSpan.Zero ? TimeSpan.Zero : left < Longest ? left : Longest;
    }

    private static TimeSpan Longest { get; } = TimeSpan.FromDays(30);

    private void Expire()
    {
        if (_caller.ExpiresAt <= _time.GetUtcNow())
        {
            _ended.Cancel();
        }
        else
        {
            _timer.Change(UntilExpiry(), Timeout.InfiniteTimeSpan);
        }
    }

    private void Check()
    {
        if (!_caller.IsStillTrusted())
        {
            _ended.Cancel();
        }
    }
}

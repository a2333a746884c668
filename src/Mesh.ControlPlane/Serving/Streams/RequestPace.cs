namespace Mesh.ControlPlane.Serving.Streams;

/// <summary>A token bucket: a client that asks faster than this is read more slowly, and nothing of it is lost.</summary>
internal sealed class RequestPace(int perSecond, TimeProvider timeProvider)
{
    private double _tokens = perSecond;
    private long _refilled = timeProvider.GetTimestamp();

    /// <summary>Takes one token if there is one.</summary>
    public bool IsFree()
    {
        Refill();
        if (_tokens < 1)
        {
            return false;
        }

        _tokens--;
        return true;
    }

    /// <summary>Takes one token, in debt if need be; the caller waits for the returned time before it reads on.</summary>
    public TimeSpan Take()
    {
        Refill();
        _tokens--;
        return _tokens >= 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(-_tokens / perSecond);
    }

    private void Refill()
    {
        var now = timeProvider.GetTimestamp();
        _tokens = Math.Min(perSecond, _tokens + (timeProvider.GetElapsedTime(_refilled, now).TotalSeconds * perSecond));
        _refilled = now;
    }
}

using Mesh.Client.Model;

namespace Mesh.Client.Resilience;

/// <summary>Fully jittered exponential backoff, as Envoy draws it: any time below a bound that doubles up to a maximum.</summary>
internal struct RetryBackoff(RetryPolicy policy)
{
    private TimeSpan _bound = policy.BaseInterval;

    public TimeSpan Next(Random random)
    {
        var bound = _bound;
        _bound = bound < policy.MaxInterval / 2 ? bound * 2 : policy.MaxInterval;
        return bound * random.NextDouble();
    }

    /// <summary>The endpoint said when to come back: the series begins anew (gRFC A6).</summary>
    public void Reset() => _bound = policy.BaseInterval;
}

using Mesh.Protocol.Grpc;

namespace Mesh.ControlPlane.Serving.Streams;

/// <summary>Lets so many streams begin in a second, and gives the others a time to come back: a control plane that returns is asked by everybody at once.</summary>
/// <param name="perSecond">Streams that may begin.</param>
/// <param name="burst">And so many at once, after a quiet time.</param>
/// <param name="time">The clock.</param>
/// <param name="random">Spreads those that are sent away.</param>
internal sealed class StreamAdmission(int perSecond, int burst, TimeProvider time, Random random)
{
    private static readonly TimeSpan MinPushback = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan MaxPushback = TimeSpan.FromSeconds(60);

    private readonly Lock _lock = new();

    // Guarded by _lock. Below zero: so many have been given a time of their own already.
    private double _tokens = burst;
    private double _promised;
    private long _last = time.GetTimestamp();

    /// <exception cref="GrpcException">UNAVAILABLE, with the time after which to come back (gRFC A6).</exception>
    public void Enter()
    {
        lock (_lock)
        {
            var now = time.GetTimestamp();
            var gained = time.GetElapsedTime(_last, now).TotalSeconds * perSecond;
            _last = now;
            _tokens = Math.Min(burst, _tokens + gained);
            _promised = Math.Max(0, _promised - gained);
            if (_tokens >= 1)
            {
                _tokens--;
                return;
            }

            // In the order they ask, at the pace they can be taken: nobody is promised the moment that somebody else was.
            _promised++;
            var wait = TimeSpan.FromSeconds(_promised / perSecond * (1 + (0.2 * random.NextDouble())));
            throw new GrpcException(
                GrpcStatusCode.Unavailable,
                $"{perSecond} streams a second may begin here, and more want to: come back later, or ask another server.")
            {
                Pushback = wait < MinPushback ? MinPushback : wait > MaxPushback ? MaxPushback : wait,
            };
        }
    }
}

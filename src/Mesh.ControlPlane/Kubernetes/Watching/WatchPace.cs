namespace Mesh.ControlPlane.Kubernetes.Watching;

/// <summary>Waits between tries: longer after every failure, each time a random part of it (client-go: 800 ms to 30 s).</summary>
internal sealed class WatchPace(TimeProvider time, Random random)
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private TimeSpan _next = First;

    /// <summary>It works again.</summary>
    public void Reset() => _next = First;

    public double NextDouble() => random.NextDouble();

    /// <summary>Ends after a time.</summary>
    public CancellationTokenSource Limit(TimeSpan length) => new(length, time);

    public Task DelayAsync(TimeSpan length, CancellationToken cancellationToken) => Task.Delay(length * (1 + (random.NextDouble() / 4)), time, cancellationToken);

    /// <param name="least">What the server asked for by Retry-After; at most the longest wait.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task WaitAsync(TimeSpan least, CancellationToken cancellationToken)
    {
        var wait = _next * (0.5 + (random.NextDouble() / 2));
        _next = _next * 2 < Longest ? _next * 2 : Longest;
        least = least < Longest ? least : Longest;
        return Task.Delay(wait > least ? wait : least, time, cancellationToken);
    }
}

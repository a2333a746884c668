namespace Mesh.ControlPlane.Registry.Feeds;

/// <summary>Waits longer after every failure, each time a random part of it, so that control planes do not all come back at once.</summary>
internal sealed class RegistryPace(TimeProvider time, Random random)
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private TimeSpan _next = First;

    /// <summary>It works again.</summary>
    public void Reset() => _next = First;

    /// <param name="least">What the registry itself asked for, such as by Retry-After; at most the longest wait.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task WaitAsync(TimeSpan least, CancellationToken cancellationToken)
    {
        var wait = _next * (0.5 + (random.NextDouble() / 2));
        _next = _next * 2 < Longest ? _next * 2 : Longest;
        least = least < Longest ? least : Longest;
        return Task.Delay(wait > least ? wait : least, time, cancellationToken);
    }
}

namespace Mesh.ControlPlane.Storage.Postgres;

/// <summary>Waits longer after every failure, each time a random part of it, so that replicas do not all come back at once.</summary>
internal sealed class Backoff(TimeProvider time, Random random)
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(3);

    private TimeSpan _next = First;

    /// <summary>Whether anything failed since the start.</summary>
    public bool HasWaited { get; private set; }

    /// <summary>It works again.</summary>
    public void Reset() => _next = First;

    public Task WaitAsync(CancellationToken cancellationToken)
    {
        HasWaited = true;
        var wait = _next * (0.5 + (random.NextDouble() / 2));
        _next = _next * 2 < Longest ? _next * 2 : Longest;
        return Task.Delay(wait, time, cancellationToken);
    }
}

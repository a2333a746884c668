using Mesh.Client.Model;

namespace Mesh.Client.LoadBalancing;

/// <summary>An endpoint while it takes requests: it outlives configuration updates, so that its load is not forgotten.</summary>
internal class BalancedEndpoint(EndpointAddress address)
{
    private int _inFlight;

    public EndpointAddress Address { get; } = address;

    /// <summary>Requests that were sent to it and have not ended.</summary>
    public int InFlight => Volatile.Read(ref _inFlight);

    public void Enter() => Interlocked.Increment(ref _inFlight);

    public void Leave() => Interlocked.Decrement(ref _inFlight);

    /// <summary>An attempt at it has ended.</summary>
    public virtual void Report(in AttemptOutcome outcome)
    {
    }
}

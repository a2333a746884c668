using Mesh.Client.Model;

namespace Mesh.Client.LoadBalancing;

/// <summary>An endpoint while it takes requests: it outlives configuration updates, so that its load is not forgotten.</summary>
internal class BalancedEndpoint(EndpointAddress address)
{
    private int _inFlight;
    private volatile bool _isEjected;
    private volatile bool _isUnhealthy;

    public EndpointAddress Address { get; } = address;

    /// <summary>Requests that were sent to it and have not ended.</summary>
    public int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>Whether outlier detection keeps requests away from it; whoever sets it has the cluster rebuilt.</summary>
    public bool IsEjected
    {
        get => _isEjected;
        set => _isEjected = value;
    }

    /// <summary>What active health checks say; true while there are none. Whoever sets it has the cluster rebuilt.</summary>
    public bool IsHealthy
    {
        get => !_isUnhealthy;
        set => _isUnhealthy = !value;
    }

    public void Enter() => Interlocked.Increment(ref _inFlight);

    public void Leave() => Interlocked.Decrement(ref _inFlight);

    /// <summary>An attempt at it has ended.</summary>
    public virtual void Report(in AttemptOutcome outcome)
    {
    }
}

using Mesh.Client.LoadBalancing.Latency;
using Mesh.Client.Model;

namespace Mesh.Client.LoadBalancing;

/// <summary>An endpoint while it takes requests: it outlives configuration updates, so that its load is not forgotten.</summary>
internal class BalancedEndpoint(EndpointAddress address)
{
    private int _inFlight;
    private volatile bool _isEjected;
    private volatile bool _isUnhealthy;
    private volatile bool _wasAvailable;
    private volatile LatencyAverage? _latency;
    private volatile ActiveRequests? _cluster;
    private long _availableSince;

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

    /// <summary>Whether neither outlier detection nor health checks keep requests away from it.</summary>
    public bool IsAvailable => !_isEjected && !_isUnhealthy;

    /// <summary>The priority it was last seen in.</summary>
    public int Priority { get; private set; }

    /// <summary>When it began to take requests, as a timestamp of the clock: after it appeared, or became available again.</summary>
    public long AvailableSince => Volatile.Read(ref _availableSince);

    /// <summary>How fast it answers; null while no policy asks for it.</summary>
    public LatencyAverage? Latency => _latency;

    public void Enter()
    {
        Interlocked.Increment(ref _inFlight);
        _cluster?.Add(1);
    }

    public void Leave()
    {
        Interlocked.Decrement(ref _inFlight);
        _cluster?.Add(-1);
    }

    /// <summary>An attempt at it has ended.</summary>
    public virtual void Report(in AttemptOutcome outcome) => _latency?.Observe(outcome);

    /// <summary>Keeps what balancing has to know from one configuration to the next; called by the one who makes pickers.</summary>
    public void Settle(int priority, bool isAvailable, TimeProvider time)
    {
        Priority = priority;
        if (isAvailable && !_wasAvailable)
        {
            Volatile.Write(ref _availableSince, time.GetTimestamp());
        }

        _wasAvailable = isAvailable;
    }

    /// <summary>Counts its requests in the cluster's, too, if that is not done already.</summary>
    public void CountIn(ActiveRequests cluster)
    {
        if (_cluster != cluster)
        {
            cluster.Add(InFlight);
            _cluster = cluster;
        }
    }

    /// <summary>Begins to measure how fast it answers, if that is not done already.</summary>
    public void Measure(TimeSpan decay, TimeProvider time)
    {
        if (_latency?.Decay != decay)
        {
            _latency = new LatencyAverage(decay, time);
        }
    }
}

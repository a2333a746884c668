using Mesh.Client.Health;
using Mesh.Client.Limits;
using Mesh.Client.LoadBalancing;
using Mesh.Client.Model;
using Mesh.Client.Pipeline.Loads;
using Mesh.Client.Pipeline.Reports;
using Mesh.Client.Transport;

namespace Mesh.Client.Pipeline.Destinations;

/// <summary>An endpoint that can be balanced and sent to.</summary>
internal sealed class OutboundEndpoint(EndpointAddress address, EndpointPool pool, ClusterLimits limits, CallPeer peer) : BalancedEndpoint(address), IMonitoredEndpoint
{
    private volatile EndpointMonitor? _monitor;
    private volatile EndpointLoad? _load;
    private volatile CallPeer _peer = peer;

    public EndpointPool Pool { get; } = pool;

    /// <summary>What a session's token calls it: its address, or all that it has.</summary>
    public string SessionName => Pool.Connector.Addresses?.Text ?? Address.ToString();

    /// <summary>Whether the cluster takes so many requests only, which makes the true end of each matter.</summary>
    public bool IsLimited => limits.Requests.IsLimited;

    /// <summary>Whose it is, for telemetry; an update may change it while the endpoint stays.</summary>
    public CallPeer Peer
    {
        get => _peer;
        set => _peer = value;
    }

    /// <summary>Counts what it gets, for load reports; null before the first call.</summary>
    public EndpointLoad? Load
    {
        get => _load;
        set => _load = value;
    }

    public EndpointMonitor? Monitor
    {
        get => _monitor;
        set => _monitor = value;
    }

    public override void Report(in AttemptOutcome outcome)
    {
        base.Report(outcome);
        _monitor?.Report(outcome);
    }

    /// <summary>A raw connection that entered the limits and this endpoint is closed.</summary>
    public void LeaveConnection()
    {
        Leave();
        limits.Connections.Leave();
    }

    /// <summary>A request that entered the limits and this endpoint has ended: gives all of it back.</summary>
    public void End()
    {
        Leave();
        Pool.Leave();
        limits.Leave();
    }
}

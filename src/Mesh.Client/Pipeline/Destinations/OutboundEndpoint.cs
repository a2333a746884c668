using Mesh.Client.Health;
using Mesh.Client.LoadBalancing;
using Mesh.Client.Model;
using Mesh.Client.Transport;

namespace Mesh.Client.Pipeline.Destinations;

/// <summary>An endpoint that can be balanced and sent to.</summary>
internal sealed class OutboundEndpoint(EndpointAddress address, EndpointPool pool) : BalancedEndpoint(address), IMonitoredEndpoint
{
    private volatile EndpointMonitor? _monitor;

    public EndpointPool Pool { get; } = pool;

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
}

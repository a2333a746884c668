namespace Mesh.Client.Health;

/// <summary>An endpoint of a cluster, and whether the control plane lets it take requests.</summary>
internal readonly record struct MonitoredMember(IMonitoredEndpoint Endpoint, bool TakesRequests)
{
    /// <summary>Whether requests can go to it now.</summary>
    public bool IsAvailable => TakesRequests && !Endpoint.IsEjected && Endpoint.IsHealthy;
}

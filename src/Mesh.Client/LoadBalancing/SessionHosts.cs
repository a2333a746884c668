using Mesh.Client.Model;

namespace Mesh.Client.LoadBalancing;

/// <summary>Finds the endpoint that a session belongs to, by its address, if its health lets it keep sessions (gRFC A55).</summary>
internal sealed class SessionHosts
{
    private readonly Dictionary<string, (BalancedEndpoint Endpoint, EndpointHealth Health)> _hosts = new(StringComparer.Ordinal);
    private readonly EndpointHealthSet _allowed;

    public SessionHosts(EndpointSet endpoints, EndpointHealthSet allowed, Func<Endpoint, BalancedEndpoint> find)
    {
        _allowed = allowed;
        foreach (var endpoint in endpoints.Localities.SelectMany(locality => locality.Endpoints))
        {
            _hosts[endpoint.Address.ToString()] = (find(endpoint), endpoint.Health);
        }
    }

    public BalancedEndpoint? Find(string address) =>
        _hosts.TryGetValue(address, out var host)
        && _allowed.Contains(host.Endpoint.IsAvailable ? host.Health : EndpointHealth.Unhealthy)
            ? host.Endpoint
            : null;
}

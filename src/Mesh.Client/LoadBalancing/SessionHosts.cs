using Mesh.Client.Model;

namespace Mesh.Client.LoadBalancing;

/// <summary>Finds the endpoint that a session belongs to, by its addresses, if its health lets it keep sessions (gRFC A55).</summary>
internal sealed class SessionHosts
{
    private readonly Dictionary<string, (BalancedEndpoint Endpoint, EndpointHealth Health)> _hosts = new(StringComparer.Ordinal);
    private readonly EndpointHealthSet _allowed;

    public SessionHosts(EndpointSet endpoints, EndpointHealthSet allowed, Func<Endpoint, BalancedEndpoint> find)
    {
        _allowed = allowed;
        foreach (var endpoint in endpoints.Localities.SelectMany(locality => locality.Endpoints))
        {
            var host = (find(endpoint), endpoint.Health);
            _hosts[endpoint.Address.ToString()] = host;
            foreach (var address in endpoint.AdditionalAddresses)
            {
                _hosts[address.ToString()] = host;
            }
        }
    }

    /// <param name="addresses">With commas between them: the first that is known and may keep sessions (gRFC A61).</param>
    public BalancedEndpoint? Find(string addresses) => addresses.Contains(',', StringComparison.Ordinal)
        ? addresses.Split(',').Select(FindOne).FirstOrDefault(host => host is not null)
        : FindOne(addresses);

    private BalancedEndpoint? FindOne(string address) =>
        _hosts.TryGetValue(address, out var host)
        && _allowed.Contains(host.Endpoint.IsAvailable ? host.Health : EndpointHealth.Unhealthy)
            ? host.Endpoint
            : null;
}

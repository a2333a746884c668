using System.Collections.Frozen;
using System.Collections.Immutable;
using Mesh.ControlPlane.Registry.Networks;

namespace Mesh.ControlPlane.Registry;

/// <summary>All services and their endpoints at one moment.</summary>
/// <param name="Version">Grows with every change.</param>
/// <param name="Services">By host name; when several namespaces claim one, the oldest, a core Service before all.</param>
/// <param name="Endpoints">By host name, every port together; a service without endpoints may be missing.</param>
internal sealed record RegistrySnapshot(
    long Version,
    FrozenDictionary<string, Service> Services,
    FrozenDictionary<string, ImmutableArray<ServiceEndpoint>> Endpoints)
{
    /// <summary>By host name, what other namespaces say of it, oldest first: a client of such a namespace means its own.</summary>
    public FrozenDictionary<string, ImmutableArray<ShadowedService>> Shadowed { get; init; } = FrozenDictionary<string, ImmutableArray<ShadowedService>>.Empty;

    /// <summary>Ways into networks; none where all endpoints are reached directly.</summary>
    public ImmutableArray<NetworkGateway> Gateways { get; init; } = [];

    /// <summary>What of it other control planes are told: all that did not come from one of them; null when nothing did.</summary>
    public RegistrySnapshot? Exported { get; init; }

    public static RegistrySnapshot Empty { get; } = new(
        0,
        FrozenDictionary<string, Service>.Empty,
        FrozenDictionary<string, ImmutableArray<ServiceEndpoint>>.Empty);

    /// <summary>What a host may mean, the preferred first.</summary>
    public IEnumerable<Service> Candidates(string host)
    {
        if (!Services.TryGetValue(host, out var service))
        {
            return [];
        }

        return Shadowed.TryGetValue(host, out var others) ? others.Select(other => other.Service).Prepend(service) : [service];
    }

    /// <summary>All endpoints of one of the services, every port together.</summary>
    public ImmutableArray<ServiceEndpoint> EndpointsOf(Service service)
    {
        if (Services.GetValueOrDefault(service.Hostname)?.Namespace == service.Namespace)
        {
            return Endpoints.GetValueOrDefault(service.Hostname, []);
        }

        return Shadowed.GetValueOrDefault(service.Hostname, []).FirstOrDefault(other => other.Service.Namespace == service.Namespace)?.Endpoints ?? [];
    }
}

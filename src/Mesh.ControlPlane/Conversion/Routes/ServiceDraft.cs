using Mesh.Config;
using Mesh.Config.Istio.Networking;

namespace Mesh.ControlPlane.Conversion.Routes;

/// <summary>Collects what the routes of one host come to, of a listener or for clients in the mesh.</summary>
internal sealed class ServiceDraft(string name, string? gateway, string host, bool isPrivate)
{
    private readonly List<Resource> _routes = [];

    public List<ConvertedRule> Http { get; } = [];

    public List<TCPRoute> Tcp { get; } = [];

    public List<TLSRoute> Tls { get; } = [];

    public void Join(Resource route) => _routes.Add(route);

    /// <summary>The VirtualService, and where its HTTP rules come from.</summary>
    public (Resource Service, IReadOnlyList<RulePlace> Places) Build()
    {
        var ordered = RouteOrder.Sort(Http).ToArray();
        var routes = _routes.Distinct().OrderBy(route => route.CreationTimestamp).ThenBy(route => route.Id.Namespace, StringComparer.Ordinal).ThenBy(route => route.Id.Name, StringComparer.Ordinal).ToArray();
        var spec = new VirtualService
        {
            Hosts = { host },
            Gateways = { gateway ?? "mesh" },

            // A route in another namespace than its service's is for the callers there (GEP-1294).
            ExportTo = { isPrivate ? "." : "*" },
            Http = { ordered.Select(rule => rule.Rule) },
            Tcp = { Tcp },
            Tls = { Tls },
        };
        var service = new Resource
        {
            Id = new ResourceId(ResourceKinds.NetworkingGroup, ResourceKinds.VirtualService.Kind, routes[0].Id.Namespace, name),
            Kind = ResourceKinds.VirtualService,
            ApiVersion = ResourceKinds.VirtualService.Versions[0],
            CreationTimestamp = routes[0].CreationTimestamp,
            Annotations = System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Empty
                .Add(ConversionNames.RouteSemantics, ConversionNames.GatewayValue)
                .Add(ConversionNames.Parents, string.Join(',', routes.Select(route => $"{route.Id.Kind}/{route.Id.Name}.{route.Id.Namespace}"))),
            Spec = spec,
        };
        return (service, [.. ordered.Select(rule => rule.Place)]);
    }
}

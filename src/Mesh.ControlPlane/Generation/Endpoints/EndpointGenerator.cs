using Mesh.ControlPlane.Generation.Endpoints.Localities;
using Mesh.ControlPlane.Generation.Naming;
using Mesh.ControlPlane.Generation.Policies;
using Mesh.ControlPlane.Registry;
using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Envoy.Endpoint;
using Endpoint = Mesh.Protocol.Envoy.Endpoint.Endpoint;
using TrafficPolicy = Mesh.Config.Istio.Networking.TrafficPolicy;

namespace Mesh.ControlPlane.Generation.Endpoints;

/// <summary>Makes the load assignment of a cluster: the endpoints by locality, in an order that does not change by itself.</summary>
internal static class EndpointGenerator
{
    private const string UnixScheme = "unix://";

    public static ClusterLoadAssignment? Generate(GenerationContext context, string name)
    {
        if (name == OutboundName.BlackHole)
        {
            return new ClusterLoadAssignment { ClusterName = name };
        }

        if (OutboundName.Parse(name) is not { } parsed
            || HostResolution.OfCluster(context, parsed.Host) is not { } service
            || service.Port(parsed.Port) is not { } port)
        {
            return null;
        }

        var rule = DestinationRuleResolver.Resolve(context, service.PolicyHost, service.Service.Namespace);
        var policy = MeshDefaults.Complete(TrafficPolicyMerge.Of(rule, rule.Subset(parsed.Subset), parsed.Port), context.Settings, port.Protocol);
        return Assignment(context, service, port, parsed, policy);
    }

    /// <summary>The assignment of a cluster, whether it is asked for or comes with the cluster.</summary>
    public static ClusterLoadAssignment Assignment(
        GenerationContext context, ResolvedService service, ServicePort port, OutboundName name, TrafficPolicy policy)
    {
        var members = ServiceEndpoints.Of(context, service, port, name.Subset);
        var guests = Lanes.Guests(context, service, port, name.Subset, members);
        var endpoints = NetworkView.Of(context, service.Service, [.. members.Concat(guests).Where(endpoint => IsSent(context, endpoint))]);
        if (guests.Length > 0)
        {
            // In the order of a cluster without guests.
            endpoints = endpoints
                .OrderBy(endpoint => endpoint.Locality, StringComparer.Ordinal)
                .ThenBy(endpoint => endpoint.Address, StringComparer.Ordinal)
                .ThenBy(endpoint => endpoint.Port);
        }

        ServiceEndpoint[] sent = [.. endpoints];
        var additional = new AdditionalAddresses(sent);
        return new ClusterLoadAssignment
        {
            ClusterName = name.ToString(),
            Endpoints = { LocalityBalancing.Group(context, sent, policy).Select(group => LocalityOf(context, service.Service, group, additional)) },
        };
    }

    /// <summary>The assignment of a cluster that stands for one host name.</summary>
    public static ClusterLoadAssignment SingleHost(string cluster, string host, int port) => new()
    {
        ClusterName = cluster,
        Endpoints =
        {
            new LocalityLbEndpoints
            {
                Locality = new Locality(),
                LbEndpoints = { new LbEndpoint { Endpoint = new Endpoint { Address = Envelope.SocketAddress(host, port) } } },
            },
        },
    };

    // Node refuses a whole assignment for one host name in it. Nobody dials sockets of another machine, nor an endpoint that has a network alone.
    private static bool IsSent(GenerationContext context, ServiceEndpoint endpoint) =>
        endpoint.State != EndpointState.NotReady
        && endpoint.Address.Length > 0
        && Lanes.IsFor(context, endpoint)
        && !endpoint.Address.StartsWith(UnixScheme, StringComparison.Ordinal)
        && (!context.IsProxylessGrpc || EndpointAddress.IsIp(endpoint.Address));

    private static LocalityLbEndpoints LocalityOf(GenerationContext context, Service service, LocalityGroup group, AdditionalAddresses additional) => new()
    {
        Locality = new Locality { Region = group.Locality.Region, Zone = group.Locality.Zone, SubZone = group.Locality.SubZone },
        Priority = (uint)group.Priority,
        LoadBalancingWeight = group.Weight,
        LbEndpoints = { group.Endpoints.Select(endpoint => EndpointOf(context, service, endpoint, additional)) },
    };

    private static LbEndpoint EndpointOf(GenerationContext context, Service service, ServiceEndpoint endpoint, AdditionalAddresses additional) => new()
    {
        Endpoint = new Endpoint { Address = Envelope.SocketAddress(endpoint.Address, endpoint.Port), AdditionalAddresses = { additional.Take(endpoint) } },
        HealthStatus = endpoint.State == EndpointState.Draining ? HealthStatus.Draining : HealthStatus.Healthy,
        LoadBalancingWeight = LocalityGroup.WeightOf(endpoint),
        Metadata = WorkloadMetadata.Of(endpoint, endpoint.IsGateway || MutualTlsEndpoints.Takes(context, service, endpoint)),
    };
}

using Mesh.ControlPlane.Generation.Naming;
using Mesh.ControlPlane.Registry;
using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Envoy.Endpoint;
using Endpoint = Mesh.Protocol.Envoy.Endpoint.Endpoint;

namespace Mesh.ControlPlane.Generation.Endpoints;

/// <summary>Makes the load assignment of a cluster: the endpoints by locality, in an order that does not change by itself.</summary>
internal static class EndpointGenerator
{
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

        var assignment = new ClusterLoadAssignment { ClusterName = name };
        var endpoints = ServiceEndpoints.Of(context, service, port, parsed.Subset).Where(endpoint => IsSent(context, endpoint));
        foreach (var locality in endpoints.GroupBy(endpoint => endpoint.Locality, StringComparer.Ordinal))
        {
            assignment.Endpoints.Add(LocalityOf(locality.Key, locality));
        }

        return assignment;
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

    // Node refuses a whole assignment for one host name in it.
    private static bool IsSent(GenerationContext context, ServiceEndpoint endpoint) =>
        endpoint.State != EndpointState.NotReady && (!context.IsProxylessGrpc || EndpointAddress.IsIp(endpoint.Address));

    private static LocalityLbEndpoints LocalityOf(string locality, IEnumerable<ServiceEndpoint> endpoints)
    {
        var result = new LocalityLbEndpoints { Locality = ParseLocality(locality) };
        ulong weight = 0;
        foreach (var endpoint in endpoints)
        {
            var share = Math.Max(1, endpoint.Weight);

            // gRPC refuses an assignment whose weights add up to more than 32 bits.
            share = (uint)Math.Min(share, uint.MaxValue / 65_536);
            weight += share;
            result.LbEndpoints.Add(EndpointOf(endpoint, share));
        }

        result.LoadBalancingWeight = (uint)Math.Min(weight, uint.MaxValue / 65_536);
        return result;
    }

    private static LbEndpoint EndpointOf(ServiceEndpoint endpoint, uint weight) => new()
    {
        Endpoint = new Endpoint { Address = Envelope.SocketAddress(endpoint.Address, endpoint.Port) },
        HealthStatus = endpoint.State == EndpointState.Draining ? HealthStatus.Draining : HealthStatus.Healthy,
        LoadBalancingWeight = weight,
        Metadata = endpoint.WorkloadName.Length > 0 ? WorkloadMetadata.Of(endpoint) : null,
    };

    private static Locality ParseLocality(string locality)
    {
        var parts = locality.Split('/', 3);
        return new Locality
        {
            Region = parts[0],
            Zone = parts.Length > 1 ? parts[1] : "",
            SubZone = parts.Length > 2 ? parts[2] : "",
        };
    }
}

using Mesh.Protocol.Envoy.Cluster;
using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Envoy.Endpoint;
using Mesh.Protocol.Envoy.Tls;

namespace Mesh.ControlPlane.Api.Endpoints;

/// <summary>How connections of a cluster are secured, as the cluster and its endpoints say it.</summary>
/// <param name="Security"><c>mtls</c>, <c>permissive</c> (some endpoints), <c>tls</c> (not the mesh's) or <c>plaintext</c>.</param>
/// <param name="Reason">Why, in words.</param>
/// <param name="Endpoints">How many there are.</param>
/// <param name="MutualTlsEndpoints">How many of them are called with mutual TLS.</param>
internal sealed record EdgeTransport(string Security, string Reason, int Endpoints, int MutualTlsEndpoints)
{
    private const string MatchFilter = "envoy.transport_socket_match";
    private const string MatchKey = "tlsMode";
    private const string MatchValue = "istio";

    /// <param name="cluster">As served.</param>
    /// <param name="assignment">As served; null when there is none.</param>
    /// <param name="isProved">Whether the client showed an identity on its stream.</param>
    public static EdgeTransport Of(Cluster cluster, ClusterLoadAssignment? assignment, bool isProved)
    {
        var endpoints = assignment?.Endpoints.SelectMany(locality => locality.LbEndpoints).ToArray() ?? [];
        if (cluster.TransportSocket is { } socket)
        {
            return IsOfTheMesh(socket)
                ? new EdgeTransport("mtls", "a DestinationRule asks for ISTIO_MUTUAL", endpoints.Length, endpoints.Length)
                : new EdgeTransport("tls", "a DestinationRule originates TLS that is not the mesh's", endpoints.Length, 0);
        }

        if (cluster.TransportSocketMatches.Count == 0)
        {
            return new EdgeTransport("plaintext", "the destination is outside the mesh, or mutual TLS is turned off for it", endpoints.Length, 0);
        }

        var capable = endpoints.Count(TakesMutualTls);
        return !isProved ? new EdgeTransport("plaintext", "the client has shown no identity", endpoints.Length, 0)
            : endpoints.Length == 0 ? new EdgeTransport("plaintext", "there is no endpoint", 0, 0)
            : capable == endpoints.Length ? new EdgeTransport("mtls", "automatic: every endpoint takes mutual TLS", endpoints.Length, capable)
            : capable == 0 ? new EdgeTransport("plaintext", "automatic: no endpoint takes mutual TLS", endpoints.Length, 0)
            : new EdgeTransport("permissive", "automatic: some endpoints take no mutual TLS", endpoints.Length, capable);
    }

    /// <summary>The mesh's own certificates come from the provider, those of an originated TLS from files or secrets.</summary>
    private static bool IsOfTheMesh(TransportSocket socket) =>
        socket.TypedConfig?.TryUnpack<UpstreamTlsContext>(out var context) == true && context.CommonTlsContext?.TlsCertificateProviderInstance is not null;

    private static bool TakesMutualTls(LbEndpoint endpoint) =>
        endpoint.Metadata?.FilterMetadata.TryGetValue(MatchFilter, out var match) == true
        && match.Fields.TryGetValue(MatchKey, out var mode)
        && mode.StringValue == MatchValue;
}

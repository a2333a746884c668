using System.Collections.Immutable;
using Google.Protobuf.WellKnownTypes;
using Mesh.Client.Model;
using Mesh.Protocol.Envoy.Core;
using WireCluster = Mesh.Protocol.Envoy.Cluster.Cluster;

namespace Mesh.Client.Xds.Decoders.Clusters;

/// <summary>Decodes <c>transport_socket_matches</c> and the endpoint metadata that they look at: which endpoints are spoken to with which TLS.</summary>
internal static class TransportMatchDecoder
{
    private const string MetadataKey = "envoy.transport_socket_match";

    // What nearly every endpoint of a mesh carries: made once, not once an endpoint.
    private static readonly ValueList<TransportLabel> IstioMutual = new([new TransportLabel("tlsMode", "\"istio\"")]);

    public static ValueList<TransportMatch> Decode(
        WireCluster message, UpstreamHttpProtocolOptions? upstream, ImmutableHashSet<string> providers, DecodeErrors errors)
    {
        if (message.TransportSocketMatches.Count == 0)
        {
            return ValueList<TransportMatch>.Empty;
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        var matches = ImmutableArray.CreateBuilder<TransportMatch>(message.TransportSocketMatches.Count);
        for (var index = 0; index < message.TransportSocketMatches.Count; index++)
        {
            var (wire, scope) = (message.TransportSocketMatches[index], errors.In("transport_socket_matches", index));
            if (wire.Name.Length == 0 || !names.Add(wire.Name))
            {
                scope.Add($"name: expected one of its own, got '{wire.Name}'");
            }

            if (wire.TransportSocket is null)
            {
                scope.Add("transport_socket: expected one, got none");
            }

            matches.Add(new TransportMatch(
                Labels(wire.Match), TransportSocketDecoder.Decode(wire.TransportSocket, upstream, providers, scope.In("transport_socket"))));
        }

        return new ValueList<TransportMatch>(matches.MoveToImmutable());
    }

    /// <summary>How much of the cluster's traffic may not be plaintext, as far as sockets can be told apart without reading them.</summary>
    public static SecurityDemand Demand(WireCluster message)
    {
        var demands = new List<bool>();
        var isDecided = false;
        foreach (var match in message.TransportSocketMatches)
        {
            demands.Add(TransportSocketDecoder.IsDemand(match.TransportSocket));
            if (match.Match is null or { Fields.Count: 0 })
            {
                isDecided = true;
                break;
            }
        }

        if (!isDecided)
        {
            demands.Add(TransportSocketDecoder.IsDemand(message.TransportSocket));
        }

        return demands.TrueForAll(static demand => demand) ? SecurityDemand.OfAllEndpoints
            : demands.Contains(true) ? SecurityDemand.OfSomeEndpoints
            : SecurityDemand.None;
    }

    /// <summary>What an endpoint says of its transport.</summary>
    public static ValueList<TransportLabel> LabelsOf(Metadata? metadata) =>
        metadata is not null && metadata.FilterMetadata.TryGetValue(MetadataKey, out var labels) ? Labels(labels) : ValueList<TransportLabel>.Empty;

    private static ValueList<TransportLabel> Labels(Struct? wire)
    {
        if (wire is null or { Fields.Count: 0 })
        {
            return ValueList<TransportLabel>.Empty;
        }

        var labels = new ValueList<TransportLabel>(
            [.. wire.Fields.Select(field => new TransportLabel(field.Key, field.Value.ToString())).OrderBy(label => label.Name, StringComparer.Ordinal)]);
        return labels.Equals(IstioMutual) ? IstioMutual : labels;
    }
}

using System.Collections.Immutable;
using Google.Protobuf.WellKnownTypes;
using Mesh.ControlPlane.Registry;
using Mesh.Protocol.Envoy.Core;

namespace Mesh.ControlPlane.Generation.Endpoints;

/// <summary>Says whose endpoint it is, in istiod's form: <c>istio.workload = name;namespace;service;revision;cluster</c>, and <c>tlsMode</c> where it takes the mesh's TLS.</summary>
internal static class WorkloadMetadata
{
    private const string Istio = "istio";

    /// <summary>Envoy looks there for what decides between the transports of a cluster.</summary>
    private const string TransportSocketMatch = "envoy.transport_socket_match";

    private static readonly ImmutableArray<string> NameLabels = ["service.istio.io/canonical-name", "app.kubernetes.io/name", "app"];
    private static readonly ImmutableArray<string> RevisionLabels = ["service.istio.io/canonical-revision", "app.kubernetes.io/version", "version"];

    /// <param name="endpoint">As registered.</param>
    /// <param name="takesMutualTls">Whether clients may use the mesh's own TLS there.</param>
    /// <returns>Null when there is nothing to say.</returns>
    public static Metadata? Of(ServiceEndpoint endpoint, bool takesMutualTls)
    {
        var metadata = new Metadata();
        if (endpoint.WorkloadName.Length > 0)
        {
            // Not the process, whose name is new with every start: telemetry would have a series for each.
            var workload = endpoint.Owner.Length > 0 ? endpoint.Owner : endpoint.WorkloadName;
            var name = FirstLabel(endpoint, NameLabels) ?? workload;
            var revision = FirstLabel(endpoint, RevisionLabels) ?? "latest";
            Add(metadata, Istio, "workload", $"{workload};{endpoint.Namespace};{name};{revision};{endpoint.Cluster}");
            AddLabel(metadata, endpoint, "app");
            AddLabel(metadata, endpoint, "version");
        }

        if (takesMutualTls)
        {
            Add(metadata, TransportSocketMatch, MutualTlsEndpoints.MatchKey, MutualTlsEndpoints.MatchValue);
        }

        if (Lanes.Of(endpoint) is { } lane)
        {
            Add(metadata, "mesh", "lane", lane);
            if (endpoint.IsGuest)
            {
                metadata.FilterMetadata["mesh"].Fields["lane_guest"] = Value.ForBool(true);
            }
        }

        return metadata.FilterMetadata.Count > 0 ? metadata : null;
    }

    private static void Add(Metadata metadata, string filter, string key, string value) =>
        metadata.FilterMetadata[filter] = new Struct { Fields = { [key] = Value.ForString(value) } };

    /// <summary>Our own keys: Istio's metrics have both labels besides the canonical ones.</summary>
    private static void AddLabel(Metadata metadata, ServiceEndpoint endpoint, string label)
    {
        if (endpoint.Labels.GetValueOrDefault(label) is { Length: > 0 } value)
        {
            metadata.FilterMetadata[Istio].Fields[label] = Value.ForString(value);
        }
    }

    private static string? FirstLabel(ServiceEndpoint endpoint, ImmutableArray<string> keys) =>
        keys.Select(key => endpoint.Labels.GetValueOrDefault(key)).FirstOrDefault(value => !string.IsNullOrEmpty(value));
}

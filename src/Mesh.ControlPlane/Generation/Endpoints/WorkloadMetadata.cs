using System.Collections.Immutable;
using Google.Protobuf.WellKnownTypes;
using Mesh.ControlPlane.Registry;
using Mesh.Protocol.Envoy.Core;

namespace Mesh.ControlPlane.Generation.Endpoints;

/// <summary>Says whose endpoint it is, in istiod's form: <c>istio.workload = name;namespace;service;revision;cluster</c>, and <c>tlsMode</c> where it takes the mesh's TLS.</summary>
internal static class WorkloadMetadata
{
    /// <summary>Envoy looks there for what decides between the transports of a cluster.</summary>
    private const string TransportSocketMatch = "envoy.transport_socket_match";

    private static readonly ImmutableArray<string> NameLabels = ["service.istio.io/canonical-name", "app.kubernetes.io/name", "app"];
    private static readonly ImmutableArray<string> RevisionLabels = ["service.istio.io/canonical-revision", "app.kubernetes.io/version", "version"];

    /// <param name="endpoint">As registered.</param>
    /// <param name="takesMutualTls">Whether clients may use the mesh's own TLS there.</param>
    /// <param name="isGuest">Whether it is in the cluster for its lane alone.</param>
    /// <returns>Null when there is nothing to say.</returns>
    public static Metadata? Of(ServiceEndpoint endpoint, bool takesMutualTls, bool isGuest = false)
    {
        var metadata = new Metadata();
        if (endpoint.WorkloadName.Length > 0)
        {
            var name = FirstLabel(endpoint, NameLabels) ?? endpoint.WorkloadName;
            var revision = FirstLabel(endpoint, RevisionLabels) ?? "latest";
            Add(metadata, "istio", "workload", $"{endpoint.WorkloadName};{endpoint.Namespace};{name};{revision};");
        }

        if (takesMutualTls)
        {
            Add(metadata, TransportSocketMatch, MutualTlsEndpoints.MatchKey, MutualTlsEndpoints.MatchValue);
        }

        if (Lanes.Of(endpoint) is { } lane)
        {
            Add(metadata, "mesh", "lane", lane);
            if (isGuest)
            {
                metadata.FilterMetadata["mesh"].Fields["lane_guest"] = Value.ForBool(true);
            }
        }

        return metadata.FilterMetadata.Count > 0 ? metadata : null;
    }

    private static void Add(Metadata metadata, string filter, string key, string value) =>
        metadata.FilterMetadata[filter] = new Struct { Fields = { [key] = Value.ForString(value) } };

    private static string? FirstLabel(ServiceEndpoint endpoint, ImmutableArray<string> keys) =>
        keys.Select(key => endpoint.Labels.GetValueOrDefault(key)).FirstOrDefault(value => !string.IsNullOrEmpty(value));
}

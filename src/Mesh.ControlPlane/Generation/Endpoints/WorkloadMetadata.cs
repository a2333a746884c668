using System.Collections.Immutable;
using Google.Protobuf.WellKnownTypes;
using Mesh.ControlPlane.Registry;
using Mesh.Protocol.Envoy.Core;

namespace Mesh.ControlPlane.Generation.Endpoints;

/// <summary>Says whose endpoint it is, in istiod's form: <c>istio.workload = name;namespace;service;revision;cluster</c>.</summary>
internal static class WorkloadMetadata
{
    private static readonly ImmutableArray<string> NameLabels = ["service.istio.io/canonical-name", "app.kubernetes.io/name", "app"];
    private static readonly ImmutableArray<string> RevisionLabels = ["service.istio.io/canonical-revision", "app.kubernetes.io/version", "version"];

    public static Metadata Of(ServiceEndpoint endpoint)
    {
        var name = FirstLabel(endpoint, NameLabels) ?? endpoint.WorkloadName;
        var revision = FirstLabel(endpoint, RevisionLabels) ?? "latest";
        var workload = $"{endpoint.WorkloadName};{endpoint.Namespace};{name};{revision};";
        return new Metadata { FilterMetadata = { ["istio"] = new Struct { Fields = { ["workload"] = Value.ForString(workload) } } } };
    }

    private static string? FirstLabel(ServiceEndpoint endpoint, ImmutableArray<string> keys) =>
        keys.Select(key => endpoint.Labels.GetValueOrDefault(key)).FirstOrDefault(value => !string.IsNullOrEmpty(value));
}

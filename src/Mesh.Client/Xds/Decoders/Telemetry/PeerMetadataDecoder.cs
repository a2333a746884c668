using Google.Protobuf.WellKnownTypes;
using Mesh.Client.Model;
using Mesh.Protocol.Envoy.Core;

namespace Mesh.Client.Xds.Decoders.Telemetry;

/// <summary>Decodes what istiod's metadata says of who is called: <c>istio.services</c> of a cluster, <c>istio.workload</c> of an endpoint. Only telemetry reads it, so nothing of it is an error.</summary>
internal static class PeerMetadataDecoder
{
    private const string Filter = "istio";

    // name;namespace;canonical service;canonical revision;cluster
    private const int WorkloadParts = 5;

    /// <summary>The first service of a cluster; null when it names none.</summary>
    public static ServiceReference? Service(Metadata? metadata)
    {
        if (Fields(metadata) is not { } fields
            || !fields.TryGetValue("services", out var list)
            || list.ListValue?.Values.FirstOrDefault()?.StructValue?.Fields is not { } service)
        {
            return null;
        }

        var host = Text(service, "host");
        var name = Text(service, "name");
        return host.Length == 0 ? null : new ServiceReference(host, name.Length > 0 ? name : host.Split('.')[0], Text(service, "namespace"));
    }

    /// <summary>The workload of an endpoint; null when it does not say.</summary>
    /// <param name="metadata">The endpoint's.</param>
    /// <param name="known">Of the endpoints before: thousands of them are of few workloads, which share one record.</param>
    public static WorkloadReference? Workload(Metadata? metadata, Dictionary<(string Text, string App, string Version), WorkloadReference?> known)
    {
        if (Fields(metadata) is not { } fields)
        {
            return null;
        }

        var key = (Text: Text(fields, "workload"), App: Text(fields, "app"), Version: Text(fields, "version"));
        if (!known.TryGetValue(key, out var workload))
        {
            known[key] = workload = Read(key.Text.Split(';'), key.App, key.Version);
        }

        return workload;
    }

    private static WorkloadReference? Read(string[] parts, string app, string version) => parts.Length < WorkloadParts ? null : new()
    {
        Name = parts[0],
        Namespace = parts[1],
        CanonicalService = parts[2],
        CanonicalRevision = parts[3],
        Cluster = parts[4],
        App = app,
        Version = version,
    };

    private static Google.Protobuf.Collections.MapField<string, Value>? Fields(Metadata? metadata) =>
        metadata is not null && metadata.FilterMetadata.TryGetValue(Filter, out var fields) ? fields.Fields : null;

    private static string Text(Google.Protobuf.Collections.MapField<string, Value> fields, string key) =>
        fields.TryGetValue(key, out var value) ? value.StringValue : "";
}

using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf.WellKnownTypes;
using Mesh.Client.Model;
using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Xds;
using WorkloadKeys = Mesh.Protocol.Xds.NodeMetadataKeys.WorkloadKeys;

namespace Mesh.Client.Xds;

/// <summary>Writes who this process is, and what it serves, as an xDS node.</summary>
internal static class NodeEncoder
{
    private const string TlsModeLabel = "security.istio.io/tlsMode";

    private static readonly string Version = typeof(NodeEncoder).Assembly.GetName().Version?.ToString(3) ?? "0";

    public static Node Encode(XdsNode node, WorkloadRegistration? registration)
    {
        var metadata = new Struct();
        foreach (var (key, value) in node.Metadata)
        {
            metadata.Fields[key] = Encode(value);
        }

        metadata.Fields[NodeMetadataKeys.MeshClient] = Value.ForString(Version);
        if (registration is not null)
        {
            metadata.Fields[NodeMetadataKeys.MeshWorkload] = Value.ForStruct(Encode(registration));
            if (registration.TakesMutualTls)
            {
                SayMutualTls(metadata);
            }
        }

        return new Node
        {
            Id = node.Id,
            Cluster = node.Cluster,
            Locality = new Mesh.Protocol.Envoy.Core.Locality { Region = node.Locality.Region, Zone = node.Locality.Zone, SubZone = node.Locality.SubZone },
            Metadata = metadata,
            UserAgentName = "Mesh .NET",
            UserAgentVersion = Version,

            // gRFC A27: priorities fail over whole. gRFC A47: resources may come wrapped with their name.
            ClientFeatures = { "envoy.lb.does_not_support_overprovisioning", "xds.config.resource-in-sotw" },
        };
    }

    // What Istio's injector puts on pods with a proxy; a label that the operator has set goes before it.
    private static void SayMutualTls(Struct metadata)
    {
        if (!metadata.Fields.TryGetValue(NodeMetadataKeys.Labels, out var labels) || labels.StructValue is null)
        {
            metadata.Fields[NodeMetadataKeys.Labels] = labels = Value.ForStruct(new Struct());
        }

        labels.StructValue.Fields.TryAdd(TlsModeLabel, Value.ForString("istio"));
    }

    private static Struct Encode(WorkloadRegistration registration)
    {
        var workload = new Struct
        {
            Fields =
            {
                [WorkloadKeys.Service] = Value.ForString(registration.Service),
                [WorkloadKeys.Address] = Value.ForString(registration.Address),
                [WorkloadKeys.Ports] = Encode(registration.Ports),
                [WorkloadKeys.ServicePorts] = Encode(registration.ServicePorts),
                [WorkloadKeys.State] = Value.ForString(registration.State switch
                {
                    WorkloadState.Ready => "ready",
                    WorkloadState.Draining => "draining",
                    _ => "not-ready",
                }),
            },
        };
        if (!registration.AdditionalAddresses.IsEmpty)
        {
            workload.Fields[WorkloadKeys.AdditionalAddresses] = Value.ForString(string.Join(',', registration.AdditionalAddresses));
        }

        return workload;
    }

    private static Value Encode(ImmutableSortedDictionary<string, int> ports)
    {
        var result = new Struct();
        foreach (var (name, port) in ports)
        {
            result.Fields[name] = Value.ForNumber(port);
        }

        return Value.ForStruct(result);
    }

    private static Value Encode(JsonNode? node) => node switch
    {
        null => Value.ForNull(),
        JsonObject fields => Value.ForStruct(Encode(fields)),
        JsonArray items => Value.ForList([.. items.Select(Encode)]),
        _ => node.GetValueKind() switch
        {
            JsonValueKind.String => Value.ForString(node.GetValue<string>()),
            JsonValueKind.True => Value.ForBool(true),
            JsonValueKind.False => Value.ForBool(false),
            JsonValueKind.Number => Value.ForNumber(double.Parse(node.ToJsonString(), System.Globalization.CultureInfo.InvariantCulture)),
            _ => Value.ForNull(),
        },
    };

    private static Struct Encode(JsonObject fields)
    {
        var result = new Struct();
        foreach (var (key, value) in fields)
        {
            result.Fields[key] = Encode(value);
        }

        return result;
    }
}

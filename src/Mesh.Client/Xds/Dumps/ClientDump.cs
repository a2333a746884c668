using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mesh.Protocol.Envoy.Admin;
using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Envoy.Status;
using Mesh.Protocol.Xds;
using static Mesh.Protocol.Envoy.Status.ClientConfig.Types;

namespace Mesh.Client.Xds.Dumps;

/// <summary>Tells what this process holds of its configuration, in the form of CSDS (gRFC A40) and as JSON.</summary>
internal static class ClientDump
{
    /// <param name="node">Who this process is.</param>
    /// <param name="resources">What it knows.</param>
    /// <param name="isWanted">Of which resources the contents are wanted, by type URL and name.</param>
    public static JsonNode Write(Node node, IEnumerable<ResourceState> resources, Func<string, string, bool> isWanted) =>
        XdsJson.Of(new ClientStatusResponse { Config = { Encode(node, resources.Where(state => isWanted(state.TypeUrl, state.Name))) } });

    public static ClientConfig Encode(Node node, IEnumerable<ResourceState> resources)
    {
        var config = new ClientConfig { Node = node };
        config.GenericXdsConfigs.Add(resources.Select(Encode));
        return config;
    }

    private static GenericXdsConfig Encode(ResourceState state)
    {
        var item = new GenericXdsConfig
        {
            TypeUrl = state.TypeUrl,
            Name = state.Name,
            VersionInfo = state.Version,
            ClientStatus = StatusOf(state),
        };
        if (state.Bytes is { } bytes)
        {
            item.XdsConfig = new Any { TypeUrl = state.TypeUrl, Value = ByteString.CopyFrom(bytes.Span) };
        }

        if (state.Error is not null)
        {
            item.ErrorState = new UpdateFailureState { Details = state.Error };
        }

        return item;
    }

    /// <summary>A refusal shows although an older version is in force (gRFC A40).</summary>
    private static ClientResourceStatus StatusOf(ResourceState state) =>
        state.Error is not null ? ClientResourceStatus.Nacked
        : state.Bytes is not null ? ClientResourceStatus.Acked
        : state.IsAbsent ? ClientResourceStatus.DoesNotExist
        : ClientResourceStatus.Requested;
}

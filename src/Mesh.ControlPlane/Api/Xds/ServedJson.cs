using System.Text.Json.Nodes;
using Google.Protobuf;
using Mesh.Protocol.Envoy.Cluster;
using Mesh.Protocol.Envoy.Endpoint;
using Mesh.Protocol.Envoy.Listener;
using Mesh.Protocol.Envoy.Route;
using Mesh.Protocol.Envoy.Tls;
using Mesh.Protocol.Extensions.Telemetry;
using Mesh.Protocol.Xds;

namespace Mesh.ControlPlane.Api.Xds;

/// <summary>Shows people the resources that were made for a client.</summary>
internal static class ServedJson
{
    /// <param name="typeUrl">One that is served.</param>
    /// <param name="payload">The serialized message.</param>
    public static JsonNode Of(string typeUrl, ByteString payload) => XdsJson.Of(Parse(typeUrl, payload));

    private static IMessage Parse(string typeUrl, ByteString payload) => typeUrl switch
    {
        XdsTypeUrl.Listener => Listener.Parser.ParseFrom(payload),
        XdsTypeUrl.RouteConfiguration => RouteConfiguration.Parser.ParseFrom(payload),
        XdsTypeUrl.Cluster => Cluster.Parser.ParseFrom(payload),
        XdsTypeUrl.ClusterLoadAssignment => ClusterLoadAssignment.Parser.ParseFrom(payload),
        XdsTypeUrl.Secret => Secret.Parser.ParseFrom(payload),
        XdsTypeUrl.WorkloadTelemetry => WorkloadTelemetry.Parser.ParseFrom(payload),
        _ => throw new ArgumentOutOfRangeException(nameof(typeUrl), typeUrl, "Not a type that is served."),
    };
}

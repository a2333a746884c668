using System.Text.Json.Nodes;
using Mesh.ControlPlane.Graph;
using Mesh.ControlPlane.Serving.Taps;
using Mesh.Protocol.Extensions.Tap;

namespace Mesh.ControlPlane.Api.Taps;

/// <summary>A request that somebody looks at, as JSON.</summary>
internal static class TapDescription
{
    public static JsonObject Of(TappedRequest tapped)
    {
        var exchange = tapped.Exchange;
        var (own, other) = (Own(tapped.Teller), Other(exchange.Peer));
        return new JsonObject
        {
            ["time"] = exchange.Time?.ToDateTimeOffset().ToString("O"),
            ["direction"] = exchange.Inbound ? "inbound" : "outbound",
            ["source"] = exchange.Inbound ? other : own,
            ["destination"] = exchange.Inbound ? own : other,
            ["method"] = exchange.Method,
            ["authority"] = exchange.Authority,
            ["path"] = exchange.Path,
            ["status"] = exchange.Status,
            ["grpcStatus"] = exchange.GrpcStatusAndOne == 0 ? null : exchange.GrpcStatusAndOne - 1,
            ["durationMs"] = Math.Round(exchange.Duration?.ToTimeSpan().TotalMilliseconds ?? 0, 3),
            ["flags"] = exchange.Flags.Length > 0 ? exchange.Flags : null,
            ["mutualTls"] = exchange.MutualTls,
            ["requestBytes"] = exchange.RequestBytes,
            ["responseBytes"] = exchange.ResponseBytes,
            ["attempts"] = exchange.Inbound ? null : exchange.Attempts,
            ["route"] = exchange.Route.Length > 0 ? exchange.Route : null,
            ["headers"] = new JsonObject(exchange.Headers.OrderBy(header => header.Key, StringComparer.Ordinal).Select(header => KeyValuePair.Create(header.Key, (JsonNode?)header.Value))),
        };
    }

    private static JsonObject Own(GraphNode node) => new()
    {
        ["namespace"] = node.Namespace,
        ["service"] = node.Service,
        ["version"] = node.Version,
        ["workload"] = node.Workload,
    };

    private static JsonObject Other(TapPeer? peer) => new()
    {
        ["namespace"] = peer?.Namespace,
        ["service"] = peer?.Service,
        ["version"] = peer?.Version,
        ["workload"] = peer?.Workload,
        ["identity"] = peer?.Identity is { Length: > 0 } identity ? identity : null,
        ["address"] = peer?.Address,
    };
}

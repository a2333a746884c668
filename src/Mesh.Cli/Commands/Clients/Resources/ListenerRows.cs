using System.Text.Json.Nodes;
using Mesh.Cli.Output;
using static Mesh.Cli.Commands.Clients.Resources.XdsFields;

namespace Mesh.Cli.Commands.Clients.Resources;

/// <summary>Listeners as rows: one for the requests, and one for each filter chain.</summary>
internal static class ListenerRows
{
    private const string InboundMark = "/inbound/";

    public static IEnumerable<JsonObject> Of(string name, JsonObject listener)
    {
        if (listener["apiListener"]?["apiListener"] is JsonObject manager)
        {
            yield return Row(name, listener, "ALL", Destination(manager), "HTTP");
        }

        foreach (var chain in Items(listener, "filterChains"))
        {
            var filters = Items(chain, "filters").Select(filter => filter["typedConfig"]).OfType<JsonObject>().ToArray();
            var last = filters.LastOrDefault();
            yield return Row(name, listener, Match(chain), last is null ? "" : Destination(last), IsTcp(last) ? "TCP" : "HTTP");
        }
    }

    private static JsonObject Row(string name, JsonObject listener, string match, string destination, string type) => new()
    {
        ["name"] = name,
        ["address"] = Address(listener),
        ["port"] = Port(listener),
        ["match"] = match,
        ["destination"] = destination,
        ["type"] = type,
        ["direction"] = name.Contains(InboundMark, StringComparison.Ordinal) ? "inbound" : "outbound",
    };

    private static bool IsTcp(JsonObject? config) => JsonText.Of(config, "@type").EndsWith("TcpProxy", StringComparison.Ordinal);

    private static string Destination(JsonObject config)
    {
        if (config["rds"]?["routeConfigName"]?.ToString() is { } route)
        {
            return $"Route: {route}";
        }

        if (JsonText.Of(config, "cluster") is { Length: > 0 } cluster)
        {
            return $"Cluster: {cluster}";
        }

        var weighted = Items(config["weightedClusters"], "clusters").Select(item => $"{JsonText.Of(item, "name")} ({JsonText.Of(item, "weight")})").ToArray();
        return weighted.Length > 0 ? $"Clusters: {string.Join(", ", weighted)}"
            : config["routeConfig"] is JsonObject inline ? $"Inline Route: {JsonText.Of(inline, "name")}"
            : JsonText.Of(config, "@type").Split('.')[^1];
    }

    /// <summary>istioctl's words for a filter chain match.</summary>
    private static string Match(JsonObject chain)
    {
        if (chain["filterChainMatch"] is not JsonObject match)
        {
            return "ALL";
        }

        string[] parts =
        [
            Part("SNI", Texts(match, "serverNames")),
            Part("Trans", [JsonText.Of(match, "transportProtocol")]),
            Part("App", Texts(match, "applicationProtocols")),
            Part("Addr", Items(match, "prefixRanges").Select(range => $"{JsonText.Of(range, "addressPrefix")}/{JsonText.Of(range, "prefixLen")}")),
            Part("Source", Items(match, "sourcePrefixRanges").Select(range => $"{JsonText.Of(range, "addressPrefix")}/{JsonText.Of(range, "prefixLen")}")),
            Part("Port", [JsonText.Of(match, "destinationPort")]),
        ];
        var text = string.Join("; ", parts.Where(part => part.Length > 0));
        return text.Length > 0 ? text : "ALL";
    }

    private static string Part(string title, IEnumerable<string> values) =>
        string.Join(',', values.Where(value => value.Length > 0)) is { Length: > 0 } text ? $"{title}: {text}" : "";
}

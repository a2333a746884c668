using System.Text.Json.Nodes;
using Mesh.Cli.Output;

namespace Mesh.Cli.Commands.Clients.Resources;

/// <summary>Reads what xDS resources in proto3 JSON have in common.</summary>
internal static class XdsFields
{
    /// <summary>The items of a list, none when it is not there.</summary>
    public static IEnumerable<JsonObject> Items(JsonNode? node, string field) => (node?[field] as JsonArray ?? []).OfType<JsonObject>();

    public static IEnumerable<string> Texts(JsonNode? node, string field) => (node?[field] as JsonArray ?? []).Select(item => item?.ToString() ?? "");

    /// <summary>istiod's <c>outbound|port|subset|host</c> in its four parts; a name of another form is the host.</summary>
    public static (string Direction, string Port, string Subset, string Host) Split(string name) =>
        name.Split('|') is [var direction, var port, var subset, var host] ? (direction, port, subset, host) : ("", "", "", name);

    /// <summary>The resource that made it, as istioctl writes it: <c>name.namespace</c>.</summary>
    public static string Origin(JsonNode? resource) =>
        resource?["metadata"]?["filterMetadata"]?["istio"]?["config"]?.ToString().Split('/') is [.., "namespaces", var ns, _, var name] ? $"{name}.{ns}" : "";

    public static string Address(JsonNode? holder) =>
        holder?["address"]?["socketAddress"] is JsonObject socket ? JsonText.Of(socket, "address") : "";

    public static string Port(JsonNode? holder) =>
        holder?["address"]?["socketAddress"] is JsonObject socket ? JsonText.Of(socket, "portValue") : "";
}

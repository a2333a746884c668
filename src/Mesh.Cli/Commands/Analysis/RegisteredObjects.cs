using System.Text.Json.Nodes;
using Mesh.Cli.Output;

namespace Mesh.Cli.Commands.Analysis;

/// <summary>The registry in the words that analyzers know: a Service for each host of the mesh, a Pod for each workload behind one.</summary>
internal static class RegisteredObjects
{
    private const string ServiceInfix = ".svc.";

    public static IEnumerable<JsonObject> Of(JsonObject registry)
    {
        var pods = new Dictionary<string, JsonObject>(StringComparer.Ordinal);
        foreach (var service in (registry["services"] as JsonArray ?? []).OfType<JsonObject>())
        {
            if (JsonText.Of(service, "hostname").Contains(ServiceInfix, StringComparison.Ordinal))
            {
                yield return ServiceOf(service);
            }

            foreach (var endpoint in (service["endpoints"] as JsonArray ?? []).OfType<JsonObject>().Where(endpoint => JsonText.Of(endpoint, "workload").Length > 0))
            {
                var ns = JsonText.Of(endpoint, "namespace") is { Length: > 0 } own ? own : JsonText.Of(service, "namespace");
                pods.TryAdd($"{ns}/{JsonText.Of(endpoint, "workload")}", PodOf(endpoint, ns));
            }
        }

        foreach (var pod in pods.Values)
        {
            yield return pod;
        }
    }

    private static JsonObject ServiceOf(JsonObject service) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Service",
        ["metadata"] = Metadata(JsonText.Of(service, "name"), JsonText.Of(service, "namespace")),
        ["spec"] = new JsonObject
        {
            ["ports"] = new JsonArray([.. (service["ports"] as JsonArray ?? []).OfType<JsonObject>().Select(port => (JsonNode)new JsonObject
            {
                ["name"] = PortName(port),
                ["port"] = port["number"]?.DeepClone(),
            })]),
        },
    };

    /// <summary>The protocol is known, whatever the port is called.</summary>
    private static string PortName(JsonObject port) => $"{(JsonText.Of(port, "protocol") is { Length: > 0 } protocol ? protocol.ToLowerInvariant() : "tcp")}-{JsonText.Of(port, "number")}";

    private static JsonObject PodOf(JsonObject endpoint, string ns)
    {
        var metadata = Metadata(JsonText.Of(endpoint, "workload"), ns);
        metadata["labels"] = endpoint["labels"]?.DeepClone();
        return new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Pod",
            ["metadata"] = metadata,
            ["spec"] = new JsonObject
            {
                ["serviceAccountName"] = JsonText.Of(endpoint, "serviceAccount"),

                // A process with the mesh inside is in the mesh.
                ["containers"] = new JsonArray(new JsonObject { ["name"] = "istio-proxy", ["ports"] = new JsonArray(new JsonObject { ["containerPort"] = endpoint["port"]?.DeepClone() }) }),
            },
        };
    }

    private static JsonObject Metadata(string name, string ns) => new() { ["name"] = name, ["namespace"] = ns };
}

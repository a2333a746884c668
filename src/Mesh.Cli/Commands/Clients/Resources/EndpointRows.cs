using System.Text.Json.Nodes;
using Mesh.Cli.Output;
using static Mesh.Cli.Commands.Clients.Resources.XdsFields;

namespace Mesh.Cli.Commands.Clients.Resources;

/// <summary>Endpoints as rows: those of EDS, and those that stand in clusters themselves.</summary>
internal static class EndpointRows
{
    public static IEnumerable<JsonObject> Of(string name, JsonObject resource)
    {
        var assignment = resource["loadAssignment"] as JsonObject ?? resource;
        var (_, port, subset, fqdn) = Split(name);
        foreach (var locality in Items(assignment, "endpoints"))
        {
            foreach (var endpoint in Items(locality, "lbEndpoints"))
            {
                var address = endpoint["endpoint"];
                yield return new JsonObject
                {
                    ["name"] = name,
                    ["cluster"] = name,
                    ["endpoint"] = $"{Address(address)}:{Port(address)}",
                    ["address"] = Address(address),
                    ["status"] = Status(JsonText.Of(endpoint, "healthStatus")),
                    ["locality"] = Locality(locality["locality"] as JsonObject),
                    ["priority"] = JsonText.Of(locality, "priority") is { Length: > 0 } priority ? priority : "0",
                    ["weight"] = JsonText.Of(endpoint, "loadBalancingWeight") is { Length: > 0 } weight ? weight : "1",
                    ["mtls"] = JsonText.Of((endpoint["metadata"]?["filterMetadata"] as JsonObject)?["envoy.transport_socket_match"], "tlsMode") == "istio" ? "yes" : "-",
                    ["workload"] = JsonText.Of(endpoint, "metadata.filterMetadata.istio.workload").Split(';')[0],
                    ["port"] = port.Length > 0 ? port : Port(address),
                    ["subset"] = subset,
                    ["fqdn"] = fqdn,
                };
            }
        }
    }

    /// <summary>Envoy takes an endpoint of unknown health for a healthy one.</summary>
    private static string Status(string health) => health is "" or "UNKNOWN" ? "HEALTHY" : health;

    private static string Locality(JsonObject? locality) =>
        $"{JsonText.Of(locality, "region")}/{JsonText.Of(locality, "zone")}/{JsonText.Of(locality, "subZone")}".TrimEnd('/');
}

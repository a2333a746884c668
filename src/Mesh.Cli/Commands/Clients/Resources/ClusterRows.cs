using System.Text.Json.Nodes;
using Mesh.Cli.Output;
using static Mesh.Cli.Commands.Clients.Resources.XdsFields;

namespace Mesh.Cli.Commands.Clients.Resources;

/// <summary>Clusters as rows.</summary>
internal static class ClusterRows
{
    public static IEnumerable<JsonObject> Of(string name, JsonObject cluster)
    {
        var (direction, port, subset, fqdn) = Split(name);
        yield return new JsonObject
        {
            ["name"] = name,
            ["fqdn"] = fqdn,
            ["port"] = port.Length > 0 ? port : "-",
            ["subset"] = subset.Length > 0 ? subset : "-",
            ["direction"] = direction.Length > 0 ? direction : "-",

            // STATIC is the zero of the enumeration, which proto3 JSON leaves out.
            ["type"] = cluster["clusterType"] is JsonObject custom ? JsonText.Of(custom, "name")
                : JsonText.Of(cluster, "type") is { Length: > 0 } type ? type : "STATIC",
            ["origin"] = Origin(cluster),
            ["balancing"] = JsonText.Of(cluster, "lbPolicy") is { Length: > 0 } policy ? policy : cluster["loadBalancingPolicy"] is null ? "ROUND_ROBIN" : "CUSTOM",
            ["tls"] = cluster["transportSocket"] is not null ? "always" : cluster["transportSocketMatches"] is not null ? "automatic" : "-",
        };
    }
}

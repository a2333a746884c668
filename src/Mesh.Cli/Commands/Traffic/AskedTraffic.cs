using System.Text.Json.Nodes;
using Mesh.Cli.Output;

namespace Mesh.Cli.Commands.Traffic;

/// <summary>Whose traffic a person wants to see, and from which side.</summary>
/// <param name="Name">Whose; null for everybody's.</param>
/// <param name="From">Only what this one asks of them.</param>
/// <param name="To">What they ask of this one.</param>
internal sealed record AskedTraffic(string? Name, string? From, string? To)
{
    /// <summary>A row for each node, with the figures of its traffic.</summary>
    public IReadOnlyList<JsonObject> RowsOf(JsonObject graph)
    {
        if (From is not null && To is not null)
        {
            throw new CommandException("--from and --to: expected one of them at most.", ExitCode.Usage);
        }

        var nodes = graph["nodes"]!.AsArray().OfType<JsonObject>().ToDictionary(node => JsonText.Of(node, "id"), StringComparer.Ordinal);
        return From is null && To is null
            ? [.. nodes.Values.Where(IsMeant).Where(node => node["inbound"] is JsonObject).Select(node => Row(node, node["inbound"]!.AsObject()))]
            : [.. graph["edges"]!.AsArray().OfType<JsonObject>().SelectMany(edge => RowOf(edge, nodes[JsonText.Of(edge, "source")], nodes[JsonText.Of(edge, "destination")]))];
    }

    private IEnumerable<JsonObject> RowOf(JsonObject edge, JsonObject source, JsonObject destination)
    {
        var (own, other, otherName) = To is not null ? (source, destination, To) : (destination, source, From!);
        return IsMeant(own) && TrafficNames.Means(otherName, other) ? [Row(own, edge)] : [];
    }

    private bool IsMeant(JsonObject node) => Name is null || TrafficNames.Means(Name, node);

    private static JsonObject Row(JsonObject node, JsonObject traffic) => new()
    {
        ["id"] = node["id"]?.DeepClone(),
        ["namespace"] = node["namespace"]?.DeepClone(),
        ["service"] = node["service"]?.DeepClone(),
        ["version"] = node["version"]?.DeepClone(),
        ["workload"] = node["workload"]?.DeepClone(),
        ["traffic"] = traffic.DeepClone(),
    };
}

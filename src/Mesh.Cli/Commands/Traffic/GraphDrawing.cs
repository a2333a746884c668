using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Mesh.Cli.Output;

namespace Mesh.Cli.Commands.Traffic;

/// <summary>Writes a graph for programs that draw: Graphviz and Mermaid.</summary>
internal static class GraphDrawing
{
    public static string Dot(JsonObject graph)
    {
        var text = new StringBuilder("digraph mesh {\n  rankdir=LR;\n  node [shape=box, style=rounded, fontname=\"sans-serif\"];\n  edge [fontname=\"sans-serif\", fontsize=10];\n");
        var nodes = Nodes(graph);
        var groups = nodes.GroupBy(node => JsonText.Of(node, "namespace"), StringComparer.Ordinal).ToArray();
        for (var index = 0; index < groups.Length; index++)
        {
            text.Append(CultureInfo.InvariantCulture, $"  subgraph cluster_{index} {{\n    label={Quote(groups[index].Key)};\n");
            foreach (var node in groups[index])
            {
                text.Append(CultureInfo.InvariantCulture, $"    {Quote(JsonText.Of(node, "id"))} [label={Quote(TrafficNames.Label(node))}];\n");
            }

            text.Append("  }\n");
        }

        foreach (var edge in Edges(graph))
        {
            var color = HasErrors(edge) ? ", color=red" : "";
            text.Append(CultureInfo.InvariantCulture, $"  {Quote(JsonText.Of(edge, "source"))} -> {Quote(JsonText.Of(edge, "destination"))} [label={Quote(Label(edge))}{color}];\n");
        }

        return text.Append("}\n").ToString();
    }

    public static string Mermaid(JsonObject graph)
    {
        var text = new StringBuilder("flowchart LR\n");
        var nodes = Nodes(graph);
        var ids = nodes.Select((node, index) => (Id: JsonText.Of(node, "id"), Name: string.Create(CultureInfo.InvariantCulture, $"n{index}")))
            .ToDictionary(pair => pair.Id, pair => pair.Name, StringComparer.Ordinal);
        var groups = nodes.GroupBy(node => JsonText.Of(node, "namespace"), StringComparer.Ordinal).ToArray();
        for (var index = 0; index < groups.Length; index++)
        {
            text.Append(CultureInfo.InvariantCulture, $"  subgraph g{index}[\"{Escape(groups[index].Key)}\"]\n");
            foreach (var node in groups[index])
            {
                text.Append(CultureInfo.InvariantCulture, $"    {ids[JsonText.Of(node, "id")]}[\"{Escape(TrafficNames.Label(node))}\"]\n");
            }

            text.Append("  end\n");
        }

        foreach (var edge in Edges(graph))
        {
            text.Append(CultureInfo.InvariantCulture, $"  {ids[JsonText.Of(edge, "source")]} -->|\"{Escape(Label(edge))}\"| {ids[JsonText.Of(edge, "destination")]}\n");
        }

        return text.ToString();
    }

    private static JsonObject[] Nodes(JsonObject graph) => [.. graph["nodes"]!.AsArray().OfType<JsonObject>()];

    private static IEnumerable<JsonObject> Edges(JsonObject graph) => graph["edges"]!.AsArray().OfType<JsonObject>();

    private static bool HasErrors(JsonObject edge) => (double?)edge["errorRate"] > 0.01;

    private static string Label(JsonObject edge)
    {
        var latency = edge["latency"] is null ? "" : $", {TrafficColumns.Milliseconds(edge, "p99")}";
        return $"{TrafficColumns.Number(edge["requestsPerSecond"], "0.0")} rps, {TrafficColumns.Success(edge)}{latency}";
    }

    /// <summary>Names come from workloads: nothing in them may leave its quotes.</summary>
    private static string Quote(string text) => $"\"{Terminal.Safe(text).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    private static string Escape(string text) => Terminal.Safe(text).Replace("#", "#35;", StringComparison.Ordinal).Replace("\"", "#quot;", StringComparison.Ordinal);
}

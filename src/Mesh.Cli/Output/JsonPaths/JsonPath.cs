using System.Text.Json.Nodes;

namespace Mesh.Cli.Output.JsonPaths;

/// <summary>A path through a document: <c>.items[*].metadata.name</c>.</summary>
/// <param name="StartsAtRoot">Whether it begins with <c>$</c>.</param>
/// <param name="Steps">From there on.</param>
internal sealed record JsonPath(bool StartsAtRoot, IReadOnlyList<PathStep> Steps)
{
    /// <summary>What it leads to, in the order of the document; nothing where a field is not there.</summary>
    public IEnumerable<JsonNode?> Of(JsonNode? root, JsonNode? current) =>
        Steps.Aggregate<PathStep, IEnumerable<JsonNode?>>([StartsAtRoot ? root : current], (nodes, step) => nodes.SelectMany(node => step(node, root)));

    /// <summary>The values as kubectl prints them: one space between, text without quotes, objects as JSON.</summary>
    public string TextOf(JsonNode? root, JsonNode? current) => string.Join(' ', Of(root, current).Select(Text));

    public static string Text(JsonNode? value) => value switch
    {
        null => "null",
        JsonValue single when single.TryGetValue<string>(out var text) => text,
        _ => value.ToJsonString(Printer.Relaxed),
    };
}

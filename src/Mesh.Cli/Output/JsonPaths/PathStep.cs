using System.Text.Json.Nodes;

namespace Mesh.Cli.Output.JsonPaths;

/// <summary>One step of a path: from a node to those that it leads to.</summary>
/// <param name="node">Where the step begins; null for JSON's null.</param>
/// <param name="root">Of the whole document, which <c>$</c> in a filter means.</param>
internal delegate IEnumerable<JsonNode?> PathStep(JsonNode? node, JsonNode? root);

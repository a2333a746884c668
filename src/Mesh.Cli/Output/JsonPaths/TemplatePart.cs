using System.Text;
using System.Text.Json.Nodes;

namespace Mesh.Cli.Output.JsonPaths;

/// <summary>One part of a template: text, the values of a path, or what is written for each item of a range.</summary>
/// <param name="text">Where it is written to.</param>
/// <param name="root">The document.</param>
/// <param name="current">What <c>@</c> and a path without a beginning mean: the item of the innermost range, or the document.</param>
internal delegate void TemplatePart(StringBuilder text, JsonNode? root, JsonNode? current);

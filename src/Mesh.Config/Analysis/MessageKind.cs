namespace Mesh.Config.Analysis;

/// <summary>What a message says, before it says it of a resource.</summary>
/// <param name="Code">Istio's, such as <c>IST0101</c>.</param>
/// <param name="Name">Istio's, such as <c>ReferencedResourceNotFound</c>.</param>
/// <param name="Level">How bad it is.</param>
/// <param name="Template">The text with the verbs of Go's <c>fmt</c>, as in Istio's catalogue.</param>
internal sealed record MessageKind(string Code, string Name, MessageLevel Level, string Template)
{
    /// <summary>Where Istio explains its messages.</summary>
    public const string Pages = "https://istio.io/latest/docs/reference/config/analysis/";

    /// <summary>The page that explains causes and repairs.</summary>
    public string DocumentationUrl => $"{Pages}{Code.ToLowerInvariant()}/";
}

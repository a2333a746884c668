namespace Mesh.Client.Model;

/// <summary>What becomes of the path of a request; the query stays.</summary>
/// <param name="Pattern">RE2: every match in the path is replaced. Null: what the route matched is replaced, a prefix or the whole path.</param>
/// <param name="Replacement">With a pattern, <c>\1</c> stands for its first group.</param>
internal sealed record PathRewrite(string? Pattern, string Replacement);

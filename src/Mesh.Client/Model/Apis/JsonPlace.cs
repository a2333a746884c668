using System.Collections.Immutable;

namespace Mesh.Client.Model.Apis;

/// <summary>A place in a JSON document, in which <c>*</c> stands for every member or element.</summary>
/// <param name="Segments">From the outermost; at least one.</param>
internal sealed record JsonPlace(ImmutableArray<string> Segments)
{
    public const string Every = "*";

    /// <summary>Null unless it is a JSON Pointer (RFC 6901) to something inside the document.</summary>
    public static JsonPlace? Parse(string pointer) => pointer is ['/', _, ..]
        ? new JsonPlace([.. pointer[1..].Split('/').Select(static segment => segment.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal))])
        : null;
}

namespace Mesh.Client.Model;

/// <summary>What becomes of the authority of a request.</summary>
/// <param name="Kind">Where the new one comes from.</param>
/// <param name="Value">The host, the name of the header that holds it, or what replaces the matches of <paramref name="Pattern"/>.</param>
/// <param name="Pattern">RE2, for <see cref="HostRewriteKind.PathPattern"/>.</param>
internal sealed record HostRewrite(HostRewriteKind Kind, string Value, string? Pattern = null);

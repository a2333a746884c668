using Microsoft.AspNetCore.Http;

namespace Mesh.Server.Authorization.Paths;

/// <summary>Writes paths of policies as a server sees those of requests.</summary>
internal static class PathText
{
    /// <summary>Decoded once, all but <c>%2F</c>, as Kestrel decodes; what is no escape stays.</summary>
    public static string Decode(string path) =>
        path.Contains('%') && path.StartsWith('/') ? PathString.FromUriComponent(path).Value ?? path
        : path.Contains('%') ? PathString.FromUriComponent('/' + path).Value?[1..] ?? path
        : path;

    /// <summary>Without the slash at its end, which the router does not look at.</summary>
    public static ReadOnlySpan<char> Trim(ReadOnlySpan<char> path) => path.EndsWith("/") ? path[..^1] : path;
}

using System.Collections.Frozen;
using System.Collections.Immutable;
using Mesh.Client.Model;
using Mesh.Client.Routing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Mesh.Server.Authorization.External;

/// <summary>Says which headers of an authorizer count, and puts them in place (S72).</summary>
internal static class AuthorizerHeaders
{
    // They belong to the connection or frame the message (RFC 9110 7.6.1), or say where a request goes to: nobody may set them from outside.
    private static readonly FrozenSet<string> Forbidden = FrozenSet.ToFrozenSet(
        ["connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade", "content-length", "host", "x-forwarded-client-cert"],
        StringComparer.OrdinalIgnoreCase);

    // Of what the mesh itself tells: peers and identities.
    private const string MeshPrefix = "x-mesh-";

    /// <summary>Whether an authorizer may set or remove the header at all.</summary>
    public static bool MayChange(string name) =>
        name.Length > 0 && name[0] != ':' && !Forbidden.Contains(name) && !name.StartsWith(MeshPrefix, StringComparison.OrdinalIgnoreCase);

    public static bool IsListed(TextMatcher[] names, string name) => Array.Exists(names, matcher => matcher.Matches(name));

    public static TextMatcher[] Compile(ImmutableArray<StringMatch> names) => [.. names.Select(static name => new TextMatcher(name))];

    public static void Apply(IHeaderDictionary headers, ImmutableArray<HeaderChange> changes)
    {
        foreach (var change in changes)
        {
            if (!MayChange(change.Name))
            {
                continue;
            }

            var before = headers[change.Name];
            var skips = change.Kind switch
            {
                HeaderChangeKind.AddIfAbsent => before.Count > 0,
                HeaderChangeKind.ReplaceIfPresent => before.Count == 0,
                _ => false,
            };
            if (!skips)
            {
                headers[change.Name] = change.Kind is HeaderChangeKind.Append ? StringValues.Concat(before, change.Value) : change.Value;
            }
        }
    }
}

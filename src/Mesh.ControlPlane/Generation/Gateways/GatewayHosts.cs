using System.Collections.Immutable;

namespace Mesh.ControlPlane.Generation.Gateways;

/// <summary>Reads the hosts of a server, and joins them with those of the rules that are bound to it.</summary>
internal static class GatewayHosts
{
    /// <summary>Puts the Gateway's own namespace in the place of <c>.</c>; a host of any namespace has none.</summary>
    public static string Qualify(string host, string @namespace)
    {
        host = host.ToLowerInvariant();
        return host.StartsWith("./", StringComparison.Ordinal) ? string.Concat(@namespace, host.AsSpan(1))
            : host.StartsWith("*/", StringComparison.Ordinal) ? host[2..]
            : host;
    }

    /// <summary>The hosts under which the rules of a namespace are reachable: for each pair that meets, the narrower one (istiod).</summary>
    /// <param name="server">Qualified.</param>
    /// <param name="rule">Full names.</param>
    /// <param name="namespace">Of the rule.</param>
    public static ImmutableArray<string> Intersect(ImmutableArray<string> server, IEnumerable<string> rule, string @namespace)
    {
        var own = server.Select(host => For(host, @namespace)).OfType<string>().ToArray();
        return
        [
            .. rule.SelectMany(host => own.Select(open => IsWithin(host, open) ? host : IsWithin(open, host) ? open : null))
                .OfType<string>()
                .Distinct(StringComparer.Ordinal),
        ];
    }

    /// <summary>Whether every name that <paramref name="inner"/> stands for is one of <paramref name="outer"/>.</summary>
    public static bool IsWithin(string inner, string outer) =>
        inner == outer
        || (outer.StartsWith('*')
            && inner.TrimStart('*').EndsWith(outer[1..], StringComparison.Ordinal)
            && (inner.StartsWith('*') ? inner.Length >= outer.Length : inner.Length > outer.Length - 1 || outer.Length == 1));

    private static string? For(string host, string @namespace)
    {
        var slash = host.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 || host.AsSpan(0, slash).SequenceEqual(@namespace) ? host[(slash + 1)..] : null;
    }
}

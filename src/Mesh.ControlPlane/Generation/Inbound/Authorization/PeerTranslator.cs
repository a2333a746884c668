using Mesh.ControlPlane.Generation.Connections;
using Mesh.Protocol.Envoy.Matcher;
using Mesh.Protocol.Spiffe;
using RbacPrincipal = Mesh.Protocol.Envoy.Rbac.Principal;

namespace Mesh.ControlPlane.Generation.Inbound.Authorization;

/// <summary>Turns single values about the caller's connection into principals: its identity, as a whole or in parts, and its address.</summary>
internal sealed class PeerTranslator(RuleScope scope)
{
    private const string Scheme = SpiffeId.Scheme;
    private const string NamespacePart = "/ns/";
    private const string AccountPart = "/sa/";

    /// <summary>Null when the attribute is none of these.</summary>
    public Func<string, RbacPrincipal?>? For(string key) => key switch
    {
        "source.namespace" => Namespace,
        "source.serviceAccount" => ServiceAccount,
        "source.ip" => Address,
        "remote.ip" => RemoteAddress,
        _ => null,
    };

    public static RbacPrincipal Principal(string value) => Of(ValuePattern.Of(value, Scheme));

    /// <summary>Null for a wildcard in the middle, which only an expression could say.</summary>
    public static RbacPrincipal? Namespace(string value) => value switch
    {
        _ when ValuePattern.HasInnerWildcard(value) => null,
        ValuePattern.Presence => Of(Containing(NamespacePart)),
        ['*', .. var suffix] => EndingIn(suffix, AccountPart, NamespacePart + "sa" + AccountPart),
        [.. var prefix, '*'] => Of(Containing(NamespacePart + prefix)),
        _ => Of(Containing(NamespacePart + value + AccountPart)),
    };

    public RbacPrincipal ServiceAccount(string value)
    {
        var slash = value.IndexOf('/', StringComparison.Ordinal);
        var (name, account) = slash < 0 ? (scope.Namespace, value) : (value[..slash], value[(slash + 1)..]);
        return Of(new StringMatcher { Suffix = NamespacePart + name + AccountPart + account });
    }

    public static RbacPrincipal? TrustDomain(string value) => value switch
    {
        _ when ValuePattern.HasInnerWildcard(value) => null,
        ValuePattern.Presence => Of(new StringMatcher { Prefix = Scheme }),
        ['*', .. var suffix] => EndingIn(suffix, NamespacePart, NamespacePart + "ns" + AccountPart),
        [.. var prefix, '*'] => Of(new StringMatcher { Prefix = Scheme + prefix }),
        _ => Of(new StringMatcher { Prefix = Scheme + value + "/" }),
    };

    public static RbacPrincipal Address(string value) => new() { DirectRemoteIp = PrefixRange.Parse(PrefixRange.Normalize(value)) };

    public static RbacPrincipal RemoteAddress(string value) => new() { RemoteIp = PrefixRange.Parse(PrefixRange.Normalize(value)) };

    // The word before the separator is part of the id's fixed text too: "s" and "ns" end "/ns", which stands before a namespace "sa" or "ns".
    private static RbacPrincipal EndingIn(string suffix, string separator, string lookalike)
    {
        var ending = Of(Containing(suffix + separator));
        return "ns".EndsWith(suffix, StringComparison.Ordinal) ? Principals.AllOf([ending, Principals.Not(Of(Containing(lookalike)))]) : ending;
    }

    private static StringMatcher Containing(string text) => new() { Contains = text };

    private static RbacPrincipal Of(StringMatcher name) => new() { Authenticated = new RbacPrincipal.Types.Authenticated { PrincipalName = name } };
}

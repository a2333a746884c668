using Mesh.Protocol.Envoy.Matcher;
using RbacPrincipal = Mesh.Protocol.Envoy.Rbac.Principal;

namespace Mesh.ControlPlane.Generation.Inbound.Authorization;

/// <summary>Turns single values about the request's token and headers into principals; null at ports without HTTP.</summary>
internal sealed class RequestTranslator(RuleScope scope)
{
    private const string AuthenticationMetadata = "istio_authn";
    private const string PrincipalKey = "request.auth.principal";
    private const string AudiencesKey = "request.auth.audiences";
    private const string PresenterKey = "request.auth.presenter";
    private const string ClaimsKey = "request.auth.claims";
    private const string HeadersKey = "request.headers";
    private const string InlineHeadersKey = "request.experimental.inline.headers";

    /// <summary>Null when the attribute is none of these, or its name cannot be read.</summary>
    public Func<string, RbacPrincipal?>? For(string key)
    {
        switch (key)
        {
            case PrincipalKey:
                return Principal;
            case PresenterKey:
                return value => Metadata([PresenterKey], Text(value));
            case AudiencesKey:
                return value => Metadata([AudiencesKey], List(value));
        }

        var open = key.IndexOf('[', StringComparison.Ordinal);
        return open < 0 || Names(key[open..]) is not { } names ? null : key[..open] switch
        {
            ClaimsKey => value => Metadata([ClaimsKey, .. names], List(value)),
            HeadersKey or InlineHeadersKey when names is [var header] => value => Header(header, value),
            _ => null,
        };
    }

    public RbacPrincipal? Principal(string value) => Metadata([PrincipalKey], Text(value));

    private static ValueMatcher Text(string value) =>
        value == ValuePattern.Presence ? new ValueMatcher { PresentMatch = true } : new ValueMatcher { StringMatch = ValuePattern.Of(value) };

    // A claim may be one text or a list of them.
    private static ValueMatcher List(string value) => value == ValuePattern.Presence
        ? Text(value)
        : new ValueMatcher { OrMatch = new OrMatcher { ValueMatchers = { Text(value), new ValueMatcher { ListMatch = new ListMatcher { OneOf = Text(value) } } } } };

    /// <summary>The names of <c>[a][b]</c>; null when the brackets do not fit.</summary>
    private static string[]? Names(string brackets)
    {
        if (brackets is not ['[', .. var inner, ']'])
        {
            return null;
        }

        var names = inner.Split("][");
        return names.All(name => name.Length > 0 && name.IndexOfAny(['[', ']']) < 0) ? names : null;
    }

    private RbacPrincipal? Header(string name, string value) =>
        !scope.IsTcp && HeaderCondition.Matcher(scope, name, value) is { } matcher ? new RbacPrincipal { Header = matcher } : null;

#pragma warning disable CS0612 // istiod writes metadata conditions so, and gRPC's servers know no other form (gRFC A41).
    private RbacPrincipal? Metadata(string[] path, ValueMatcher value)
    {
        if (scope.IsTcp)
        {
            return null;
        }

        var matcher = new MetadataMatcher { Filter = AuthenticationMetadata, Value = value };
        matcher.Path.AddRange(path.Select(key => new MetadataMatcher.Types.PathSegment { Key = key }));
        return new RbacPrincipal { Metadata = matcher };
    }
#pragma warning restore CS0612
}

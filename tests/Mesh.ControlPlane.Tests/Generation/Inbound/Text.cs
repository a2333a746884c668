using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Envoy.Matcher;
using Mesh.Protocol.Envoy.Path.UriTemplate;
using Mesh.Protocol.Envoy.Rbac;
using Mesh.Protocol.Envoy.Route;

namespace Mesh.ControlPlane.Tests.Generation.Inbound;

/// <summary>Writes conditions of RBAC so that a test can say what it expects in one line.</summary>
internal static class Text
{
#pragma warning disable CS0612 // istiod's forms are deprecated ones.
    public static string Of(Permission permission) => permission.RuleCase switch
    {
        Permission.RuleOneofCase.AndRules => string.Join(" and ", permission.AndRules.Rules.Select(Of)),
        Permission.RuleOneofCase.OrRules => Either(permission.OrRules.Rules.Select(Of)),
        Permission.RuleOneofCase.NotRule => "not " + Of(permission.NotRule),
        Permission.RuleOneofCase.Any => "any",
        Permission.RuleOneofCase.Header => Of(permission.Header),
        Permission.RuleOneofCase.UrlPath => "path=" + Of(permission.UrlPath.Path),
        Permission.RuleOneofCase.UriTemplate => "template=" + permission.UriTemplate.TypedConfig.Unpack<UriTemplateMatchConfig>().PathTemplate,
        Permission.RuleOneofCase.DestinationPort => $"port={permission.DestinationPort}",
        Permission.RuleOneofCase.DestinationIp => "destination=" + Of(permission.DestinationIp),
        Permission.RuleOneofCase.RequestedServerName => "sni=" + Of(permission.RequestedServerName),
        _ => permission.RuleCase.ToString(),
    };

    public static string Of(Principal principal) => principal.IdentifierCase switch
    {
        Principal.IdentifierOneofCase.AndIds => string.Join(" and ", principal.AndIds.Ids.Select(Of)),
        Principal.IdentifierOneofCase.OrIds => Either(principal.OrIds.Ids.Select(Of)),
        Principal.IdentifierOneofCase.NotId => "not " + Of(principal.NotId),
        Principal.IdentifierOneofCase.Any => "any",
        Principal.IdentifierOneofCase.Authenticated => Of(principal.Authenticated.PrincipalName),
        Principal.IdentifierOneofCase.DirectRemoteIp => "direct:" + Of(principal.DirectRemoteIp),
        Principal.IdentifierOneofCase.RemoteIp => "remote:" + Of(principal.RemoteIp),
        Principal.IdentifierOneofCase.Header => Of(principal.Header),
        Principal.IdentifierOneofCase.Metadata =>
            $"{principal.Metadata.Filter}/{string.Join('/', principal.Metadata.Path.Select(segment => segment.Key))}={Of(principal.Metadata.Value)}",
        _ => principal.IdentifierCase.ToString(),
    };

    private static string Of(HeaderMatcher header) => header.Name + "=" + header.HeaderMatchSpecifierCase switch
    {
        HeaderMatcher.HeaderMatchSpecifierOneofCase.PresentMatch => "present",
        HeaderMatcher.HeaderMatchSpecifierOneofCase.StringMatch => Of(header.StringMatch),
        HeaderMatcher.HeaderMatchSpecifierOneofCase.ExactMatch => "old exact:" + header.ExactMatch,
        HeaderMatcher.HeaderMatchSpecifierOneofCase.PrefixMatch => "old prefix:" + header.PrefixMatch,
        HeaderMatcher.HeaderMatchSpecifierOneofCase.SuffixMatch => "old suffix:" + header.SuffixMatch,
        HeaderMatcher.HeaderMatchSpecifierOneofCase.SafeRegexMatch => "old regex:" + header.SafeRegexMatch.Regex,
        _ => header.HeaderMatchSpecifierCase.ToString(),
    };
#pragma warning restore CS0612

    private static string Of(StringMatcher matcher) => matcher.MatchPatternCase switch
    {
        StringMatcher.MatchPatternOneofCase.Exact => "exact:" + matcher.Exact,
        StringMatcher.MatchPatternOneofCase.Prefix => "prefix:" + matcher.Prefix,
        StringMatcher.MatchPatternOneofCase.Suffix => "suffix:" + matcher.Suffix,
        StringMatcher.MatchPatternOneofCase.Contains => "contains:" + matcher.Contains,
        _ => "regex:" + matcher.SafeRegex.Regex,
    } + (matcher.IgnoreCase ? ", any case" : "");

    private static string Of(ValueMatcher value) => value.MatchPatternCase switch
    {
        ValueMatcher.MatchPatternOneofCase.PresentMatch => "present",
        ValueMatcher.MatchPatternOneofCase.StringMatch => Of(value.StringMatch),
        ValueMatcher.MatchPatternOneofCase.ListMatch => "any " + Of(value.ListMatch.OneOf),
        ValueMatcher.MatchPatternOneofCase.OrMatch => "either " + string.Join(" or ", value.OrMatch.ValueMatchers.Select(Of)),
        _ => value.MatchPatternCase.ToString(),
    };

    private static string Of(CidrRange range) => $"{range.AddressPrefix}/{range.PrefixLen}";

    private static string Either(IEnumerable<string> terms) => terms.ToArray() is [var only] ? only : $"({string.Join(" or ", terms)})";
}

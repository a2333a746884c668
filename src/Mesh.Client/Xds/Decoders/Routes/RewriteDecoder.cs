using System.Text.RegularExpressions;
using Mesh.Client.Model;
using Mesh.Protocol.Envoy.Matcher;
using Wire = Mesh.Protocol.Envoy.Route;

namespace Mesh.Client.Xds.Decoders.Routes;

/// <summary>Decodes what becomes of a request's path and authority.</summary>
internal static class RewriteDecoder
{
    private const int MaxGroup = 9;

    /// <summary>Null when the path stays.</summary>
    public static PathRewrite? Path(Wire.RouteAction action, DecodeErrors errors)
    {
        if (action.PathRewritePolicy is not null || action.PathRewrite.Length > 0)
        {
            errors.Add("path_rewrite_policy and path_rewrite are not supported; use prefix_rewrite or regex_rewrite");
        }

        if (action.PrefixRewrite.Length > 0 && action.RegexRewrite is not null)
        {
            errors.Add("prefix_rewrite and regex_rewrite are both set");
        }

        return Path(action.PrefixRewrite, action.RegexRewrite, errors);
    }

    /// <summary>Null when the path stays, or is replaced as a whole.</summary>
    public static PathRewrite? Path(Wire.RedirectAction redirect, DecodeErrors errors) =>
        Path(redirect.PrefixRewrite, redirect.RegexRewrite, errors);

    /// <summary>Null when the authority stays, or is left to the weighted cluster.</summary>
    public static HostRewrite? Host(Wire.RouteAction action, DecodeErrors errors)
    {
        switch (action.HostRewriteSpecifierCase)
        {
            case Wire.RouteAction.HostRewriteSpecifierOneofCase.HostRewriteLiteral:
                return Literal(action.HostRewriteLiteral, errors.In("host_rewrite_literal")) is { } host ? new(HostRewriteKind.Literal, host) : null;
            case Wire.RouteAction.HostRewriteSpecifierOneofCase.HostRewriteHeader:
                return action.HostRewriteHeader.Length > 0 ? new(HostRewriteKind.Header, action.HostRewriteHeader) : null;
            case Wire.RouteAction.HostRewriteSpecifierOneofCase.AutoHostRewrite:
                return action.AutoHostRewrite == true ? new(HostRewriteKind.Endpoint, "") : null;
            case Wire.RouteAction.HostRewriteSpecifierOneofCase.HostRewritePathRegex:
                var regexErrors = errors.In("host_rewrite_path_regex");
                return Substitution(action.HostRewritePathRegex, regexErrors) is { } pattern
                    ? new(HostRewriteKind.PathPattern, action.HostRewritePathRegex.Substitution, pattern)
                    : null;
            case Wire.RouteAction.HostRewriteSpecifierOneofCase.HostRewrite:
                errors.Add("host_rewrite is not supported; use host_rewrite_literal");
                return null;
            default:
                return null;
        }
    }

    /// <summary>Text that goes into a request or response line; null when it is empty.</summary>
    public static string? Literal(string text, DecodeErrors errors)
    {
        if (text.Any(character => character is <= ' ' or >= '\x7f'))
        {
            errors.Add($"expected visible ASCII characters, got '{text}'");
        }

        return text.Length > 0 ? text : null;
    }

    private static PathRewrite? Path(string prefix, RegexMatchAndSubstitute? regex, DecodeErrors errors)
    {
        if (regex is not null)
        {
            return Substitution(regex, errors.In("regex_rewrite")) is { } pattern ? new PathRewrite(pattern, regex.Substitution) : null;
        }

        return Literal(prefix, errors.In("prefix_rewrite")) is { } replacement ? new PathRewrite(Pattern: null, replacement) : null;
    }

    /// <summary>The pattern, when it and the substitution can be used.</summary>
    internal static string? Substitution(RegexMatchAndSubstitute rewrite, DecodeErrors errors)
    {
        Literal(rewrite.Substitution, errors.In("substitution"));
        if (rewrite.Pattern is null || StringMatchDecoder.Regex(rewrite.Pattern, errors.In("pattern")) is not { } match)
        {
            if (rewrite.Pattern is null)
            {
                errors.Add("expected pattern, got none");
            }

            return null;
        }

        var groups = new Regex(Re2Pattern.ToSearch(match.Value), RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1)).GetGroupNumbers().Length - 1;
        CheckGroups(rewrite.Substitution, groups, errors.In("substitution"));
        return match.Value;
    }

    // RE2's rules: \0 to \9 are groups, \\ is a backslash, anything else after a backslash is an error.
    private static void CheckGroups(string substitution, int groups, DecodeErrors errors)
    {
        for (var index = substitution.IndexOf('\\', StringComparison.Ordinal); index >= 0; index = substitution.IndexOf('\\', index + 2))
        {
            var next = index + 1 < substitution.Length ? substitution[index + 1] : '\0';
            if (char.IsAsciiDigit(next) && next - '0' > groups)
            {
                errors.Add($"'\\{next}' asks for a group that the pattern does not have; it has {groups}");
            }
            else if (next != '\\' && !char.IsAsciiDigit(next))
            {
                errors.Add($"expected \\0 to \\{MaxGroup} or \\\\ at position {index} of '{substitution}'");
            }

            if (index + 2 > substitution.Length)
            {
                return;
            }
        }
    }
}

using Mesh.Protocol.Envoy.Matcher;

namespace Mesh.ControlPlane.Generation.Inbound.Authorization;

/// <summary>Istio's values with a wildcard at one end, as matchers that compare ordinally: no expression is ever made of what somebody wrote (CVE-2026-39350).</summary>
internal static class ValuePattern
{
    public const string Presence = "*";

    /// <param name="value">Exact, <c>prefix*</c>, <c>*suffix</c> or <c>*</c>.</param>
    /// <param name="before">Stands before what is matched from its start.</param>
    public static StringMatcher Of(string value, string before = "") => value switch
    {
        Presence when before.Length > 0 => new StringMatcher { Prefix = before },
        Presence => NotEmpty(),
        ['*', .. var suffix] => new StringMatcher { Suffix = suffix },
        [.. var prefix, '*'] => new StringMatcher { Prefix = before + prefix },
        _ => new StringMatcher { Exact = before + value },
    };

    /// <summary>Whether a wildcard stands anywhere but alone at one end.</summary>
    public static bool HasInnerWildcard(string value) => value.Length > 1 && value.AsSpan(1, value.Length - 2).Contains('*') || (value.Length > 1 && value[0] == '*' && value[^1] == '*');

    private static StringMatcher NotEmpty() => new() { SafeRegex = new RegexMatcher { Regex = ".+" } };
}

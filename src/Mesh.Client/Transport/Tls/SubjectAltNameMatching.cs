using System.Net;
using System.Text.RegularExpressions;
using Mesh.Client.Model;
using Mesh.Protocol.Spiffe;

namespace Mesh.Client.Transport.Tls;

/// <summary>Compares the names of a server's certificate with those that a policy or a request means (RFC 9525 6).</summary>
internal static class SubjectAltNameMatching
{
    /// <summary>Whether the name is that of a server which was asked for by a host name or an IP address.</summary>
    public static bool IsFor(SubjectAltName name, string serverName) => IPAddress.TryParse(serverName.Trim('[', ']'), out var address)
        ? name.Kind == SubjectAltNameKind.IpAddress && address.ToString() == name.Value
        : name.Kind == SubjectAltNameKind.Dns && IsDnsMatch(name.Value, serverName);

    public static bool Matches(SubjectAltName name, SubjectAltNameMatch expected)
    {
        if (expected.Kind is { } kind && kind != name.Kind)
        {
            return false;
        }

        var (match, comparison) = (expected.Match, expected.Match.IgnoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal);
        return match.Kind switch
        {
            // DNS names know no case, and a certificate's may begin with a wildcard (gRFC A29, Envoy).
            StringMatchKind.Exact when name.Kind == SubjectAltNameKind.Dns => IsDnsMatch(name.Value, match.Value),
            StringMatchKind.Exact => name.Value.Equals(match.Value, comparison),
            StringMatchKind.Prefix => name.Value.StartsWith(match.Value, comparison),
            StringMatchKind.Suffix => name.Value.EndsWith(match.Value, comparison),
            StringMatchKind.Contains => name.Value.Contains(match.Value, comparison),
            _ => Regex.IsMatch(name.Value, Re2Pattern.ToFullMatch(match.Value), match.IgnoreCase ? Re2Pattern.Options | RegexOptions.IgnoreCase : Re2Pattern.Options),
        };
    }

    /// <summary>A wildcard stands for one whole label, the first (RFC 9525 6.3).</summary>
    private static bool IsDnsMatch(string pattern, string name)
    {
        pattern = pattern.TrimEnd('.');
        name = name.TrimEnd('.');
        if (!pattern.StartsWith("*.", StringComparison.Ordinal))
        {
            return pattern.Equals(name, StringComparison.OrdinalIgnoreCase);
        }

        var dot = name.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && pattern.AsSpan(1).Equals(name.AsSpan(dot), StringComparison.OrdinalIgnoreCase) && pattern.AsSpan(2).Contains('.');
    }
}

using System.Text.RegularExpressions;
using Mesh.Client.Model;
using Mesh.Protocol.Spiffe;

namespace Mesh.Client.Transport.Tls;

/// <summary>Compares the names of a server's certificate with those that a policy means.</summary>
internal static class SubjectAltNameMatching
{
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
            StringMatchKind.Exact when name.Kind == SubjectAltNameKind.Dns => SubjectAltName.IsDnsMatch(name.Value, match.Value),
            StringMatchKind.Exact => name.Value.Equals(match.Value, comparison),
            StringMatchKind.Prefix => name.Value.StartsWith(match.Value, comparison),
            StringMatchKind.Suffix => name.Value.EndsWith(match.Value, comparison),
            StringMatchKind.Contains => name.Value.Contains(match.Value, comparison),
            _ => Regex.IsMatch(name.Value, Re2Pattern.ToFullMatch(match.Value), match.IgnoreCase ? Re2Pattern.Options | RegexOptions.IgnoreCase : Re2Pattern.Options),
        };
    }
}

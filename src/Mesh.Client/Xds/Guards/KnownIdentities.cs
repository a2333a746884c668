using System.Collections.Immutable;
using Mesh.Client.Model;

namespace Mesh.Client.Xds.Guards;

/// <summary>
/// Keeps the names by which the servers of a cluster are believed while the control plane knows of nobody who serves it: it says so when their registrations are gone, and servers that are cut off from it are not
/// thereby others.
/// </summary>
internal static class KnownIdentities
{
    /// <summary>What our control plane names in place of no account at all: an id that no certificate can carry (SPIFFE-ID 2.2).</summary>
    private const string Nobody = "/sa/";

    /// <param name="fresh">As it came.</param>
    /// <param name="earlier">As it was in force before; null when it was not.</param>
    public static ClusterPolicy Keep(ClusterPolicy fresh, ClusterPolicy? earlier)
    {
        if (earlier is null || !PoliciesOf(fresh).Any(IsNobody) || PoliciesOf(earlier).FirstOrDefault(policy => policy.IsMesh && !IsNobody(policy)) is not { SubjectAltNames: { Length: > 0 } names })
        {
            return fresh;
        }

        return fresh with
        {
            Security = WithNames(fresh.Security, names),
            SecurityByLabels = new ValueList<TransportMatch>([.. fresh.SecurityByLabels.Select(match => match with { Security = WithNames(match.Security, names) })]),
        };
    }

    private static TlsPolicy? WithNames(TlsPolicy? policy, ImmutableArray<SubjectAltNameMatch> names) =>
        policy is not null && IsNobody(policy) ? policy with { SubjectAltNames = names } : policy;

    private static bool IsNobody(TlsPolicy policy) =>
        policy.IsMesh && policy.SubjectAltNames is [{ Match: { Kind: StringMatchKind.Exact } match }] && match.Value.EndsWith(Nobody, StringComparison.Ordinal);

    private static IEnumerable<TlsPolicy> PoliciesOf(ClusterPolicy policy) =>
        policy.SecurityByLabels.Select(match => match.Security).Append(policy.Security).OfType<TlsPolicy>();
}

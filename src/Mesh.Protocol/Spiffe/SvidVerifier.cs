using System.Security.Cryptography.X509Certificates;

namespace Mesh.Protocol.Spiffe;

/// <summary>Decides who a peer is by its certificate (X509-SVID standard 5), in the order of go-spiffe: names, profile, bundle of its own trust domain, chain.</summary>
internal static class SvidVerifier
{
    /// <summary>Only names that are <c>spiffe://</c> URIs make an identity: neither a common name nor a DNS name does.</summary>
    /// <param name="leaf">What the peer has proved to hold the key of; null when it showed nothing.</param>
    /// <param name="presented">What it sent along; none of it is believed for that.</param>
    /// <param name="bundles">Whom this process believes.</param>
    /// <param name="usage">At which end the peer is.</param>
    /// <param name="now">The time that counts.</param>
    public static SvidVerdict Verify(
        X509Certificate2? leaf, X509Certificate2Collection? presented, TrustBundles bundles, SvidUsage usage, DateTimeOffset now)
    {
        if (leaf is null)
        {
            return SvidVerdict.Refuse(SvidReasons.Missing, "the peer showed no certificate");
        }

        var key = VerdictKey.Of(leaf, usage);
        if (bundles.Verdicts.TryFind(key, now, out var known))
        {
            return known;
        }

        if (SvidProfile.Check(leaf, usage, out var id) is { } refusal)
        {
            return refusal;
        }

        if (bundles.Find(id!.TrustDomain) is not { } bundle)
        {
            return SvidVerdict.Refuse(SvidReasons.UnknownTrustDomain, $"'{id}' is of trust domain '{id.TrustDomain}', of which this process has no bundle");
        }

        using var chain = new SvidChain(leaf, presented, bundle, now);
        if (chain.Check() is { } broken)
        {
            return broken with { Detail = $"'{id}': {broken.Detail}" };
        }

        var verdict = SvidVerdict.Accept(id);
        bundles.Verdicts.Add(key, verdict, chain.ValidFrom, chain.ValidUntil);
        return verdict;
    }
}

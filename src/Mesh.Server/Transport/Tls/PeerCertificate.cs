using System.Security.Cryptography.X509Certificates;
using Mesh.Protocol.Spiffe;

namespace Mesh.Server.Transport.Tls;

/// <summary>What a peer proved itself with, kept for as long as its connection lives.</summary>
internal sealed class PeerCertificate
{
    private readonly X509Certificate2 _leaf;
    private readonly X509Certificate2Collection _presented;

    // What it was verified against last.
    private volatile TrustBundles _bundles;

    /// <param name="id">Whom it proves.</param>
    /// <param name="leaf">Of the TLS stream, which disposes it: a copy is kept.</param>
    /// <param name="presented">What came along.</param>
    /// <param name="bundles">What it was verified against.</param>
    public PeerCertificate(SpiffeId id, X509Certificate2 leaf, X509Certificate2Collection? presented, TrustBundles bundles)
    {
        (Id, _leaf, _bundles) = (id, new X509Certificate2(leaf), bundles);
        _presented = [.. (presented ?? []).Select(certificate => new X509Certificate2(certificate))];

        // Any part of the chain ends it.
        ValidUntil = _presented.Append(_leaf).Min(certificate => new DateTimeOffset(certificate.NotAfter));
    }

    public SpiffeId Id { get; }

    public DateTimeOffset ValidUntil { get; }

    /// <summary>Why the peer would not be believed now; null when it would.</summary>
    public SvidVerdict? Refuse(TrustBundles bundles, DateTimeOffset now)
    {
        if (ReferenceEquals(_bundles, bundles))
        {
            return null;
        }

        var verdict = SvidVerifier.Verify(_leaf, _presented, bundles, SvidUsage.Client, now);
        _bundles = bundles;
        return verdict.IsAccepted ? null : verdict;
    }
}

using System.Collections.Immutable;
using System.Security.Cryptography.X509Certificates;
using Mesh.Client.Identity;
using Mesh.Protocol.Spiffe;

namespace Mesh.Client.Transport.Tls;

/// <summary>What a connection between workloads was opened with, so that it ends when that is not good any more.</summary>
internal sealed class PeerSession
{
    private readonly X509Certificate2 _leaf;
    private readonly X509Certificate2Collection _presented;

    private PeerSession(SpiffeId peer, X509Certificate2 leaf, X509Certificate2Collection presented, DateTimeOffset until, ImmutableArray<byte> authority)
    {
        (Peer, _leaf, _presented, Until, Authority) = (peer, leaf, presented, until, authority);
    }

    /// <summary>Who is at the other end.</summary>
    public SpiffeId Peer { get; }

    /// <summary>When the first of the two certificates ends.</summary>
    public DateTimeOffset Until { get; }

    /// <summary>Who vouched for this process.</summary>
    public ImmutableArray<byte> Authority { get; }

    /// <param name="peer">As verified.</param>
    /// <param name="leaf">The peer's; goes with the handshake, hence copied.</param>
    /// <param name="presented">What it sent along.</param>
    /// <param name="own">What this process showed.</param>
    public static PeerSession Of(SpiffeId peer, X509Certificate2 leaf, X509Certificate2Collection? presented, WorkloadSvid own)
    {
        var until = new DateTimeOffset(leaf.NotAfter);
        return new PeerSession(
            peer, Copy(leaf), [.. (presented ?? []).Select(Copy)], until < own.NotAfter ? until : own.NotAfter, AuthorityOf(own));
    }

    /// <summary>The authority at the end of the chain that a process shows: its name and key.</summary>
    public static ImmutableArray<byte> AuthorityOf(WorkloadSvid own)
    {
        var last = own.Context.IntermediateCertificates is { Count: > 0 } intermediates ? intermediates[^1] : own.Leaf;
        var key = last.Extensions.OfType<X509AuthorityKeyIdentifierExtension>().FirstOrDefault()?.RawData;
        return [.. last.IssuerName.RawData, .. key ?? []];
    }

    /// <summary>Whether the peer would be believed now.</summary>
    public bool IsBelieved(TrustBundles bundles, DateTimeOffset now) => SvidVerifier.Verify(_leaf, _presented, bundles, SvidUsage.Server, now).IsAccepted;

    private static X509Certificate2 Copy(X509Certificate2 certificate) => X509CertificateLoader.LoadCertificate(certificate.RawDataMemory.Span);
}

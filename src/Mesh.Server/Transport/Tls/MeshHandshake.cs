using System.Security.Cryptography.X509Certificates;
using Mesh.Client.Identity;
using Mesh.Protocol.Spiffe;
using Mesh.Server.Transport.Peeking;

namespace Mesh.Server.Transport.Tls;

/// <summary>One handshake of mutual TLS: judges the peer's certificate, and keeps who it is or why it was refused.</summary>
internal sealed class MeshHandshake(IWorkloadIdentity identity, TimeProvider time, ClientHello hello)
{
    public ClientHello Hello => hello;

    /// <summary>Null when it did not come so far that the peer showed what it has.</summary>
    public SvidVerdict? Verdict { get; private set; }

    /// <summary>Null when the peer was refused.</summary>
    public PeerCertificate? Peer { get; private set; }

    /// <summary>Whether the connection went on after the handshake.</summary>
    public bool IsComplete { get; set; }

    public bool Verify(X509Certificate2? leaf, X509Certificate2Collection? presented)
    {
        var bundles = identity.Bundles;
        Verdict = SvidVerifier.Verify(leaf, presented, bundles, SvidUsage.Client, time.GetUtcNow());
        Peer = Verdict.IsAccepted ? new PeerCertificate(Verdict.Id, leaf!, presented, bundles) : null;
        return Peer is not null;
    }
}

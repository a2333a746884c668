using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Mesh.Client.Identity;
using Mesh.Client.Model;
using Mesh.Protocol.Spiffe;

namespace Mesh.Client.Transport.Tls;

/// <summary>One handshake between workloads: shows who this process is, and believes only the workloads that the policy names, before a byte of the request is sent.</summary>
internal sealed class MeshHandshake(TlsPolicy policy, WorkloadSvid own, TrustBundles bundles, TimeProvider time)
{
    private const string SanMismatch = "san_mismatch";

    /// <summary>Tells a server that takes plaintext and TLS of its application, too, that this is the mesh's own (Istio).</summary>
    private static readonly SslApplicationProtocol Istio = new("istio");

    // istiod's, for connections that carry something else than HTTP.
    private static readonly List<SslApplicationProtocol> Opaque = [new("istio-peer-exchange"), Istio];

    /// <summary>Why the peer was not believed; null as long as it is.</summary>
    public string? Refusal { get; private set; }

    /// <summary>Set when the peer was believed.</summary>
    public PeerSession? Session { get; private set; }

    public SslClientAuthenticationOptions Options(string serverName, List<SslApplicationProtocol> protocols)
    {
        var options = SvidTls.CreateClientOptions(own.Context, serverName, Verify);
        options.EnabledSslProtocols = policy.Versions;
        options.ApplicationProtocols =
            !policy.ApplicationProtocols.IsEmpty ? [.. policy.ApplicationProtocols.Select(protocol => new SslApplicationProtocol(protocol))]
            : protocols.Count == 0 ? Opaque
            : [.. protocols, Istio];
        return options;
    }

    private bool Verify(X509Certificate2? leaf, X509Certificate2Collection? presented)
    {
        var verdict = SvidVerifier.Verify(leaf, presented, bundles, SvidUsage.Server, time.GetUtcNow());
        Refusal = verdict.IsAccepted ? RefuseName(leaf!, verdict.Id) : $"{verdict.Reason}: {verdict.Detail}";
        if (Refusal is null)
        {
            Session = PeerSession.Of(verdict.Id!, leaf!, presented, own);
        }

        return Refusal is null;
    }

    /// <summary>Secure naming: a valid certificate of another workload does not make it one of this service.</summary>
    private string? RefuseName(X509Certificate2 leaf, SpiffeId peer)
    {
        var id = new SubjectAltName(SubjectAltNameKind.Uri, peer.ToString());
        foreach (var expected in policy.SubjectAltNames)
        {
            if (SubjectAltNameMatching.Matches(id, expected))
            {
                return null;
            }
        }

        // The operator may have named a server by something else than its account.
        return SubjectAltNames.Read(leaf).Any(name => policy.SubjectAltNames.Any(expected => SubjectAltNameMatching.Matches(name, expected)))
            ? null
            : $"{SanMismatch}: verify SAN list: expected {string.Join(", ", policy.SubjectAltNames.Select(match => match.Match.Value))}, the certificate is for {peer}";
    }
}

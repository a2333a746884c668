using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Mesh.Client.Model;

namespace Mesh.Client.Transport.Tls;

/// <summary>One handshake with a server outside the mesh, or with certificates that somebody else than the mesh provides.</summary>
internal sealed class OriginatedHandshake(TlsPolicy policy, TlsMaterial material, TimeProvider time)
{
    /// <summary>Why the server was not believed; null as long as it is.</summary>
    public string? Refusal { get; private set; }

    public SslClientAuthenticationOptions Options(string serverName, List<SslApplicationProtocol> protocols)
    {
        var verifier = new ServerVerifier(policy, serverName, material.ReadRevocationLists(), time);
        return new SslClientAuthenticationOptions
        {
            TargetHost = serverName,
            EnabledSslProtocols = policy.Versions,
            ApplicationProtocols = policy.ApplicationProtocols.IsEmpty ? protocols : [.. policy.ApplicationProtocols.Select(protocol => new SslApplicationProtocol(protocol))],
            ClientCertificateContext = material.ReadIdentity(),
            CertificateChainPolicy = verifier.ChainPolicy(material.ReadRoots()),
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) => (Refusal = verifier.Refuse(certificate as X509Certificate2, chain, errors)) is null,
        };
    }
}

using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mesh.Client.Model;
using Mesh.Client.Routing;
using Mesh.Protocol.Spiffe;

namespace Mesh.Server.Gateway.Tls;

/// <summary>Decides whether a caller's certificate is one that a server of the gateway takes (Envoy's certificate validation context).</summary>
internal sealed class ClientVerifier(ClientTrust trust, TlsMaterial material, TimeProvider time)
{
    /// <summary>Nothing is fetched from the network in a handshake.</summary>
    public X509ChainPolicy ChainPolicy()
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
            VerificationTimeIgnored = false,
            VerificationTime = time.GetUtcNow().UtcDateTime,
        };
        policy.CustomTrustStore.AddRange(material.Roots ?? []);
        return policy;
    }

    /// <summary>Why the caller is not let in; null when it is.</summary>
    public string? Refuse(X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null)
        {
            return trust.IsRequired ? "the caller shows no certificate" : null;
        }

        if (trust.AcceptsUntrusted)
        {
            return null;
        }

        // Envoy: what is pinned needs no roots; where there are roots they must vouch as well.
        if (material.Roots is not null && ((errors & SslPolicyErrors.RemoteCertificateChainErrors) != 0 || chain is null))
        {
            return string.Join(", ", chain?.ChainStatus.Select(status => status.StatusInformation.Trim()).Where(text => text.Length > 0).Distinct() ?? ["no chain"]);
        }

        if (material.Roots is null && trust.Hashes.IsEmpty && trust.KeyHashes.IsEmpty)
        {
            return "there are no roots to verify it by";
        }

        return RefuseRevoked(chain) ?? RefusePins(certificate) ?? RefuseNames(certificate);
    }

    private string? RefuseRevoked(X509Chain? chain)
    {
        if (material.Revocations is not { } lists || chain is null)
        {
            return null;
        }

        for (var index = 0; index < chain.ChainElements.Count - 1; index++)
        {
            if (RevocationList.Refuse(lists, chain.ChainElements[index].Certificate, chain.ChainElements[index + 1].Certificate, time.GetUtcNow()) is { } reason)
            {
                return reason;
            }
        }

        return null;
    }

    /// <summary>One of the pins of either kind is enough (Envoy).</summary>
    private string? RefusePins(X509Certificate2 certificate)
    {
        if (trust.Hashes.IsEmpty && trust.KeyHashes.IsEmpty)
        {
            return null;
        }

        var isPinned = trust.Hashes.Contains(certificate.GetCertHashString(HashAlgorithmName.SHA256))
            || trust.KeyHashes.Contains(Convert.ToBase64String(SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo())));
        return isPinned ? null : "neither the certificate nor its key is one of those that are named";
    }

    private string? RefuseNames(X509Certificate2 certificate) =>
        trust.Names.IsEmpty || SubjectAltNames.Read(certificate).Any(name => trust.Names.Any(wanted => Matches(name, wanted)))
            ? null
            : "its names are none of those that are asked for";

    // Envoy: an exact matcher takes a wildcard in a DNS name.
    private static bool Matches(SubjectAltName name, StringMatch wanted) =>
        name.Kind is SubjectAltNameKind.Dns && wanted.Kind is StringMatchKind.Exact
            ? SubjectAltName.IsDnsMatch(name.Value, wanted.Value)
            : new TextMatcher(wanted).Matches(name.Value);
}

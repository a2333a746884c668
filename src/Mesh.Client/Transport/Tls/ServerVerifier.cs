using System.Collections.Immutable;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Mesh.Client.Model;
using Mesh.Protocol.Spiffe;

namespace Mesh.Client.Transport.Tls;

/// <summary>Decides whether a server is the one that a policy means.</summary>
internal sealed class ServerVerifier(TlsPolicy policy, string serverName, ImmutableArray<RevocationList>? revocation, TimeProvider time)
{
    /// <param name="roots">Null for those of the operating system.</param>
    public X509ChainPolicy ChainPolicy(X509Certificate2Collection? roots)
    {
        var chain = new X509ChainPolicy
        {
            // Lists are those of the policy; nothing is fetched from the network in a handshake.
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
            VerificationTimeIgnored = false,
            VerificationTime = time.GetUtcNow().UtcDateTime,
        };
        if (roots is not null)
        {
            chain.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.CustomTrustStore.AddRange(roots);
        }

        if (policy.Trust is { AllowExpired: true })
        {
            chain.VerificationFlags = X509VerificationFlags.IgnoreNotTimeValid | X509VerificationFlags.IgnoreCtlNotTimeValid;
        }

        return chain;
    }

    /// <summary>Why the server is not believed; null when it is.</summary>
    public string? Refuse(X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (policy.Trust is not { } trust)
        {
            return null;
        }

        if (certificate is null || chain is null)
        {
            return "the server shows no certificate";
        }

        // The name is verified by the policy's rules below, not by the host name rule of the platform.
        if ((errors & SslPolicyErrors.RemoteCertificateChainErrors) != 0)
        {
            return string.Join(", ", chain.ChainStatus.Select(status => status.StatusInformation.Trim()).Where(text => text.Length > 0).Distinct());
        }

        return RefuseDepth(trust, chain) ?? RefuseRevoked(trust, chain) ?? RefuseName(certificate);
    }

    private static string? RefuseDepth(TlsTrust trust, X509Chain chain) =>
        trust.MaxDepth is { } limit && chain.ChainElements.Count - 2 > limit
            ? $"certificate chain too long: {chain.ChainElements.Count - 2} intermediate certificates, at most {limit} are believed"
            : null;

    private string? RefuseRevoked(TlsTrust trust, X509Chain chain)
    {
        if (revocation is not { } lists)
        {
            return null;
        }

        var checkedElements = trust.RevocationOfLeafOnly ? 1 : chain.ChainElements.Count - 1;
        for (var index = 0; index < checkedElements; index++)
        {
            var issuer = chain.ChainElements[Math.Min(index + 1, chain.ChainElements.Count - 1)].Certificate;
            if (RevocationList.Refuse(lists, chain.ChainElements[index].Certificate, issuer, time.GetUtcNow()) is { } reason)
            {
                return reason;
            }
        }

        return null;
    }

    private string? RefuseName(X509Certificate2 certificate)
    {
        if (policy.SubjectAltNames.IsEmpty && !policy.VerifyServerName)
        {
            return null;
        }

        var names = SubjectAltNames.Read(certificate);
        var matches = policy.SubjectAltNames.IsEmpty
            ? names.Any(name => name.IsFor(serverName))
            : names.Any(name => policy.SubjectAltNames.Any(match => SubjectAltNameMatching.Matches(name, match)));
        if (matches)
        {
            return null;
        }

        var expected = policy.SubjectAltNames.IsEmpty ? serverName : string.Join(", ", policy.SubjectAltNames.Select(match => match.Match.Value));
        return $"verify SAN list: expected {expected}, the certificate is for {(names.IsEmpty ? "no name" : string.Join(", ", names.Select(name => name.Value)))}";
    }
}

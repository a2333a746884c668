using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mesh.ControlPlane.Registry.Feeds;

namespace Mesh.ControlPlane.Registries.Http;

/// <summary>Whom a registry's certificate must come from, when that is not the machine's own list.</summary>
internal static class ServerRoots
{
    /// <summary>TLS that believes the roots of a PEM file alone; the platform's own when none is named.</summary>
    /// <exception cref="RegistryFailure">The file cannot be used.</exception>
    public static SslClientAuthenticationOptions Trusting(string? file)
    {
        if (string.IsNullOrEmpty(file))
        {
            return new SslClientAuthenticationOptions();
        }

        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        try
        {
            policy.CustomTrustStore.ImportFromPemFile(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new RegistryFailure($"{file}: expected root certificates in PEM: {exception.Message}", exception);
        }

        return policy.CustomTrustStore.Count > 0
            ? new SslClientAuthenticationOptions { CertificateChainPolicy = policy }
            : throw new RegistryFailure($"{file}: expected root certificates in PEM, got none.");
    }
}

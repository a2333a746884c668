using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mesh.ControlPlane.Kubernetes.Configuration;

namespace Mesh.ControlPlane.Kubernetes.Connection;

/// <summary>Makes the connections to an API server.</summary>
internal static class KubernetesHandler
{
    private const int MaxConnections = 64;

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    /// <exception cref="KubernetesFailure">The roots cannot be read.</exception>
    public static SocketsHttpHandler Create(KubernetesAccess access, CredentialSource credentials)
    {
        var handler = new SocketsHttpHandler
        {
            // A credential goes to nobody but the one who was named.
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = access.Proxy is not null,
            Proxy = access.Proxy is { } proxy ? ProxyOf(proxy) : null,
            ConnectTimeout = ConnectTimeout,
            PooledConnectionLifetime = TimeSpan.FromMinutes(15),
            MaxConnectionsPerServer = MaxConnections,
            EnableMultipleHttp2Connections = true,

            // A watch that is left never ends by itself.
            MaxResponseDrainSize = 0,
            KeepAlivePingDelay = TimeSpan.FromSeconds(30),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(15),
            AutomaticDecompression = DecompressionMethods.GZip,
        };
        if (access.Server.Scheme == Uri.UriSchemeHttps)
        {
            handler.SslOptions = TlsOf(access, credentials);
        }

        return handler;
    }

    private static WebProxy ProxyOf(Uri address)
    {
        var user = address.UserInfo.Split(':', 2);
        return new WebProxy(new UriBuilder(address) { UserName = "", Password = "" }.Uri)
        {
            Credentials = user[0].Length > 0 ? new NetworkCredential(Uri.UnescapeDataString(user[0]), Uri.UnescapeDataString(user.ElementAtOrDefault(1) ?? "")) : null,
        };
    }

    private static SslClientAuthenticationOptions TlsOf(KubernetesAccess access, CredentialSource credentials)
    {
        var tls = new SslClientAuthenticationOptions
        {
            TargetHost = access.TlsServerName,
            LocalCertificateSelectionCallback = (_, _, _, _, _) => credentials.Current?.Certificate!,
        };
        if (access.IsInsecure)
        {
#pragma warning disable CA5359 // Asked for twice: by the kubeconfig and by AllowInsecure.
            tls.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359
        }
        else if (access.Roots is { } roots)
        {
            tls.CertificateChainPolicy = TrustOnly(roots);
        }

        return tls;
    }

    private static X509ChainPolicy TrustOnly(string roots)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        try
        {
            policy.CustomTrustStore.ImportFromPem(roots);
        }
        catch (CryptographicException exception)
        {
            throw new KubernetesFailure($"The roots of the API server (certificate-authority) are not PEM: {exception.Message}", exception);
        }

        return policy.CustomTrustStore.Count > 0 ? policy : throw new KubernetesFailure("The roots of the API server (certificate-authority) hold no certificate.");
    }
}

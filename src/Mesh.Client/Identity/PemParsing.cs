using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Mesh.Client.Identity;

/// <summary>Makes certificates of PEM text.</summary>
internal static class PemParsing
{
    /// <summary>A certificate with its key, and the intermediate certificates that follow it.</summary>
    public static SslStreamCertificateContext Identity(string chain, string key)
    {
        var own = X509Certificate2.CreateFromPem(chain, key);
        var all = new X509Certificate2Collection();
        all.ImportFromPem(chain);
        return Context(own, [.. all.Skip(1)]);
    }

    /// <summary>A certificate with its key as TLS can use it.</summary>
    public static SslStreamCertificateContext Context(X509Certificate2 own, X509Certificate2Collection intermediates)
    {
        if (OperatingSystem.IsWindows())
        {
            // SChannel cannot use a key that lives in memory only.
            using var ephemeral = own;
            own = X509CertificateLoader.LoadPkcs12(ephemeral.Export(X509ContentType.Pfx), null);
        }

        return SslStreamCertificateContext.Create(own, intermediates, offline: true);
    }

    public static X509Certificate2Collection Roots(string pem)
    {
        var roots = new X509Certificate2Collection();
        roots.ImportFromPem(pem);
        return roots.Count > 0 ? roots : throw new CryptographicException("expected at least one certificate in PEM, got none");
    }
}

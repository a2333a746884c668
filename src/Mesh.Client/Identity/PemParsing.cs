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
        if (OperatingSystem.IsWindows())
        {
            // SChannel cannot use a key that lives in memory only.
            using var ephemeral = own;
            own = X509CertificateLoader.LoadPkcs12(ephemeral.Export(X509ContentType.Pfx), null);
        }

        var all = new X509Certificate2Collection();
        all.ImportFromPem(chain);
        return SslStreamCertificateContext.Create(own, [.. all.Skip(1)], offline: true);
    }

    public static X509Certificate2Collection Roots(string pem)
    {
        var roots = new X509Certificate2Collection();
        roots.ImportFromPem(pem);
        return roots.Count > 0 ? roots : throw new CryptographicException("expected at least one certificate in PEM, got none");
    }
}

using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Mesh.Client.Identity;

/// <summary>Certificates of this process under a name that TLS settings refer to (certificate_providers of the bootstrap, gRFC A29); asked at every handshake.</summary>
internal interface ICertificateProvider
{
    /// <summary>The certificate this process shows, with its key.</summary>
    /// <exception cref="CertificateUnavailableException">There is none now; the reason tells what to do.</exception>
    SslStreamCertificateContext GetIdentity(string certificate);

    /// <summary>The roots that this process believes.</summary>
    /// <exception cref="CertificateUnavailableException">There are none now; the reason tells what to do.</exception>
    X509Certificate2Collection GetRoots(string certificate);
}

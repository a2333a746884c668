using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Mesh.Protocol.Spiffe;

namespace Mesh.Client.Identity;

/// <summary>The certificate that this process shows, with its key.</summary>
/// <param name="Id">Who this process is.</param>
/// <param name="Context">Leaf, key and intermediate certificates, as TLS wants them.</param>
/// <param name="NotBefore">Since when it is valid.</param>
/// <param name="NotAfter">Until when it is valid.</param>
internal sealed record WorkloadSvid(SpiffeId Id, SslStreamCertificateContext Context, DateTimeOffset NotBefore, DateTimeOffset NotAfter)
{
    public X509Certificate2 Leaf => Context.TargetCertificate;
}

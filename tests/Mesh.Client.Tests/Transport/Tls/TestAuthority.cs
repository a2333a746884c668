using System.Net;
using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Mesh.Client.Tests.Transport.Tls;

/// <summary>A certificate authority for tests.</summary>
internal sealed class TestAuthority : IDisposable
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    private readonly X509Certificate2 _root;
    private int _serial;

    public TestAuthority(string name = "test root")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        _root = request.CreateSelfSigned(Now.AddDays(-2), Now.AddDays(30));
    }

    public string RootPem => _root.ExportCertificatePem();

    /// <summary>Names: <c>dns:…</c>, <c>uri:…</c> or <c>ip:…</c>.</summary>
    public X509Certificate2 Issue(string[] names, TimeSpan? validity = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=never a name", key, HashAlgorithmName.SHA256);
        var builder = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
        {
            var value = name[(name.IndexOf(':', StringComparison.Ordinal) + 1)..];
            switch (name[..3])
            {
                case "dns":
                    builder.AddDnsName(value);
                    break;
                case "uri":
                    builder.AddUri(new Uri(value));
                    break;
                default:
                    builder.AddIpAddress(IPAddress.Parse(value));
                    break;
            }
        }

        request.CertificateExtensions.Add(builder.Build());
        using var certificate = request.Create(_root, Now.AddDays(-1), Now + (validity ?? TimeSpan.FromDays(1)), BitConverter.GetBytes(++_serial + 1000));
        return certificate.CopyWithPrivateKey(key);
    }

    public string RevocationList(params X509Certificate2[] revoked)
    {
        var builder = new CertificateRevocationListBuilder();
        foreach (var certificate in revoked)
        {
            builder.AddEntry(certificate);
        }

        var list = builder.Build(_root, BigInteger.One, Now.AddDays(1), HashAlgorithmName.SHA256);
        return PemEncoding.WriteString("X509 CRL", list);
    }

    public void Dispose() => _root.Dispose();
}

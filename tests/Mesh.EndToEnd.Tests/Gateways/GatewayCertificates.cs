using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Mesh.EndToEnd.Tests.Gateways;

/// <summary>Makes certificates, and Secrets of them, as a user of a gateway would.</summary>
internal static class GatewayCertificates
{
    public static string Secret(string name, X509Certificate2 certificate, X509Certificate2? roots = null, string @namespace = "default") => $"""
        apiVersion: v1
        kind: Secret
        metadata: {"{"}name: {name}, namespace: {@namespace}{"}"}
        type: kubernetes.io/tls
        data:
          tls.crt: {Text(certificate.ExportCertificatePem())}
          tls.key: {Text(certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem())}
          ca.crt: {Text((roots ?? certificate).ExportCertificatePem())}
        ---

        """;

    /// <summary>Roots alone, under the name of istiod's companion.</summary>
    public static string Roots(string name, X509Certificate2 roots) => $"""
        apiVersion: v1
        kind: Secret
        metadata: {"{"}name: {name}-cacert{"}"}
        data: {"{"}cacert: {Text(roots.ExportCertificatePem())}{"}"}
        ---

        """;

    private static string Text(string pem) => Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes(pem));

    public static X509Certificate2 Certificate(string name, bool isAuthority = false)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = Request(name, key, isAuthority);
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(1));
    }

    public static X509Certificate2 Issue(X509Certificate2 authority, string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var issued = Request(name, key, isAuthority: false).Create(authority, DateTimeOffset.UtcNow.AddMinutes(-30), DateTimeOffset.UtcNow.AddMinutes(30), RandomNumberGenerator.GetBytes(8));
        using var own = issued.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(own.Export(X509ContentType.Pfx), null);
    }

    private static CertificateRequest Request(string name, ECDsa key, bool isAuthority)
    {
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, false, 0, true));
        if (!isAuthority)
        {
            var names = new SubjectAlternativeNameBuilder();
            names.AddDnsName(name);
            request.CertificateExtensions.Add(names.Build());
        }

        return request;
    }
}

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Mesh.Client.Identity.Issuing;

/// <summary>A private key that was made in this process and never leaves it.</summary>
internal sealed class WorkloadKey : IDisposable
{
    private readonly AsymmetricAlgorithm _key;

    public WorkloadKey(WorkloadKeyType type) => _key = type switch
    {
        WorkloadKeyType.EcdsaP256 => ECDsa.Create(ECCurve.NamedCurves.nistP256),
        WorkloadKeyType.EcdsaP384 => ECDsa.Create(ECCurve.NamedCurves.nistP384),
        WorkloadKeyType.Rsa2048 => RSA.Create(2048),
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "expected a known kind of key"),
    };

    /// <summary>A signing request in PEM (PKCS#10). Its names are a courtesy: an authority takes them from the caller, never from here.</summary>
    public string CreateSigningRequest(string uri)
    {
        var subject = new X500DistinguishedName("");
        var request = _key is RSA rsa
            ? new CertificateRequest(subject, rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : new CertificateRequest(subject, (ECDsa)_key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddUri(new Uri(uri));
        request.CertificateExtensions.Add(names.Build(critical: true));
        return request.CreateSigningRequestPem();
    }

    /// <exception cref="ArgumentException">The certificate is of another key.</exception>
    public X509Certificate2 Attach(X509Certificate2 certificate) =>
        _key is RSA rsa ? certificate.CopyWithPrivateKey(rsa) : certificate.CopyWithPrivateKey((ECDsa)_key);

    public void Dispose() => _key.Dispose();
}

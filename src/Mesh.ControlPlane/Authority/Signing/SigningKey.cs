using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Mesh.ControlPlane.Authority.Signing;

/// <summary>A private key of the authority, and what it signs with; may be used from any thread.</summary>
internal sealed class SigningKey
{
    private const int MinRsaBits = 2048;
    private const int MinCurveBits = 256;

    private readonly AsymmetricAlgorithm _key;

    private SigningKey(AsymmetricAlgorithm key, HashAlgorithmName hash, X509SignatureGenerator generator)
    {
        (_key, Hash) = (key, hash);
        Generator = new LockedSignatureGenerator(generator);
    }

    public HashAlgorithmName Hash { get; }

    public X509SignatureGenerator Generator { get; }

    public PublicKey PublicKey => Generator.PublicKey;

    public static SigningKey Create(AuthorityKeyAlgorithm algorithm) => algorithm switch
    {
        AuthorityKeyAlgorithm.Rsa3072 => Of(RSA.Create(3072)),
        _ => Of(ECDsa.Create(ECCurve.NamedCurves.nistP256)),
    };

    /// <summary>Reads PKCS#8, PKCS#1 or SEC 1 in PEM, not encrypted.</summary>
    /// <exception cref="CryptographicException">It holds no key that may sign.</exception>
    public static SigningKey Parse(string pem)
    {
        var elliptic = ECDsa.Create();
        try
        {
            elliptic.ImportFromPem(pem);
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            elliptic.Dispose();
            return ParseRsa(pem);
        }

        return elliptic.KeySize >= MinCurveBits
            ? Of(elliptic)
            : throw new CryptographicException($"expected a curve of at least {MinCurveBits} bits, got {elliptic.KeySize}");
    }

    /// <summary>PKCS#8 in PEM.</summary>
    public string ToPem() => _key.ExportPkcs8PrivateKeyPem() + "\n";

    public bool IsKeyOf(X509Certificate2 certificate) =>
        PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(certificate.PublicKey.ExportSubjectPublicKeyInfo());

    /// <summary>The certificate with this key, as the platform's own signers want it.</summary>
    public X509Certificate2 AddTo(X509Certificate2 certificate) =>
        _key is RSA rsa ? certificate.CopyWithPrivateKey(rsa) : certificate.CopyWithPrivateKey((ECDsa)_key);

    private static SigningKey ParseRsa(string pem)
    {
        var rsa = RSA.Create();
        try
        {
            rsa.ImportFromPem(pem);
        }
        catch (ArgumentException exception)
        {
            throw new CryptographicException("expected an ECDSA or RSA private key in PEM that is not encrypted", exception);
        }

        return rsa.KeySize >= MinRsaBits ? Of(rsa) : throw new CryptographicException($"expected an RSA key of at least {MinRsaBits} bits, got {rsa.KeySize}");
    }

    private static SigningKey Of(RSA key) => new(key, HashAlgorithmName.SHA256, X509SignatureGenerator.CreateForRSA(key, RSASignaturePadding.Pkcs1));

    private static SigningKey Of(ECDsa key) => new(key, HashOf(key.KeySize), X509SignatureGenerator.CreateForECDsa(key));

    private static HashAlgorithmName HashOf(int bits) =>
        bits <= 256 ? HashAlgorithmName.SHA256 : bits <= 384 ? HashAlgorithmName.SHA384 : HashAlgorithmName.SHA512;
}

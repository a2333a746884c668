using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;

namespace Mesh.Protocol.Spiffe;

/// <summary>Refuses keys and signatures that can be forged: RSA below 2,048 bits, curves below 256, anything signed with MD5 or SHA-1.</summary>
internal static class CertificateStrength
{
    private const int MinRsaBits = 2048;
    private const int MinCurveBits = 256;
    private const string RsaPssOid = "1.2.840.113549.1.1.10";

    private static readonly string[] StrongHashes = ["2.16.840.1.101.3.4.2.1", "2.16.840.1.101.3.4.2.2", "2.16.840.1.101.3.4.2.3"];

    // What is not known to be strong is not taken (RFC 8017, RFC 5758, RFC 8410).
    private static readonly string[] StrongSignatures =
    [
        "1.2.840.113549.1.1.11", "1.2.840.113549.1.1.12", "1.2.840.113549.1.1.13",
        "1.2.840.10045.4.3.2", "1.2.840.10045.4.3.3", "1.2.840.10045.4.3.4",
        "1.3.101.112", "1.3.101.113",
    ];

    /// <summary>Why a certificate is too weak; null when it is not.</summary>
    public static string? Refuse(X509Certificate2 certificate, bool checkSignature)
    {
        if (checkSignature && !IsSignedStrongly(certificate))
        {
            return $"expected a signature with SHA-256 or better, got {certificate.SignatureAlgorithm.FriendlyName ?? certificate.SignatureAlgorithm.Value}";
        }

        using var rsa = certificate.GetRSAPublicKey();
        if (rsa is { KeySize: < MinRsaBits })
        {
            return $"expected an RSA key of at least {MinRsaBits} bits, got {rsa.KeySize}";
        }

        using var curve = certificate.GetECDsaPublicKey();
        return curve is { KeySize: < MinCurveBits } ? $"expected a curve of at least {MinCurveBits} bits, got {curve.KeySize}" : null;
    }

    private static bool IsSignedStrongly(X509Certificate2 certificate) => certificate.SignatureAlgorithm.Value switch
    {
        RsaPssOid => StrongHashes.Contains(ReadPssHash(certificate)),
        var oid => StrongSignatures.Contains(oid),
    };

    /// <summary>RFC 4055 3.1: the hash is a parameter, and SHA-1 when there is none.</summary>
    private static string? ReadPssHash(X509Certificate2 certificate)
    {
        try
        {
            var outer = new AsnReader(certificate.RawDataMemory, AsnEncodingRules.DER).ReadSequence();
            outer.ReadEncodedValue();
            var algorithm = outer.ReadSequence();
            algorithm.ReadObjectIdentifier();
            var parameters = algorithm.ReadSequence();
            var hashTag = new Asn1Tag(TagClass.ContextSpecific, 0);
            return parameters.HasData && parameters.PeekTag().HasSameClassAndValue(hashTag)
                ? parameters.ReadSequence(hashTag).ReadSequence().ReadObjectIdentifier()
                : null;
        }
        catch (AsnContentException)
        {
            return null;
        }
    }
}

using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Mesh.ControlPlane.Authority.Signing;

/// <summary>Takes the public key out of a PKCS#10 request (RFC 2986) after checking that its sender holds the private one; all else in it is what the sender wishes, and does not count (S31, S32).</summary>
internal static class SigningRequestReader
{
    /// <summary>An RSA-8192 request with a dozen names is half of it.</summary>
    public const int MaxLength = 16 * 1024;

    private const int MinRsaBits = 2048;
    private const int MaxRsaBits = 8192;
    private const string Label = "CERTIFICATE REQUEST";
    private const string OldLabel = "NEW CERTIFICATE REQUEST";
    private const string ExtensionRequestOid = "1.2.840.113549.1.9.14";

    // SHA-256, 384, 512 with RSA (PKCS#1 v1.5) and ECDSA, and RSA-PSS. MD5 and SHA-1 can be forged.
    private static readonly string[] Signatures =
    [
        "1.2.840.113549.1.1.11", "1.2.840.113549.1.1.12", "1.2.840.113549.1.1.13", "1.2.840.113549.1.1.10",
        "1.2.840.10045.4.3.2", "1.2.840.10045.4.3.3", "1.2.840.10045.4.3.4",
    ];

    private static readonly string[] Curves = ["1.2.840.10045.3.1.7", "1.3.132.0.34", "1.3.132.0.35"];

    // Names, usages, constraints and key id: known, and replaced by ours.
    private static readonly string[] KnownExtensions = ["2.5.29.17", "2.5.29.15", "2.5.29.37", "2.5.29.19", "2.5.29.14"];

    /// <exception cref="SigningRequestException">It is not one that would be signed.</exception>
    public static PublicKey Read(string pem)
    {
        if (pem.Length > MaxLength)
        {
            throw new SigningRequestException($"expected a request of at most {MaxLength} characters, got {pem.Length}");
        }

        try
        {
            var der = Decode(pem);
            CheckForm(der);
            var request = CertificateRequest.LoadSigningRequest(der, HashAlgorithmName.SHA256, CertificateRequestLoadOptions.Default, RSASignaturePadding.Pkcs1);
            CheckKey(request.PublicKey);
            return request.PublicKey;
        }
        catch (Exception exception) when (exception is CryptographicException or AsnContentException or NotSupportedException or FormatException or ArgumentException)
        {
            throw new SigningRequestException($"expected a PKCS#10 request that is signed with its own key: {exception.Message}", exception);
        }
    }

    private static byte[] Decode(string pem)
    {
        if (!PemEncoding.TryFind(pem, out var fields) || pem[fields.Label] is not (Label or OldLabel))
        {
            throw new SigningRequestException($"expected one '{Label}' in PEM");
        }

        return PemEncoding.TryFind(pem.AsSpan(fields.Location.End.Value), out _)
            ? throw new SigningRequestException($"expected one '{Label}' in PEM, got more")
            : Convert.FromBase64String(pem[fields.Base64Data]);
    }

    private static void CheckForm(byte[] der)
    {
        var outer = new AsnReader(der, AsnEncodingRules.DER);
        var request = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        var content = request.ReadSequence();
        var signature = request.ReadSequence().ReadObjectIdentifier();
        if (!Signatures.Contains(signature))
        {
            throw new SigningRequestException($"expected a signature by RSA or ECDSA with SHA-256, SHA-384 or SHA-512, got algorithm {signature}");
        }

        content.ReadInteger();
        content.ReadEncodedValue();
        content.ReadEncodedValue();
        if (content.HasData)
        {
            CheckAttributes(content.ReadSetOf(skipSortOrderValidation: true, new Asn1Tag(TagClass.ContextSpecific, 0)));
        }
    }

    private static void CheckAttributes(AsnReader attributes)
    {
        while (attributes.HasData)
        {
            var attribute = attributes.ReadSequence();
            var type = attribute.ReadObjectIdentifier();
            var values = attribute.ReadSetOf(skipSortOrderValidation: true);
            while (type == ExtensionRequestOid && values.HasData)
            {
                CheckExtensions(values.ReadSequence());
            }
        }
    }

    private static void CheckExtensions(AsnReader extensions)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (extensions.HasData)
        {
            var extension = extensions.ReadSequence();
            var oid = extension.ReadObjectIdentifier();
            var isCritical = extension.PeekTag().HasSameClassAndValue(Asn1Tag.Boolean) && extension.ReadBoolean();
            extension.ReadOctetString();
            extension.ThrowIfNotEmpty();
            if (!seen.Add(oid))
            {
                throw new SigningRequestException($"expected every extension once, got {oid} again");
            }

            // Who calls it critical wants no certificate without it, and this authority does not know what it says.
            if (isCritical && !KnownExtensions.Contains(oid))
            {
                throw new SigningRequestException($"the critical extension {oid} is not known here; leave it out");
            }
        }
    }

    private static void CheckKey(PublicKey key)
    {
        using var rsa = key.GetRSAPublicKey();
        if (rsa is not null)
        {
            if (rsa.KeySize is < MinRsaBits or > MaxRsaBits)
            {
                throw new SigningRequestException($"expected an RSA key of {MinRsaBits} to {MaxRsaBits} bits, got {rsa.KeySize}");
            }

            return;
        }

        using var elliptic = key.GetECDsaPublicKey();
        var curve = elliptic?.ExportParameters(includePrivateParameters: false).Curve.Oid?.Value;
        if (curve is null || !Curves.Contains(curve))
        {
            throw new SigningRequestException($"expected a key on P-256, P-384 or P-521, or an RSA key, got {curve ?? key.Oid.Value}");
        }
    }
}

using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using Mesh.Protocol.Spiffe;

namespace Mesh.Client.Identity.Documents;

/// <summary>Documents that a workload leaves for itself where others might write: signed with its certificate of the mesh (CMS SignedData, RFC 5652), so that only what it wrote itself, unchanged and lately, is read again (S49).</summary>
internal static class SealedDocument
{
    /// <summary>Of the sealed form.</summary>
    public const int MaxLength = 64 * 1024 * 1024;

    private const string DataOid = "1.2.840.113549.1.7.1";
    private const string Sha256Oid = "2.16.840.1.101.3.4.2.1";

    /// <summary>Clocks of one machine are set back by a little now and then.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(1);

    /// <param name="content">What is to be kept.</param>
    /// <param name="kind">What it is; the seal of one kind is none for another.</param>
    /// <param name="svid">Whose document it is; its key signs.</param>
    /// <param name="intermediates">Between its certificate and the root.</param>
    /// <param name="now">When it is sealed.</param>
    /// <returns>DER, with content, leaf and intermediates inside.</returns>
    public static byte[] Seal(ReadOnlySpan<byte> content, string kind, X509Certificate2 svid, IEnumerable<X509Certificate2> intermediates, DateTimeOffset now)
    {
        var signer = new CmsSigner(SubjectIdentifierType.IssuerAndSerialNumber, svid)
        {
            DigestAlgorithm = new Oid(Sha256Oid),
            IncludeOption = X509IncludeOption.EndCertOnly,
            SignedAttributes = { new Pkcs9SigningTime(now.UtcDateTime), ContentHint.Of(kind) },
        };
        foreach (var intermediate in intermediates)
        {
            signer.Certificates.Add(intermediate);
        }

        var cms = new SignedCms(new ContentInfo(new Oid(DataOid), content.ToArray()), detached: false);
        cms.ComputeSignature(signer, silent: true);
        return cms.Encode();
    }

    /// <summary>The content, if this workload sealed it as that kind not longer ago than allowed.</summary>
    /// <param name="sealedContent">As <see cref="Seal"/> made it, if nobody changed it.</param>
    /// <param name="kind">What is expected.</param>
    /// <param name="owner">Who must have sealed it.</param>
    /// <param name="bundles">Whom this process believes; its revocation lists count too.</param>
    /// <param name="maxAge">Older ones are refused.</param>
    /// <param name="now">The time that counts.</param>
    public static OpenedDocument Open(ReadOnlySpan<byte> sealedContent, string kind, SpiffeId owner, TrustBundles bundles, TimeSpan maxAge, DateTimeOffset now)
    {
        if (sealedContent.Length > MaxLength)
        {
            return OpenedDocument.Refuse(SealReasons.Malformed, $"expected at most {MaxLength} bytes, got {sealedContent.Length}");
        }

        try
        {
            return Check(Decode(sealedContent), kind, owner, bundles, maxAge, now);
        }
        catch (Exception exception) when (exception is CryptographicException or AsnContentException or ArgumentException)
        {
            return OpenedDocument.Refuse(SealReasons.Malformed, $"not a signed document: {exception.Message}");
        }
    }

    /// <exception cref="CryptographicException">It is no signed document, or something follows it.</exception>
    private static SignedCms Decode(ReadOnlySpan<byte> content)
    {
        AsnDecoder.ReadEncodedValue(content, AsnEncodingRules.BER, out _, out _, out var length);
        if (length != content.Length)
        {
            throw new CryptographicException($"{content.Length - length} bytes follow it");
        }

        var cms = new SignedCms();
        cms.Decode(content);
        return cms;
    }

    private static OpenedDocument Check(SignedCms cms, string kind, SpiffeId owner, TrustBundles bundles, TimeSpan maxAge, DateTimeOffset now)
    {
        // Unsigned attributes and further signers could be added by anybody.
        if (cms.SignerInfos.Count != 1 || cms.SignerInfos[0] is not { Certificate: { } leaf } signer)
        {
            return OpenedDocument.Refuse(SealReasons.Unsigned, $"expected one signature with its certificate, got {cms.SignerInfos.Count}");
        }

        if (signer.UnsignedAttributes.Count > 0 || cms.ContentInfo.ContentType.Value != DataOid || signer.DigestAlgorithm.Value != Sha256Oid)
        {
            return OpenedDocument.Refuse(SealReasons.Malformed, "expected data with a SHA-256 digest and signed attributes alone");
        }

        if (!IsSignatureGood(signer))
        {
            return OpenedDocument.Refuse(SealReasons.Tampered, "the signature is not that of the content");
        }

        if (SigningTime(signer) is not { } sealedAt || ContentHint.Read(signer) is not { } hint)
        {
            return OpenedDocument.Refuse(SealReasons.Malformed, "expected one signing time and one content hint among the signed attributes");
        }

        return CheckSigner(cms, leaf, owner, bundles, sealedAt)
            ?? CheckUse(hint, kind, sealedAt, maxAge, now)
            ?? OpenedDocument.Accept(cms.ContentInfo.Content, sealedAt);
    }

    private static bool IsSignatureGood(SignerInfo signer)
    {
        try
        {
            // Whether the certificate is to be believed is SvidVerifier's question.
            signer.CheckSignature(verifySignatureOnly: true);
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    /// <summary>As it was when the document was sealed: a workload that comes back after its certificate has ended still knows its own hand, for as long as the age allows.</summary>
    private static OpenedDocument? CheckSigner(SignedCms cms, X509Certificate2 leaf, SpiffeId owner, TrustBundles bundles, DateTimeOffset sealedAt)
    {
        var presented = cms.Certificates;
        presented.Remove(leaf);
        var verdict = SvidVerifier.Verify(leaf, presented, bundles, SvidUsage.Client, sealedAt);
        if (!verdict.IsAccepted)
        {
            return OpenedDocument.Refuse(verdict.Reason, verdict.Detail ?? "");
        }

        return verdict.Id == owner ? null : OpenedDocument.Refuse(SealReasons.Foreign, $"expected the seal of '{owner}', got that of '{verdict.Id}'");
    }

    private static OpenedDocument? CheckUse(string hint, string kind, DateTimeOffset sealedAt, TimeSpan maxAge, DateTimeOffset now)
    {
        if (hint != kind)
        {
            return OpenedDocument.Refuse(SealReasons.OtherKind, $"expected a document of kind '{kind}', got another");
        }

        return sealedAt > now + Tolerance ? OpenedDocument.Refuse(SealReasons.FromTheFuture, $"sealed at {sealedAt.UtcDateTime:u}, now is {now.UtcDateTime:u}")
            : now - sealedAt > maxAge ? OpenedDocument.Refuse(SealReasons.TooOld, $"sealed at {sealedAt.UtcDateTime:u}, more than {maxAge} before now, {now.UtcDateTime:u}")
            : null;
    }

    private static DateTimeOffset? SigningTime(SignerInfo signer) =>
        signer.SignedAttributes.Cast<CryptographicAttributeObject>().SelectMany(attribute => attribute.Values.Cast<AsnEncodedData>()).OfType<Pkcs9SigningTime>().ToArray() is [var time]
            ? new DateTimeOffset(DateTime.SpecifyKind(time.SigningTime, DateTimeKind.Utc))
            : null;
}

using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;

namespace Mesh.Client.Identity.Documents;

/// <summary>The signed attribute that says what a document is (RFC 2634 2.9): a seal of one kind cannot be shown for another.</summary>
internal static class ContentHint
{
    private const string AttributeOid = "1.2.840.113549.1.9.16.2.4";
    private const string DataOid = "1.2.840.113549.1.7.1";

    public static AsnEncodedData Of(string kind)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteCharacterString(UniversalTagNumber.UTF8String, kind);
            writer.WriteObjectIdentifier(DataOid);
        }

        return new AsnEncodedData(new Oid(AttributeOid), writer.Encode());
    }

    /// <returns>Null when there is none, or more than one.</returns>
    /// <exception cref="AsnContentException">It is malformed.</exception>
    public static string? Read(SignerInfo signer)
    {
        var hints = signer.SignedAttributes.Cast<CryptographicAttributeObject>()
            .Where(attribute => attribute.Oid.Value == AttributeOid)
            .SelectMany(attribute => attribute.Values.Cast<AsnEncodedData>())
            .ToArray();
        return hints is [var hint]
            ? new AsnReader(hint.RawData, AsnEncodingRules.DER).ReadSequence().ReadCharacterString(UniversalTagNumber.UTF8String)
            : null;
    }
}

using System.Collections.Immutable;
using System.Formats.Asn1;
using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace Mesh.Protocol.Spiffe;

/// <summary>Reads the names of a certificate from its DER (RFC 5280 4.2.1.6); the common name is never one (RFC 9525 6.1).</summary>
/// <remarks>The platform's own reader knows no URIs, and its <c>GetNameInfo</c> silently returns the first of several.</remarks>
internal static class SubjectAltNames
{
    private const string ExtensionOid = "2.5.29.17";
    private const int LastGeneralNameTag = 8;

    private static readonly Asn1Tag EmailTag = new(TagClass.ContextSpecific, 1);
    private static readonly Asn1Tag DnsTag = new(TagClass.ContextSpecific, 2);
    private static readonly Asn1Tag UriTag = new(TagClass.ContextSpecific, 6);
    private static readonly Asn1Tag IpAddressTag = new(TagClass.ContextSpecific, 7);

    /// <summary>The names of a certificate; none when they cannot be read as the standard demands.</summary>
    public static ImmutableArray<SubjectAltName> Read(X509Certificate2 certificate)
    {
        var names = Read(certificate, out var error);

        // Names before a broken one could be there to deceive: a certificate that cannot be read is for nobody.
        return error is null ? names : [];
    }

    /// <param name="certificate">Whose names.</param>
    /// <param name="error">Why the names must not be believed; null when they may.</param>
    /// <returns>What could be read of all extensions of that kind, also when there is an error: to say what was tried.</returns>
    public static ImmutableArray<SubjectAltName> Read(X509Certificate2 certificate, out string? error)
    {
        var names = ImmutableArray.CreateBuilder<SubjectAltName>();
        var extensions = 0;
        error = null;
        foreach (var extension in certificate.Extensions)
        {
            if (extension.Oid?.Value == ExtensionOid)
            {
                extensions++;
                error = Read(extension.RawData, names) ?? error;
            }
        }

        // RFC 5280 4.2: no more than one of a kind. Readers that stop at the first would see another name than those that go on.
        error ??= extensions > 1 ? $"expected one subjectAltName extension, got {extensions}" : null;
        return names.ToImmutable();
    }

    /// <summary>Reads the value of one extension; returns why it must not be believed.</summary>
    internal static string? Read(ReadOnlyMemory<byte> der, ImmutableArray<SubjectAltName>.Builder names)
    {
        try
        {
            var reader = new AsnReader(der, AsnEncodingRules.DER);
            var sequence = reader.ReadSequence();
            reader.ThrowIfNotEmpty();
            while (sequence.HasData)
            {
                if (ReadName(sequence) is { } name)
                {
                    names.Add(name);
                }
            }

            return names.Any(static name => name.Value.AsSpan().ContainsAnyInRange('\0', '\x1f') || name.Value.Contains('\x7f'))
                ? "a name holds a control character"
                : null;
        }
        catch (Exception exception) when (exception is AsnContentException or ArgumentException)
        {
            return exception.Message;
        }
    }

    private static SubjectAltName? ReadName(AsnReader names)
    {
        var tag = names.PeekTag();
        if (tag.TagClass != TagClass.ContextSpecific || tag.TagValue > LastGeneralNameTag)
        {
            throw new AsnContentException($"expected a general name, got tag {tag}");
        }

        if (tag.HasSameClassAndValue(EmailTag))
        {
            return new(SubjectAltNameKind.Email, names.ReadCharacterString(UniversalTagNumber.IA5String, EmailTag));
        }

        if (tag.HasSameClassAndValue(DnsTag))
        {
            return new(SubjectAltNameKind.Dns, names.ReadCharacterString(UniversalTagNumber.IA5String, DnsTag));
        }

        if (tag.HasSameClassAndValue(UriTag))
        {
            return new(SubjectAltNameKind.Uri, names.ReadCharacterString(UniversalTagNumber.IA5String, UriTag));
        }

        if (tag.HasSameClassAndValue(IpAddressTag))
        {
            return new(SubjectAltNameKind.IpAddress, new IPAddress(names.ReadOctetString(IpAddressTag)).ToString());
        }

        names.ReadEncodedValue();
        return null;
    }
}

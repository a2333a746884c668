using System.Collections.Immutable;
using System.Formats.Asn1;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using Mesh.Client.Model;

namespace Mesh.Client.Transport.Tls;

/// <summary>Reads the names of a certificate from its DER (RFC 5280 4.2.1.6) and compares them; the common name is never one (RFC 9525 6.1).</summary>
internal static class SubjectAltNames
{
    private const string ExtensionOid = "2.5.29.17";

    private static readonly Asn1Tag EmailTag = new(TagClass.ContextSpecific, 1);
    private static readonly Asn1Tag DnsTag = new(TagClass.ContextSpecific, 2);
    private static readonly Asn1Tag UriTag = new(TagClass.ContextSpecific, 6);
    private static readonly Asn1Tag IpAddressTag = new(TagClass.ContextSpecific, 7);

    public static ImmutableArray<SubjectAltName> Read(X509Certificate2 certificate)
    {
        var names = ImmutableArray.CreateBuilder<SubjectAltName>();
        foreach (var extension in certificate.Extensions)
        {
            if (extension.Oid?.Value == ExtensionOid)
            {
                Read(extension.RawData, names);
            }
        }

        return names.ToImmutable();
    }

    /// <summary>Whether the name is that of a server which was asked for by a host name or an IP address.</summary>
    public static bool IsFor(SubjectAltName name, string serverName) => IPAddress.TryParse(serverName.Trim('[', ']'), out var address)
        ? name.Kind == SubjectAltNameKind.IpAddress && address.ToString() == name.Value
        : name.Kind == SubjectAltNameKind.Dns && IsDnsMatch(name.Value, serverName);

    public static bool Matches(SubjectAltName name, SubjectAltNameMatch expected)
    {
        if (expected.Kind is { } kind && kind != name.Kind)
        {
            return false;
        }

        var (match, comparison) = (expected.Match, expected.Match.IgnoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal);
        return match.Kind switch
        {
            // DNS names know no case, and a certificate's may begin with a wildcard (gRFC A29, Envoy).
            StringMatchKind.Exact when name.Kind == SubjectAltNameKind.Dns => IsDnsMatch(name.Value, match.Value),
            StringMatchKind.Exact => name.Value.Equals(match.Value, comparison),
            StringMatchKind.Prefix => name.Value.StartsWith(match.Value, comparison),
            StringMatchKind.Suffix => name.Value.EndsWith(match.Value, comparison),
            StringMatchKind.Contains => name.Value.Contains(match.Value, comparison),
            _ => Regex.IsMatch(name.Value, Re2Pattern.ToFullMatch(match.Value), match.IgnoreCase ? Re2Pattern.Options | RegexOptions.IgnoreCase : Re2Pattern.Options),
        };
    }

    /// <summary>A wildcard stands for one whole label, the first (RFC 9525 6.3).</summary>
    private static bool IsDnsMatch(string pattern, string name)
    {
        pattern = pattern.TrimEnd('.');
        name = name.TrimEnd('.');
        if (!pattern.StartsWith("*.", StringComparison.Ordinal))
        {
            return pattern.Equals(name, StringComparison.OrdinalIgnoreCase);
        }

        var dot = name.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && pattern.AsSpan(1).Equals(name.AsSpan(dot), StringComparison.OrdinalIgnoreCase) && pattern.AsSpan(2).Contains('.');
    }

    private static void Read(ReadOnlyMemory<byte> der, ImmutableArray<SubjectAltName>.Builder names)
    {
        try
        {
            var sequence = new AsnReader(der, AsnEncodingRules.DER).ReadSequence();
            while (sequence.HasData)
            {
                var tag = sequence.PeekTag();
                if (tag.HasSameClassAndValue(EmailTag))
                {
                    names.Add(new(SubjectAltNameKind.Email, sequence.ReadCharacterString(UniversalTagNumber.IA5String, EmailTag)));
                }
                else if (tag.HasSameClassAndValue(DnsTag))
                {
                    names.Add(new(SubjectAltNameKind.Dns, sequence.ReadCharacterString(UniversalTagNumber.IA5String, DnsTag)));
                }
                else if (tag.HasSameClassAndValue(UriTag))
                {
                    names.Add(new(SubjectAltNameKind.Uri, sequence.ReadCharacterString(UniversalTagNumber.IA5String, UriTag)));
                }
                else if (tag.HasSameClassAndValue(IpAddressTag))
                {
                    names.Add(new(SubjectAltNameKind.IpAddress, new IPAddress(sequence.ReadOctetString(IpAddressTag)).ToString()));
                }
                else
                {
                    sequence.ReadEncodedValue();
                }
            }
        }
        catch (Exception exception) when (exception is AsnContentException or ArgumentException)
        {
            // The names before the broken one could be there to deceive: a certificate that cannot be read is for nobody.
            names.Clear();
        }
    }
}

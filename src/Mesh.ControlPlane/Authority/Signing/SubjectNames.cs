using System.Formats.Asn1;
using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace Mesh.ControlPlane.Authority.Signing;

/// <summary>Writes the names of a certificate exactly as given (RFC 5280 4.2.1.6); a builder that takes a <see cref="Uri"/> would normalise them.</summary>
internal static class SubjectNames
{
    private const string SubjectAltNameOid = "2.5.29.17";
    private const string NameConstraintsOid = "2.5.29.30";

    private static readonly Asn1Tag DnsTag = new(TagClass.ContextSpecific, 2);
    private static readonly Asn1Tag UriTag = new(TagClass.ContextSpecific, 6);
    private static readonly Asn1Tag IpAddressTag = new(TagClass.ContextSpecific, 7);
    private static readonly Asn1Tag PermittedTag = new(TagClass.ContextSpecific, 0);

    /// <summary>One URI, and for servers that are also reached by name, those names.</summary>
    /// <param name="uri">A SPIFFE id.</param>
    /// <param name="isCritical">RFC 5280 demands it where the subject is empty.</param>
    /// <param name="dnsNames">None for workloads.</param>
    /// <param name="addresses">None for workloads.</param>
    public static X509Extension Write(string uri, bool isCritical, IEnumerable<string> dnsNames, IEnumerable<IPAddress> addresses)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteCharacterString(UniversalTagNumber.IA5String, uri, UriTag);
            foreach (var name in dnsNames)
            {
                writer.WriteCharacterString(UniversalTagNumber.IA5String, name, DnsTag);
            }

            foreach (var address in addresses)
            {
                writer.WriteOctetString(address.GetAddressBytes(), IpAddressTag);
            }
        }

        return new X509Extension(SubjectAltNameOid, writer.Encode(), isCritical);
    }

    /// <summary>Only URIs of this host, so that an authority's key is worth nothing in another trust domain (RFC 5280 4.2.1.10; names of other kinds stay free).</summary>
    public static X509Extension PermitOnly(string trustDomain)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        using (writer.PushSequence(PermittedTag))
        using (writer.PushSequence())
        {
            writer.WriteCharacterString(UniversalTagNumber.IA5String, trustDomain, UriTag);
        }

        return new X509Extension(NameConstraintsOid, writer.Encode(), critical: true);
    }
}

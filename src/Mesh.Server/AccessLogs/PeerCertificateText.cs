using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mesh.Client.AccessLogs.Formats;
using Mesh.Client.Actions;

namespace Mesh.Server.AccessLogs;

/// <summary>Writes what the certificate of a caller says, as Envoy's operators have it.</summary>
internal static class PeerCertificateText
{
    /// <summary>False when the operator is another one, or there is nothing to write.</summary>
    public static bool TryWrite(LogOperator part, X509Certificate2? certificate, LogText text)
    {
        if (certificate is null || Find(part, certificate) is not { Length: > 0 } value)
        {
            return false;
        }

        text.AppendForeign(value);
        return true;
    }

    private static string? Find(LogOperator part, X509Certificate2 certificate) => part.Kind switch
    {
        LogOperatorKind.DownstreamPeerSubject => Name(certificate.SubjectName),
        LogOperatorKind.DownstreamPeerIssuer => Name(certificate.IssuerName),
        LogOperatorKind.DownstreamPeerSerial => certificate.SerialNumber.ToLowerInvariant(),
        LogOperatorKind.DownstreamPeerFingerprint256 => certificate.GetCertHashString(HashAlgorithmName.SHA256).ToLowerInvariant(),
        LogOperatorKind.DownstreamPeerFingerprint1 => certificate.GetCertHashString(HashAlgorithmName.SHA1).ToLowerInvariant(),
        LogOperatorKind.DownstreamPeerDnsSan => string.Join(',', certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(names => names.EnumerateDnsNames())),
        LogOperatorKind.DownstreamPeerCertificate => Uri.EscapeDataString(certificate.ExportCertificatePem() + "\n"),
        LogOperatorKind.DownstreamPeerCertificateStart => TimeFormat.Format(new DateTimeOffset(certificate.NotBefore), part.Argument),
        LogOperatorKind.DownstreamPeerCertificateEnd => TimeFormat.Format(new DateTimeOffset(certificate.NotAfter), part.Argument),
        _ => null,
    };

    /// <summary>RFC 2253: the last part first, without spaces between them.</summary>
    private static string Name(X500DistinguishedName name) =>
        name.Decode(X500DistinguishedNameFlags.Reversed | X500DistinguishedNameFlags.DoNotUseQuotes).Replace(", ", ",", StringComparison.Ordinal);
}

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mesh.Client.AccessLogs.Formats;
using Mesh.Server.AccessLogs;

namespace Mesh.Server.Tests.AccessLogs;

/// <summary>What access logs say of a caller's certificate, as Envoy's operators have it.</summary>
public sealed class PeerCertificateTextTests
{
    private static readonly DateTimeOffset Start = new(2030, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Theory]
    [InlineData(LogOperatorKind.DownstreamPeerSerial, "", "0102ab")]
    [InlineData(LogOperatorKind.DownstreamPeerDnsSan, "", "a.example,b.example")]
    [InlineData(LogOperatorKind.DownstreamPeerCertificateStart, "", "2030-01-02T03:04:05.000Z")]
    [InlineData(LogOperatorKind.DownstreamPeerCertificateEnd, "%Y", "2031")]
    [InlineData(LogOperatorKind.DownstreamPeerUriSan, "", null)]
    internal void TryWrite_OfACertificate_IsAsEnvoyHasIt(LogOperatorKind kind, string argument, string? expected)
    {
        using var certificate = Create();
        var text = new LogText(10_000);

        Assert.Equal(expected is not null, PeerCertificateText.TryWrite(new LogOperator(kind, argument), certificate, text));

        Assert.Equal(expected ?? "", text.Span.ToString());
        Assert.False(PeerCertificateText.TryWrite(new LogOperator(kind, argument), certificate: null, text));
    }

    [Fact]
    public void TryWrite_OfNames_IsRfc2253()
    {
        using var certificate = Create();

        // RFC 2253: the parts in the reverse of their encoded order.
        var expected = string.Join(',', certificate.SubjectName.EnumerateRelativeDistinguishedNames(reversed: true).Select(part => $"{(part.GetSingleElementType().Value == "2.5.4.3" ? "CN" : "O")}={part.GetSingleElementValue()}"));
        foreach (var kind in new[] { LogOperatorKind.DownstreamPeerSubject, LogOperatorKind.DownstreamPeerIssuer })
        {
            var text = new LogText(100);
            Assert.True(PeerCertificateText.TryWrite(new LogOperator(kind), certificate, text));
            Assert.Equal(expected, text.Span.ToString());
        }
    }

    [Fact]
    public void TryWrite_OfTheCertificateItself_IsPemThatAUrlCanHold()
    {
        using var certificate = Create();
        var (pem, print) = (new LogText(10_000), new LogText(100));

        Assert.True(PeerCertificateText.TryWrite(new LogOperator(LogOperatorKind.DownstreamPeerCertificate), certificate, pem));
        Assert.True(PeerCertificateText.TryWrite(new LogOperator(LogOperatorKind.DownstreamPeerFingerprint256), certificate, print));

        using var read = X509Certificate2.CreateFromPem(Uri.UnescapeDataString(pem.Span.ToString()));
        Assert.Equal(certificate.Thumbprint, read.Thumbprint);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(certificate.RawData)), print.Span.ToString());
    }

    private static X509Certificate2 Create()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("O=mesh, CN=caller", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("a.example");
        names.AddDnsName("b.example");
        request.CertificateExtensions.Add(names.Build());
        return request.Create(request.SubjectName, X509SignatureGenerator.CreateForECDsa(key), Start, Start.AddYears(1), [1, 2, 0xab]);
    }
}

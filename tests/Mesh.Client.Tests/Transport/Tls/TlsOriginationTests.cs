using System.Net;
using System.Security.Cryptography.X509Certificates;
using Mesh.Client.Model;
using Mesh.Client.Tests.Pipeline;
using Mesh.Protocol.Spiffe;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Mesh.Client.Tests.Transport.Tls;

public sealed class TlsOriginationTests : IDisposable
{
    private const string Spiffe = "spiffe://cluster.local/ns/default/sa/reviews";

    private readonly TestAuthority _authority = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("mesh-tls-").FullName;
    private readonly Dictionary<string, X509Certificate2> _identities = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private TlsPolicy Simple => new() { Trust = new TlsTrust { Roots = Pem(_authority.RootPem) }, VerifyServerName = true };

    public void Dispose()
    {
        _authority.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact(Timeout = 20_000)]
    public async Task SendAsync_Simple_AsksForTheHostAndVerifiesIt()
    {
        var (status, text) = await CallAsync(Simple, ["dns:reviews"]);

        Assert.Equal((HttpStatusCode.OK, "reviews HTTP/1.1 "), (status, text));
    }

    [Fact(Timeout = 20_000)]
    public async Task SendAsync_WithSni_AsksForItAndVerifiesIt()
    {
        var (status, text) = await CallAsync(Simple with { Sni = "other.example.com" }, ["dns:*.example.com"]);

        Assert.Equal((HttpStatusCode.OK, "other.example.com HTTP/1.1 "), (status, text));
    }

    [Fact(Timeout = 20_000)]
    public async Task SendAsync_ToHttp2Endpoints_NegotiatesIt()
    {
        var connection = new ConnectionPolicy { Protocol = UpstreamProtocol.Http2 };

        var (status, text) = await CallAsync(Simple, ["dns:reviews"], connection: connection);

        Assert.Equal((HttpStatusCode.OK, "reviews HTTP/2 "), (status, text));
    }

    [Theory(Timeout = 20_000)]
    [InlineData(HttpProtocols.Http1AndHttp2, "HTTP/2")]
    [InlineData(HttpProtocols.Http1, "HTTP/1.1")]
    public async Task SendAsync_WithANegotiatedProtocol_SpeaksWhatTheServerChooses(HttpProtocols offered, string expected)
    {
        var connection = new ConnectionPolicy { Protocol = UpstreamProtocol.Negotiated };

        var (status, text) = await CallAsync(Simple, ["dns:reviews"], connection: connection, protocols: offered);

        Assert.Equal((HttpStatusCode.OK, $"reviews {expected} "), (status, text));
    }

    [Theory(Timeout = 20_000)]
    [InlineData("dns:reviews", null, nameof(StringMatchKind.Exact), "reviews", true)]
    [InlineData("dns:Reviews", null, nameof(StringMatchKind.Exact), "reviews", true)]
    [InlineData("dns:ratings", null, nameof(StringMatchKind.Exact), "reviews", false)]
    [InlineData("dns:*.example.com", null, nameof(StringMatchKind.Exact), "a.example.com", true)]
    [InlineData("dns:*.example.com", null, nameof(StringMatchKind.Exact), "a.b.example.com", false)]
    [InlineData("dns:*.com", null, nameof(StringMatchKind.Exact), "example.com", false)]
    [InlineData("uri:" + Spiffe, null, nameof(StringMatchKind.Exact), Spiffe, true)]
    [InlineData("uri:" + Spiffe, nameof(SubjectAltNameKind.Uri), nameof(StringMatchKind.Prefix), "spiffe://cluster.local/", true)]
    [InlineData("uri:" + Spiffe, nameof(SubjectAltNameKind.Dns), nameof(StringMatchKind.Prefix), "spiffe://cluster.local/", false)]
    [InlineData("uri:" + Spiffe, null, nameof(StringMatchKind.Suffix), "/sa/reviews", true)]
    [InlineData("uri:" + Spiffe, null, nameof(StringMatchKind.Suffix), "/sa/ratings", false)]
    [InlineData("uri:" + Spiffe, null, nameof(StringMatchKind.Contains), "ns/default", true)]
    [InlineData("uri:" + Spiffe, null, nameof(StringMatchKind.Regex), "spiffe://.*/sa/re[a-z]+", true)]
    [InlineData("uri:" + Spiffe, null, nameof(StringMatchKind.Regex), "sa/reviews", false)]
    [InlineData("ip:10.0.0.1", nameof(SubjectAltNameKind.IpAddress), nameof(StringMatchKind.Exact), "10.0.0.1", true)]
    [InlineData("ip:10.0.0.1", nameof(SubjectAltNameKind.Dns), nameof(StringMatchKind.Exact), "10.0.0.1", false)]
    public async Task SendAsync_WithSubjectAltNames_BelievesThoseOnly(string name, string? kind, string match, string value, bool expected)
    {
        var policy = Simple with { SubjectAltNames = [new SubjectAltNameMatch(kind is null ? null : Enum.Parse<SubjectAltNameKind>(kind), new StringMatch(Enum.Parse<StringMatchKind>(match), value, IgnoreCase: false))] };

        var (status, text) = await CallAsync(policy, [name]);

        Assert.Equal(expected ? HttpStatusCode.OK : HttpStatusCode.ServiceUnavailable, status);
        Assert.Equal(!expected, text.Contains("verify SAN list", StringComparison.Ordinal));
    }

    [Fact(Timeout = 20_000)]
    public async Task SendAsync_ToAnotherName_FailsWithEnvoysWords()
    {
        await using var server = await TlsEndpoint.StartAsync(_authority.Issue(["dns:ratings"]));
        using var mesh = new OutboundHarness().Forward("reviews", new ClusterPolicy { Security = Simple }, server.Port);

        using var response = await mesh.GetAsync("http://reviews/");

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "UF"), (response.StatusCode, response.Flags()));
        Assert.Equal(
            "upstream connect error or disconnect/reset before headers. reset reason: remote connection failure, transport failure reason: "
            + "TLS_error:|CERTIFICATE_VERIFY_FAILED:verify SAN list: expected reviews, the certificate is for ratings:TLS_error_end",
            await response.Content.ReadAsStringAsync(Cancellation));
    }

    [Fact(Timeout = 20_000)]
    public async Task SendAsync_ToAnExpiredCertificate_FailsUnlessThatIsAllowed()
    {
        var allowed = Simple with { Trust = Simple.Trust! with { AllowExpired = true } };

        var (refused, text) = await CallAsync(Simple, ["dns:reviews"], validity: TimeSpan.FromHours(-1));
        var (accepted, _) = await CallAsync(allowed, ["dns:reviews"], validity: TimeSpan.FromHours(-1));

        Assert.Equal((HttpStatusCode.ServiceUnavailable, HttpStatusCode.OK), (refused, accepted));
        Assert.Contains("CERTIFICATE_VERIFY_FAILED", text, StringComparison.Ordinal);
    }

    [Fact(Timeout = 20_000)]
    public async Task SendAsync_ToAnUnknownAuthority_FailsUnlessNothingIsVerified()
    {
        using var other = new TestAuthority("other root");
        var stranger = Simple with { Trust = new TlsTrust { Roots = Pem(other.RootPem) } };

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await CallAsync(stranger, ["dns:reviews"])).Status);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await CallAsync(new TlsPolicy { Trust = new TlsTrust() }, ["dns:reviews"])).Status);
        Assert.Equal(HttpStatusCode.OK, (await CallAsync(new TlsPolicy(), ["dns:anything"])).Status);
    }

    [Theory(Timeout = 20_000)]
    [InlineData(true, HttpStatusCode.ServiceUnavailable, "is revoked")]
    [InlineData(false, HttpStatusCode.OK, "")]
    public async Task SendAsync_WithARevocationList_RefusesWhatIsOnIt(bool isRevoked, HttpStatusCode expected, string text)
    {
        using var certificate = _authority.Issue(["dns:reviews"]);
        var list = isRevoked ? _authority.RevocationList(certificate) : _authority.RevocationList();

        var (status, body) = await CallAsync(WithLists(list), certificate);

        Assert.Equal(expected, status);
        Assert.Contains(text, body, StringComparison.Ordinal);
    }

    [Fact(Timeout = 20_000)]
    public async Task SendAsync_WithoutTheListOfTheAuthority_Refuses()
    {
        // The same name and another key: its list says nothing of this authority.
        using var other = new TestAuthority();

        var (status, body) = await CallAsync(WithLists(other.RevocationList()), ["dns:reviews"]);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Contains("unable to get certificate CRL", body, StringComparison.Ordinal);
    }

    [Fact(Timeout = 20_000)]
    public async Task SendAsync_Mutual_ShowsTheCertificateOfTheFilesAndItsSuccessor()
    {
        await using var server = await TlsEndpoint.StartAsync(_authority.Issue(["dns:reviews"]), ClientCertificateMode.RequireCertificate);
        using var mesh = new OutboundHarness().Forward("reviews", new ClusterPolicy { Security = Mutual(), Connection = new ConnectionPolicy { MaxRequests = 1 } }, server.Port);

        foreach (var expected in (string[])[WriteIdentity(), WriteIdentity()])
        {
            WriteIdentity(expected);
            Assert.Equal($"reviews HTTP/1.1 {expected}", await mesh.Invoker.GetTextAsync("http://reviews/", Cancellation));
        }
    }

    [Fact(Timeout = 20_000)]
    public async Task SendAsync_WhenTheFilesBreak_GoesOnWithTheLastGoodOnes()
    {
        await using var server = await TlsEndpoint.StartAsync(_authority.Issue(["dns:reviews"]), ClientCertificateMode.RequireCertificate);
        using var mesh = new OutboundHarness().Forward("reviews", new ClusterPolicy { Security = Mutual(), Connection = new ConnectionPolicy { MaxRequests = 1 } }, server.Port);
        var serial = WriteIdentity();

        Assert.Equal($"reviews HTTP/1.1 {serial}", await mesh.Invoker.GetTextAsync("http://reviews/", Cancellation));
        await File.WriteAllTextAsync(Path.Combine(_folder, "key.pem"), "half", Cancellation);

        Assert.Equal($"reviews HTTP/1.1 {serial}", await mesh.Invoker.GetTextAsync("http://reviews/", Cancellation));
    }

    [Fact(Timeout = 20_000)]
    public async Task SendAsync_MutualWithoutFiles_FailsAndSaysWhy()
    {
        await using var server = await TlsEndpoint.StartAsync(_authority.Issue(["dns:reviews"]), ClientCertificateMode.RequireCertificate);
        using var mesh = new OutboundHarness().Forward("reviews", new ClusterPolicy { Security = Mutual() }, server.Port);

        Assert.Contains("cert.pem", await mesh.Invoker.GetTextAsync("http://reviews/", Cancellation), StringComparison.Ordinal);
    }

    [Fact(Timeout = 20_000)]
    public async Task SendAsync_WithAProviderThatIsNotThere_FailsAndSaysWhy()
    {
        var provider = new CertificateProviderReference("default", "default");
        var policy = new TlsPolicy { Identity = new TlsIdentity { Provider = provider }, Trust = new TlsTrust { Provider = provider } };

        var (status, text) = await CallAsync(policy, ["dns:reviews"]);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Contains("nothing provides the certificates 'default'", text, StringComparison.Ordinal);
    }

    [Fact(Timeout = 20_000)]
    public async Task SendAsync_OfAnHttpsUri_SpeaksTlsByThePolicyAndElseByTheUri()
    {
        await using var server = await TlsEndpoint.StartAsync(_authority.Issue(["dns:reviews"]));
        using var mesh = new OutboundHarness().Forward("reviews", 443, new ClusterPolicy { Security = Simple }, server.Port);

        Assert.Equal("reviews HTTP/1.1 ", await mesh.Invoker.GetTextAsync("https://reviews/", Cancellation));
        mesh.Forward("reviews", 443, new ClusterPolicy(), server.Port);
        using var response = await mesh.GetAsync("https://reviews/");

        // The operating system does not know the test's root.
        Assert.Equal("UF", response.Flags());
    }

    private static PemSource Pem(string text) => new(null, text);

    private TlsPolicy WithLists(string lists) => Simple with { Trust = Simple.Trust! with { RevocationLists = Pem(lists) } };

    private TlsPolicy Mutual() => Simple with
    {
        Identity = new TlsIdentity
        {
            CertificateChain = new PemSource(Path.Combine(_folder, "cert.pem"), null),
            PrivateKey = new PemSource(Path.Combine(_folder, "key.pem"), null),
        },
    };

    private string WriteIdentity(string? serial = null)
    {
        var certificate = serial is null ? _authority.Issue(["dns:client"]) : _identities[serial];
        _identities[certificate.SerialNumber] = certificate;
        File.WriteAllText(Path.Combine(_folder, "cert.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(_folder, "key.pem"), certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        return certificate.SerialNumber;
    }

    private async Task<(HttpStatusCode Status, string Text)> CallAsync(
        TlsPolicy policy, string[] names, TimeSpan? validity = null, ConnectionPolicy? connection = null, HttpProtocols protocols = HttpProtocols.Http1AndHttp2)
    {
        using var certificate = _authority.Issue(names, validity);
        return await CallAsync(policy, certificate, connection, protocols);
    }

    private static async Task<(HttpStatusCode Status, string Text)> CallAsync(
        TlsPolicy policy, X509Certificate2 certificate, ConnectionPolicy? connection = null, HttpProtocols protocols = HttpProtocols.Http1AndHttp2)
    {
        await using var server = await TlsEndpoint.StartAsync(certificate, protocols: protocols);
        using var mesh = new OutboundHarness().Forward(
            "reviews", new ClusterPolicy { Security = policy, Connection = connection ?? ConnectionPolicy.Default }, server.Port);
        using var response = await mesh.GetAsync("http://reviews/");
        return (response.StatusCode, await response.Content.ReadAsStringAsync(Cancellation));
    }
}

using System.Net;
using System.Net.Security;
using System.Text;
using Mesh.Client.Model;
using Mesh.Protocol.Spiffe;
using Mesh.Server.Transport;
using Mesh.Testing.Spiffe;
using Mesh.Testing.Time;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Mesh.Server.Tests.Transport;

/// <summary>S50 to S55: who is let in, by the mode of the port.</summary>
public sealed class PeerAuthenticationTests
{
    private const string Get = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    private const string Http2Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u0004\0\0\0\0\0";

    private static CancellationToken Cancelled => TestLimit.Token;

    [Theory]
    [InlineData(Get)]
    [InlineData(Http2Preface)]
    [InlineData("PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n" + Get)]
    [InlineData("\0\0\0")]
    public async Task S50_PlaintextToStrict_IsClosedWithoutAByteAndCounted(string sent)
    {
        await using var host = await TransportHost.StartAsync(PeerAuthenticationMode.Strict, Cancelled);
        using var connection = await RawConnection.OpenAsync(host.Port, Cancelled);

        await connection.SendAsync(sent, Cancelled);

        Assert.Empty(await connection.ReadToEndAsync(Cancelled));
        await host.WaitForCountAsync(RefusalReasons.Plaintext, Cancelled);
    }

    [Fact]
    public async Task S51_TlsWithoutCertificateToStrict_IsRefused()
    {
        await using var host = await TransportHost.StartAsync(PeerAuthenticationMode.Strict, Cancelled);
        using var client = host.CreateMeshClient(change: options => options.ClientCertificateContext = null);

        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetStringAsync(host.Https, Cancelled));

        await host.WaitForCountAsync(SvidReasons.Missing, Cancelled);
    }

    [Fact]
    public async Task S51_TlsOfAStrangerToStrict_IsRefused()
    {
        using var stranger = new SvidAuthority("stranger");
        await using var host = await TransportHost.StartAsync(PeerAuthenticationMode.Strict, Cancelled);
        using var client = host.CreateMeshClient(change: options => options.ClientCertificateContext = stranger.IssueContext("spiffe://cluster.local/ns/default/sa/client"));

        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetStringAsync(host.Https, Cancelled));

        await host.WaitForCountAsync(SvidReasons.Chain, Cancelled);
    }

    [Fact]
    public async Task S51_TlsOfACertificateWithoutAnId_IsRefused()
    {
        await using var host = await TransportHost.StartAsync(PeerAuthenticationMode.Permissive, Cancelled);
        using var unnamed = host.Authority.Issue(null, template => template.Subject = "CN=spiffe://cluster.local/ns/default/sa/client");
        using var client = host.CreateMeshClient(change: options => options.ClientCertificateContext = SslStreamCertificateContext.Create(unnamed, null, offline: true));

        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetStringAsync(host.Https, Cancelled));

        await host.WaitForCountAsync(SvidReasons.NoUri, Cancelled);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task S52_MeshAlpnWithoutCertificateToPermissive_IsRefusedNotDowngraded(bool appHasTls)
    {
        using var own = TestCertificates.Create("app.example");
        await using var host = await TransportHost.StartAsync(
            PeerAuthenticationMode.Permissive, Cancelled, kestrel: options => options.Listen(IPAddress.Loopback, 0, endpoint =>
            {
                if (appHasTls)
                {
                    endpoint.UseHttps(own);
                }
            }));
        using var client = host.CreateMeshClient(change: options => options.ClientCertificateContext = null);

        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetStringAsync(host.Https, Cancelled));

        await host.WaitForCountAsync(SvidReasons.Missing, Cancelled);
    }

    [Theory]
    [InlineData("http")]
    [InlineData("https")]
    public async Task S53_HeadersThatClaimAnIdentity_AreStripped(string scheme)
    {
        string[] names = ["x-forwarded-client-cert", "X-Mesh-Principal", "x-mesh-namespace", "x-envoy-peer-metadata"];
        await using var host = await TransportHost.StartAsync(
            PeerAuthenticationMode.Permissive, Cancelled, map: app => app.MapGet("/headers", (HttpContext context) => string.Join(' ', context.Request.Headers.Keys.Order())));
        using var client = host.CreateMeshClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(scheme == "http" ? host.Http : host.Https, "headers"));
        foreach (var name in names)
        {
            request.Headers.Add(name, "By=spiffe://cluster.local/ns/default/sa/admin");
        }

        request.Headers.Add("x-envoy-expected-rq-timeout-ms", "5000");
        using var response = await client.SendAsync(request, Cancelled);

        Assert.Equal("Host x-envoy-expected-rq-timeout-ms x-request-id", await response.Content.ReadAsStringAsync(Cancelled));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\u0016")]
    [InlineData("\u0016\u0003\u0001\u0002")]
    [InlineData("PRI * HT")]
    public async Task S54_PeerThatStopsInItsFirstBytes_IsClosedAfterFiveSeconds(string sent)
    {
        var time = new FakeTimeProvider();
        await using var host = await TransportHost.StartAsync(PeerAuthenticationMode.Permissive, Cancelled, time: time);
        using var connection = await RawConnection.OpenAsync(host.Port, Cancelled);
        await connection.SendAsync(sent, Cancelled);
        await time.WaitForTimerOfAsync(TimeSpan.FromSeconds(5), Cancelled);

        time.Advance(TimeSpan.FromSeconds(5));

        Assert.Empty(await connection.ReadToEndAsync(Cancelled));
        Assert.Equal(1, host.CountOf(RefusalReasons.SlowFirstBytes));
    }

    [Theory]
    [InlineData("http", "1.1")]
    [InlineData("http", "2.0")]
    [InlineData("https", "1.1")]
    [InlineData("https", "2.0")]
    public async Task S54_PeerThatSendsByteByByte_IsServed(string scheme, string version)
    {
        await using var host = await TransportHost.StartAsync(PeerAuthenticationMode.Permissive, Cancelled);
        var context = host.Authority.IssueContext("spiffe://cluster.local/ns/default/sa/client");
        using var raw = await RawConnection.OpenAsync(host.Port, Cancelled);
        using var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (_, ct) =>
            {
                Stream stream = new OneByteStream(raw.Stream);
                if (scheme == "https")
                {
                    var tls = new SslStream(stream);
                    await tls.AuthenticateAsClientAsync(MeshTestClient.CreateOptions(host.Authority, context, Version.Parse(version)), ct);
                    stream = tls;
                }

                return stream;
            },
        };
        using var client = new HttpMessageInvoker(handler);
        using var request = new HttpRequestMessage(HttpMethod.Get, scheme == "http" ? host.Http : host.Https) { Version = Version.Parse(version), VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using var response = await client.SendAsync(request, Cancelled);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.StartsWith(version == "1.1" ? "HTTP/1.1" : "HTTP/2", await response.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
    }

    [Fact]
    public async Task S54_ProxyHeaderToPermissive_IsABadRequestOfTheApp()
    {
        await using var host = await TransportHost.StartAsync(PeerAuthenticationMode.Permissive, Cancelled);
        using var connection = await RawConnection.OpenAsync(host.Port, Cancelled);

        await connection.SendAsync("PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n" + Get, Cancelled);

        Assert.StartsWith("HTTP/1.1 400", await connection.ReadToEndAsync(Cancelled), StringComparison.Ordinal);
    }

    [Fact]
    public async Task S54_TlsThatBreaksTheRules_IsClosedAndCounted()
    {
        await using var host = await TransportHost.StartAsync(PeerAuthenticationMode.Permissive, Cancelled);
        using var connection = await RawConnection.OpenAsync(host.Port, Cancelled);

        await connection.SendAsync("\u0016\u0003\u0001\0\u0004\u0002\0\0\0", Cancelled);

        Assert.Empty(await connection.ReadToEndAsync(Cancelled));
        await host.WaitForCountAsync(RefusalReasons.MalformedTls, Cancelled);
    }

    [Fact]
    public async Task S55_UpgradeToHttp2InsideTls_IsIgnored()
    {
        await using var host = await TransportHost.StartAsync(PeerAuthenticationMode.Strict, Cancelled);

        var answer = await ExchangeAsync(host, "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings, close\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal);
        Assert.Contains("HTTP/1.1 https spiffe://cluster.local/ns/default/sa/client", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task S55_PriorKnowledgeInsideTlsOfHttp11_IsRefusedAsAlpnDecides()
    {
        await using var host = await TransportHost.StartAsync(PeerAuthenticationMode.Strict, Cancelled);

        var answer = await ExchangeAsync(host, Http2Preface);

        Assert.StartsWith("HTTP/1.1 505", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task S55_PlaintextUpgradeToHttp2_IsAnsweredInHttp11()
    {
        await using var host = await TransportHost.StartAsync(PeerAuthenticationMode.Permissive, Cancelled);
        using var connection = await RawConnection.OpenAsync(host.Port, Cancelled);

        await connection.SendAsync("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, close\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n", Cancelled);

        Assert.Contains("HTTP/1.1 http nobody", await connection.ReadToEndAsync(Cancelled), StringComparison.Ordinal);
    }

    [Fact]
    public async Task NoIdentity_OnStrict_RefusesTlsAndPlaintext()
    {
        await using var host = await TransportHost.StartAsync(PeerAuthenticationMode.Strict, Cancelled, hasIdentity: false);
        using var client = host.CreateMeshClient();

        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetStringAsync(host.Https, Cancelled));
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetStringAsync(host.Http, Cancelled));

        await host.WaitForCountAsync(RefusalReasons.NoIdentity, Cancelled);
    }

    [Fact]
    public async Task ExpiredIdentity_OnPermissive_RefusesTlsAndNeverFallsBack()
    {
        await using var host = await TransportHost.StartAsync(PeerAuthenticationMode.Permissive, Cancelled);
        host.Identity.Forget();
        using var client = host.CreateMeshClient();

        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetStringAsync(host.Https, Cancelled));

        await host.WaitForCountAsync(RefusalReasons.NoIdentity, Cancelled);
    }

    [Fact]
    public async Task MeshAlpnAlone_IsTheAnswerAndSpeaksHttp11()
    {
        await using var host = await TransportHost.StartAsync(PeerAuthenticationMode.Strict, Cancelled);
        using var client = host.CreateMeshClient(change: options => options.ApplicationProtocols = [MeshTestClient.Istio]);

        Assert.StartsWith("HTTP/1.1 https", await client.GetStringAsync(host.Https, Cancelled), StringComparison.Ordinal);
    }

    private static async Task<string> ExchangeAsync(TransportHost host, string sent)
    {
        using var raw = await RawConnection.OpenAsync(host.Port, Cancelled);
        await using var tls = new SslStream(raw.Stream);
        var context = host.Authority.IssueContext("spiffe://cluster.local/ns/default/sa/client");
        await tls.AuthenticateAsClientAsync(MeshTestClient.CreateOptions(host.Authority, context, HttpVersion.Version11), Cancelled);
        await tls.WriteAsync(Encoding.ASCII.GetBytes(sent), Cancelled);
        using var reader = new StreamReader(tls, Encoding.Latin1);
        return await reader.ReadToEndAsync(Cancelled);
    }
}

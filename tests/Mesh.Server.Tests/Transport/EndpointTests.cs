using System.Net;
using System.Security.Cryptography.X509Certificates;
using Mesh.Client.Model;
using Mesh.Server.Transport;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Mesh.Server.Tests.Transport;

/// <summary>However an endpoint is declared, the mesh is before it.</summary>
public sealed class EndpointTests
{
    private static CancellationToken Cancelled => TestLimit.Token;

    [Fact]
    public Task Guard_OfUrls_IsThere() => VerifyGuardedAsync(builder => builder.WebHost.UseUrls("http://127.0.0.1:0"), null);

    [Fact]
    public Task Guard_OfConfiguration_IsThere() => VerifyGuardedAsync(builder => builder.Configuration["Kestrel:Endpoints:Http:Url"] = "http://127.0.0.1:0", null);

    [Fact]
    public Task Guard_OfCodeBeforeAddMesh_IsThere() =>
        VerifyGuardedAsync(builder => builder.WebHost.ConfigureKestrel(options => options.Listen(IPAddress.Loopback, 0)), null);

    [Fact]
    public Task Guard_OfCodeAfterAddMesh_IsThere() => VerifyGuardedAsync(null, options => options.Listen(IPAddress.Loopback, 0));

    [Fact]
    public Task Guard_WithOwnEndpointDefaults_IsThere() => VerifyGuardedAsync(
        builder => builder.WebHost.UseUrls("http://127.0.0.1:0"),
        options => options.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = HttpProtocols.Http1));

    [Fact]
    public Task Guard_WithOwnEndpointDefaultsAndCode_IsThere() => VerifyGuardedAsync(null, options =>
    {
        options.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = HttpProtocols.Http1);
        options.Listen(IPAddress.Loopback, 0);
    });

    [Fact]
    public async Task Guard_OfEveryAddress_IsThere()
    {
        await using var host = await TransportHost.StartAsync(
            PeerAuthenticationMode.Strict, Cancelled, kestrel: options => options.ListenAnyIP(0));
        using var connection = await RawConnection.OpenAsync(host.Port, Cancelled);

        await connection.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n", Cancelled);

        Assert.Empty(await connection.ReadToEndAsync(Cancelled));
    }

    [Fact]
    public async Task Http2Only_SpeaksPlaintextAndMutualTls()
    {
        await using var host = await TransportHost.StartAsync(
            PeerAuthenticationMode.Permissive, Cancelled, kestrel: options => options.Listen(IPAddress.Loopback, 0, endpoint => endpoint.Protocols = HttpProtocols.Http2));
        using var client = host.CreateMeshClient(version: HttpVersion.Version20);

        Assert.StartsWith("HTTP/2 http nobody", await client.GetStringAsync(host.Http, Cancelled), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/2 https spiffe:", await client.GetStringAsync(host.Https, Cancelled), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task OwnTls_OnPermissive_IsTheAppsUnlessAlpnSaysMesh(bool byConfiguration)
    {
        using var own = TestCertificates.Create("app.example");
        await using var host = await StartWithOwnTlsAsync(PeerAuthenticationMode.Permissive, own, byConfiguration);
        using var browser = CreateBrowser(own);
        using var mesh = host.CreateMeshClient(version: HttpVersion.Version20);

        Assert.Equal("HTTP/1.1 https nobody", await browser.GetStringAsync(host.Https, Cancelled));
        Assert.Equal("HTTP/2 https spiffe://cluster.local/ns/default/sa/client", await mesh.GetStringAsync(host.Https, Cancelled));
    }

    [Fact]
    public async Task OwnTls_OnStrict_IsRefused()
    {
        using var own = TestCertificates.Create("app.example");
        await using var host = await StartWithOwnTlsAsync(PeerAuthenticationMode.Strict, own, byConfiguration: false);
        using var browser = CreateBrowser(own);
        using var mesh = host.CreateMeshClient();

        await Assert.ThrowsAsync<HttpRequestException>(() => browser.GetStringAsync(host.Https, Cancelled));
        Assert.Equal("HTTP/1.1 https spiffe://cluster.local/ns/default/sa/client", await mesh.GetStringAsync(host.Https, Cancelled));
    }

    [Fact]
    public async Task OwnTls_OnDisable_IsUntouched()
    {
        using var own = TestCertificates.Create("app.example");
        await using var host = await StartWithOwnTlsAsync(PeerAuthenticationMode.Disable, own, byConfiguration: false);
        using var browser = CreateBrowser(own, MeshTestClient.Istio);

        Assert.Equal("HTTP/1.1 https nobody", await browser.GetStringAsync(host.Https, Cancelled));
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Disable_OfPlaintext_SpeaksBothProtocolsAndNoTls(string version)
    {
        await using var host = await TransportHost.StartAsync(PeerAuthenticationMode.Disable, Cancelled);
        using var client = host.CreateMeshClient(version: Version.Parse(version));

        Assert.EndsWith("http nobody", await client.GetStringAsync(host.Http, Cancelled), StringComparison.Ordinal);
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetStringAsync(host.Https, Cancelled));
    }

    [Fact]
    public async Task HttpsRedirection_OfARequestOverMutualTls_DoesNotLoop()
    {
        await using var host = await TransportHost.StartAsync(
            PeerAuthenticationMode.Permissive, Cancelled, map: app => app.Map("/secure", secure => secure.UseHttpsRedirection().Run(context => Task.CompletedTask)));
        using var client = host.CreateMeshClient();
        using var response = await client.GetAsync(new Uri(host.Https, "secure"), Cancelled);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    private static async Task VerifyGuardedAsync(Action<WebApplicationBuilder>? build, Action<KestrelServerOptions>? kestrel)
    {
        await using var host = await TransportHost.StartAsync(PeerAuthenticationMode.Strict, Cancelled, build, kestrel);
        using var client = host.CreateMeshClient();

        Assert.Equal("HTTP/1.1 https spiffe://cluster.local/ns/default/sa/client", await client.GetStringAsync(host.Https, Cancelled));
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetStringAsync(host.Http, Cancelled));
        Assert.NotEqual(0, host.CountOf(RefusalReasons.Plaintext));
    }

    private static Task<TransportHost> StartWithOwnTlsAsync(PeerAuthenticationMode mode, X509Certificate2 own, bool byConfiguration) => byConfiguration
        ? TransportHost.StartAsync(
            mode,
            Cancelled,
            builder =>
            {
                builder.WebHost.UseKestrelHttpsConfiguration();
                builder.Configuration["Kestrel:Endpoints:Https:Url"] = "https://127.0.0.1:0";
            },
            options => options.ConfigureHttpsDefaults(https => https.ServerCertificate = own))
        : TransportHost.StartAsync(mode, Cancelled, kestrel: options => options.Listen(IPAddress.Loopback, 0, endpoint => endpoint.UseHttps(own)));

    private static HttpClient CreateBrowser(X509Certificate2 own, params System.Net.Security.SslApplicationProtocol[] protocols)
    {
        var handler = new SocketsHttpHandler
        {
            SslOptions =
            {
                RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate?.GetCertHashString() == own.GetCertHashString(),
                ApplicationProtocols = [.. protocols, System.Net.Security.SslApplicationProtocol.Http11],
            },
        };
        return new HttpClient(handler);
    }
}

using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mesh.Testing;
using Mesh.Testing.InProcess;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using static Mesh.EndToEnd.Tests.Gateways.GatewayCertificates;

namespace Mesh.EndToEnd.Tests.Gateways;

/// <summary>TLS at the gateway: certificates from Secrets, by name and rotated live; certificates of callers.</summary>
public sealed class GatewayTlsTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = 90_000)]
    public async Task Https_BySecret_ChoosesByNameAndRotatesUnderLoad()
    {
        await using var mesh = await StartMeshAsync(
            Server("one", "one.example", "{mode: SIMPLE, credentialName: one}"), Server("two", "two.example", "{mode: SIMPLE, credentialName: two}"));
        using var one = new Ephemeral(Certificate("one.example"));
        using var two = new Ephemeral(Certificate("two.example"));
        mesh.Write("secrets.yaml", Secret("one", one.Value) + Secret("two", two.Value));
        var port = await StartAsync(mesh);
        using var first = NewClient(port);
        await Eventually.ReachesAsync("the certificates are here", async () => await ThumbprintAsync(port, "one.example") == one.Value.Thumbprint, cancellationToken: Cancellation);
        Assert.Equal(two.Value.Thumbprint, await ThumbprintAsync(port, "two.example"));
        Assert.Null(await ThumbprintAsync(port, "three.example"));
        Assert.Equal("https", await first.GetStringAsync("https://one.example/proto", Cancellation));

        using var next = new Ephemeral(Certificate("one.example"));
        mesh.Write("secrets.yaml", Secret("one", next.Value) + Secret("two", two.Value));
        await Eventually.ReachesAsync(
            "the new certificate is shown, and no request fails meanwhile",
            async () =>
            {
                Assert.Equal("https", await first.GetStringAsync("https://one.example/proto", Cancellation));
                return await ThumbprintAsync(port, "one.example") == next.Value.Thumbprint;
            },
            cancellationToken: Cancellation);
    }

    [Fact(Timeout = 90_000)]
    public async Task Https_Mutual_TakesCertificatesOfItsRootsAlone()
    {
        using var authority = new Ephemeral(Certificate("Roots", isAuthority: true));
        using var stranger = new Ephemeral(Certificate("Strangers", isAuthority: true));
        using var own = new Ephemeral(Certificate("shop.example"));
        await using var mesh = await StartMeshAsync(Server("one", "shop.example", "{mode: MUTUAL, credentialName: shop}"));
        mesh.Write("secrets.yaml", Secret("shop", own.Value, authority.Value));
        var port = await StartAsync(mesh);
        using var good = new Ephemeral(Issue(authority.Value, "caller.example"));
        using var bad = new Ephemeral(Issue(stranger.Value, "caller.example"));
        using var client = NewClient(port, good.Value);
        await Eventually.ReachesAsync("the certificates are here", () => TryAsync(client), cancellationToken: Cancellation);

        var header = await client.GetStringAsync("https://shop.example/xfcc", Cancellation);
        using var unknown = NewClient(port, bad.Value);
        using var nobody = NewClient(port);

        Assert.StartsWith($"Hash={good.Value.GetCertHashString(HashAlgorithmName.SHA256).ToLowerInvariant()};Cert=", header, StringComparison.Ordinal);
        Assert.EndsWith(";DNS=caller.example", header, StringComparison.Ordinal);
        await Assert.ThrowsAnyAsync<Exception>(() => unknown.GetStringAsync("https://shop.example/", Cancellation));
        await Assert.ThrowsAnyAsync<Exception>(() => nobody.GetStringAsync("https://shop.example/", Cancellation));
    }

    [Fact(Timeout = 90_000)]
    public async Task Https_OptionalMutual_TakesCallersWithoutCertificatesAndNoForeignOnes()
    {
        using var authority = new Ephemeral(Certificate("Roots", isAuthority: true));
        using var stranger = new Ephemeral(Certificate("Strangers", isAuthority: true));
        using var own = new Ephemeral(Certificate("shop.example"));
        await using var mesh = await StartMeshAsync(Server("one", "shop.example", "{mode: OPTIONAL_MUTUAL, credentialName: shop}"));
        mesh.Write("secrets.yaml", Secret("shop", own.Value, authority.Value));
        var port = await StartAsync(mesh);
        using var good = new Ephemeral(Issue(authority.Value, "caller.example"));
        using var bad = new Ephemeral(Issue(stranger.Value, "caller.example"));
        using var nobody = NewClient(port);
        await Eventually.ReachesAsync("the certificates are here", () => TryAsync(nobody), cancellationToken: Cancellation);
        using var known = NewClient(port, good.Value);
        using var unknown = NewClient(port, bad.Value);

        Assert.DoesNotContain("Hash=", await nobody.GetStringAsync("https://shop.example/xfcc", Cancellation), StringComparison.Ordinal);
        Assert.EndsWith(";DNS=caller.example", await known.GetStringAsync("https://shop.example/xfcc", Cancellation), StringComparison.Ordinal);
        await Assert.ThrowsAnyAsync<Exception>(() => unknown.GetStringAsync("https://shop.example/", Cancellation));
    }

    [Fact(Timeout = 90_000)]
    public async Task Plaintext_WithHttpsRedirect_GoesToTheSamePlace()
    {
        await using var mesh = await InProcessMesh.StartAsync(
            GatewayResources.All.Replace("hosts: [\"*\"]\n---", "hosts: [\"*\"]\n    tls: {httpsRedirect: true}\n---", StringComparison.Ordinal), Cancellation);
        var gateway = await mesh.StartGatewayAsync([8080], Cancellation);
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = await gateway.AddressAsync(8080, Cancellation) };
        using var request = new HttpRequestMessage(HttpMethod.Get, "/shop/x?y=1");
        request.Headers.Host = "shop.example:8080";

        using var response = await client.SendAsync(request, Cancellation);

        Assert.Equal(HttpStatusCode.MovedPermanently, response.StatusCode);
        Assert.Equal("https://shop.example/shop/x?y=1", response.Headers.Location!.OriginalString);
    }

    private static async Task<InProcessMesh> StartMeshAsync(params string[] servers)
    {
        var mesh = await InProcessMesh.StartAsync(GatewayResources.Service + $$"""

        apiVersion: networking.istio.io/v1
        kind: Gateway
        metadata: {name: edge}
        spec:
          selector: {istio: ingressgateway}
          servers: [{{string.Join(", ", servers)}}]
        ---
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: shop}
        spec:
          hosts: ["*"]
          gateways: [edge]
          http:
          - headers: {request: {set: { x-shop-xfcc: "%REQ(x-forwarded-client-cert)%" } } }
            route: [{destination: { host: shop } }]
        """, Cancellation);

        // A gateway that is there before its Secret is refuses connections and says so.
        mesh.Logs.Expect("GatewayCertificateUnusable");
        return mesh;
    }

    private static string Server(string name, string host, string tls) => $"{{port: {{number: 8443, name: {name}, protocol: HTTPS}}, hosts: [{host}], tls: {tls}}}";

    private static async Task<int> StartAsync(InProcessMesh mesh)
    {
        await mesh.StartServiceAsync("shop", "v1", app =>
        {
            app.MapGet("/proto", (HttpRequest request) => request.Headers["x-forwarded-proto"].ToString());
            app.MapGet("/xfcc", (HttpRequest request) => request.Headers["x-shop-xfcc"].ToString());
            app.MapGet("/", () => "ok");
        }, Cancellation);
        var gateway = await mesh.StartGatewayAsync([8443], Cancellation, mesh.SettingsOf("gateway"));
        return (await gateway.PortAsync(8443, Cancellation)).Port;
    }

    private static async Task<bool> TryAsync(HttpClient client)
    {
        try
        {
            return await client.GetStringAsync("https://shop.example/", Cancellation) == "ok";
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static HttpClient NewClient(int port, X509Certificate2? own = null) => new(new SocketsHttpHandler
    {
        UseProxy = false,
        ConnectCallback = async (_, cancellationToken) =>
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        },
        SslOptions = new SslClientAuthenticationOptions
        {
#pragma warning disable CA5359 // Which certificate the gateway shows is looked at by the tests.
            RemoteCertificateValidationCallback = (_, _, _, _) => true,
#pragma warning restore CA5359
            ClientCertificates = own is null ? null : [own],
            LocalCertificateSelectionCallback = own is null ? null : (_, _, _, _, _) => own,
        },
    });

    /// <summary>Null when the gateway refuses.</summary>
    private static async Task<string?> ThumbprintAsync(int port, string name)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, port, Cancellation);
        await using var tls = new SslStream(socket.GetStream());
        try
        {
#pragma warning disable CA5359 // Which certificate the gateway shows is what is asked.
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = name, RemoteCertificateValidationCallback = (_, _, _, _) => true }, Cancellation);
#pragma warning restore CA5359
            return new X509Certificate2(tls.RemoteCertificate!).Thumbprint;
        }
        catch (Exception exception) when (exception is IOException or AuthenticationException)
        {
            return null;
        }
    }
}

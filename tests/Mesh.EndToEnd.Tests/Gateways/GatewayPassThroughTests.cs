using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Mesh.Testing;
using Mesh.Testing.Connections;
using Mesh.Testing.InProcess;
using Microsoft.AspNetCore.Builder;

namespace Mesh.EndToEnd.Tests.Gateways;

/// <summary>Connections that the gateway carries without looking into them: the mesh's own TLS by its server name, and TCP.</summary>
public sealed class GatewayPassThroughTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = 90_000)]
    public async Task AutoPassthrough_OfTheMeshsOwnTls_LeadsToTheWorkloadThatItsServerNameSays()
    {
        await using var mesh = await InProcessMesh.StartAsync(GatewayResources.Service + """

            apiVersion: networking.istio.io/v1
            kind: Gateway
            metadata: {name: cross-network}
            spec:
              selector: {istio: ingressgateway}
              servers: [{port: {number: 15443, name: tls, protocol: TLS}, hosts: ["*.local"], tls: {mode: AUTO_PASSTHROUGH}}]
            """, Cancellation);
        await mesh.StartServiceAsync("shop", "v1", app => app.MapGet("/", () => "ok"), Cancellation, mesh.SettingsOf("shop"));
        var gateway = await mesh.StartGatewayAsync([15443], Cancellation, mesh.SettingsOf("gateway"));
        var port = (await gateway.PortAsync(15443, Cancellation)).Port;

        await Eventually.ReachesAsync(
            "the workload's own certificate is shown",
            async () => await SpiffeIdAsync(port, "outbound_.8000_._.shop.default.svc.cluster.local", "istio") == "spiffe://cluster.local/ns/default/sa/shop",
            cancellationToken: Cancellation);
        Assert.Null(await SpiffeIdAsync(port, "outbound_.8000_._.shop.default.svc.cluster.local", "h2"));
        Assert.Null(await SpiffeIdAsync(port, "shop.default.svc.cluster.local", "istio"));
    }

    [Fact(Timeout = 90_000)]
    public async Task Tcp_AtThePortOfTheGateway_IsCarriedBothWays()
    {
        await using var echo = new TcpEchoServer("v1");
        await using var mesh = await InProcessMesh.StartAsync($$"""
            apiVersion: networking.istio.io/v1
            kind: ServiceEntry
            metadata: {name: db}
            spec:
              hosts: [db.example]
              addresses: [10.1.2.3]
              ports: [{number: 5432, name: tcp, protocol: TCP}]
              resolution: STATIC
              endpoints: [{ address: 127.0.0.1, ports: { tcp: {{echo.Port}} } }]
            ---
            apiVersion: networking.istio.io/v1
            kind: Gateway
            metadata: {name: edge}
            spec:
              selector: {istio: ingressgateway}
              servers: [{port: {number: 5432, name: tcp, protocol: TCP}, hosts: ["*"]}]
            ---
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: {name: db}
            spec:
              hosts: ["*"]
              gateways: [edge]
              tcp: [{route: [{destination: { host: db.example } }]}]
            """, Cancellation);
        var gateway = await mesh.StartGatewayAsync([5432], Cancellation);
        var place = await gateway.PortAsync(5432, Cancellation);
        using var client = new TcpClient();
        await client.ConnectAsync(place, Cancellation);

        Assert.Equal("v1", await TcpEchoServer.ReadNameAsync(client.GetStream(), Cancellation));
        await client.GetStream().WriteAsync("hello\n"u8.ToArray(), Cancellation);
        Assert.Equal("hello", await TcpEchoServer.ReadNameAsync(client.GetStream(), Cancellation));
    }

    /// <summary>Who shows a certificate; null when the gateway lets nobody be reached.</summary>
    private static async Task<string?> SpiffeIdAsync(int port, string name, string protocol)
    {
        string? shown = null;
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, port, Cancellation);
        await using var tls = new SslStream(socket.GetStream());
        try
        {
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = name,
                    ApplicationProtocols = [new SslApplicationProtocol(protocol)],
                    RemoteCertificateValidationCallback = (_, certificate, _, _) =>
                    {
                        shown = Mesh.Protocol.Spiffe.SubjectAltNames.Read((X509Certificate2)certificate!).Select(found => found.Value).FirstOrDefault();
                        return true;
                    },
                },
                Cancellation);
        }
        catch (Exception exception) when (exception is IOException or AuthenticationException)
        {
            // Who was shown is known by then; the workload asks for a certificate, too.
        }

        return shown;
    }
}

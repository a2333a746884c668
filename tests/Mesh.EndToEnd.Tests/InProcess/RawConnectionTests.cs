using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Mesh.Client;
using Mesh.Testing;
using Mesh.Testing.Connections;
using Mesh.Testing.InProcess;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Mesh.EndToEnd.Tests.InProcess;

/// <summary>YAML to bytes: <c>tcp[]</c> and <c>tls[]</c> through a real control plane to real servers.</summary>
public sealed class RawConnectionTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ConnectAsync_TcpRules_ChangeForNewConnectionsAlone()
    {
        await using var v1 = new TcpEchoServer("v1");
        await using var v2 = new TcpEchoServer("v2");
        await using var mesh = await StartAsync(Database("TCP", v1.Port, v2.Port), Rules("tcp: [{route: [{destination: {host: db.example.com, subset: v1}}]}]"));
        var connector = await ConnectorAsync(mesh);
        await ReachesAsync(connector, "v1");
        await using var open = await connector.ConnectAsync("db.example.com", 5432, Cancellation);
        Assert.Equal("v1", await TcpEchoServer.ReadNameAsync(open, Cancellation));

        mesh.Write("mesh.yaml", Join(Database("TCP", v1.Port, v2.Port), Rules("tcp: [{route: [{destination: {host: db.example.com, subset: v2}}]}]")));
        await ReachesAsync(connector, "v2");

        await open.WriteAsync("still open\n"u8.ToArray(), Cancellation);
        Assert.Equal("still open", await TcpEchoServer.ReadNameAsync(open, Cancellation));
        Assert.Equal("outbound|5432|v1|db.example.com", Assert.IsAssignableFrom<MeshStream>(open).ClusterName);
    }

    [Fact]
    public async Task ConnectAsync_BySubnetAndSourceLabels_FollowsTheRuleForThisClient()
    {
        await using var v1 = new TcpEchoServer("v1");
        await using var v2 = new TcpEchoServer("v2");
        await using var mesh = await StartAsync(Database("TCP", v1.Port, v2.Port), Rules("""
            tcp:
              - match: [{sourceLabels: {app: somebody-else}}]
                route: [{destination: {host: db.example.com, subset: v1}}]
              - match: [{destinationSubnets: [10.1.0.0/16]}]
                route: [{destination: {host: db.example.com, subset: v1}}]
              - route: [{destination: {host: db.example.com, subset: v2}}]
            """));
        var connector = await ConnectorAsync(mesh);

        await ReachesAsync(connector, "v2");

        Assert.Equal("v1", await AskAsync(connector, new MeshConnectOptions { DestinationAddress = IPAddress.Parse("10.1.2.3") }));
        Assert.Equal("v2", await AskAsync(connector, new MeshConnectOptions { DestinationAddress = IPAddress.Parse("10.2.2.3") }));
    }

    [Fact]
    public async Task ConnectAsync_TlsRules_PassTheCallersTlsThroughByItsServerName()
    {
        await using var v1 = new TcpEchoServer("v1");
        using var certificate = SelfSigned("api.db.example.com");
        await using var tls = await TlsServerAsync(certificate);
        await using var mesh = await StartAsync(Database("TLS", v1.Port, PortOf(tls)), Rules("""
            tls:
              - match: [{sniHosts: [db.example.com]}]
                route: [{destination: {host: db.example.com, subset: v1}}]
              - match: [{sniHosts: ['*.db.example.com']}]
                route: [{destination: {host: db.example.com, subset: v2}}]
            """, "'*.db.example.com', db.example.com"));
        var connector = await ConnectorAsync(mesh);
        await ReachesAsync(connector, "v1");

        var raw = await connector.ConnectAsync("db.example.com", 5432, new MeshConnectOptions { ServerName = "api.db.example.com" }, Cancellation);
        await using var secure = new SslStream(raw, leaveInnerStreamOpen: false, (_, shown, _, _) => shown?.GetCertHashString() == certificate.GetCertHashString());
        await secure.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "api.db.example.com" }, Cancellation);
        await secure.WriteAsync(Encoding.ASCII.GetBytes("GET /who HTTP/1.1\r\nHost: api.db.example.com\r\nConnection: close\r\n\r\n"), Cancellation);
        using var reader = new StreamReader(secure, Encoding.ASCII);

        Assert.Contains("api.db.example.com over https", await reader.ReadToEndAsync(Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SendAsync_HttpClientToATcpPort_IsCarriedToTheSameEndpoint()
    {
        await using var v1 = new TcpEchoServer("v1");
        await using var http = await HttpServerAsync();
        await using var mesh = await StartAsync(Database("TCP", v1.Port, PortOf(http)), Rules("tcp: [{route: [{destination: {host: db.example.com, subset: v2}}]}]"));
        var host = await mesh.StartClientAsync("caller", Cancellation);
        using var client = host.Services.GetRequiredService<IHttpClientFactory>().CreateClient();

        var seen = "";
        await Eventually.ReachesAsync(
            "the server behind the TCP port answers",
            async () => (seen = await client.GetStringAsync(new Uri("http://db.example.com:5432/who"), Cancellation)) == "db.example.com:5432 over http",
            () => seen,
            cancellationToken: Cancellation);
    }

    [Fact]
    public async Task ConnectAsync_HttpPort_IsRefusedAndSaysWhatToDo()
    {
        await using var v1 = new TcpEchoServer("v1");
        await using var mesh = await InProcessMesh.StartAsync(Database("HTTP", v1.Port, v1.Port), Cancellation);
        var connector = await ConnectorAsync(mesh);

        var exception = await Assert.ThrowsAsync<MeshConnectException>(() => connector.ConnectAsync("db.example.com", 5432, Cancellation).AsTask());

        Assert.Equal("NR", exception.ResponseFlags);
        Assert.Contains("HTTP port", exception.Message, StringComparison.Ordinal);
    }

    // With the rules from the start: without them the first answers would be those of the service itself.
    private static Task<InProcessMesh> StartAsync(string services, string rules) =>
        InProcessMesh.StartAsync(Join(services, rules), Cancellation);

    private static string Join(string services, string rules) => $"{services}\n---\n{rules}";

    private static async Task<IMeshConnector> ConnectorAsync(InProcessMesh mesh) =>
        (await mesh.StartClientAsync("caller", Cancellation)).Services.GetRequiredService<IMeshConnector>();

    private static async Task<string> AskAsync(IMeshConnector connector, MeshConnectOptions options)
    {
        await using var stream = await connector.ConnectAsync("db.example.com", 5432, options, Cancellation);
        return await TcpEchoServer.ReadNameAsync(stream, Cancellation);
    }

    private static Task ReachesAsync(IMeshConnector connector, string name)
    {
        var seen = "";
        return Eventually.ReachesAsync(
            $"connections go to {name}",
            async () => (seen = await AskAsync(connector, new MeshConnectOptions())) == name,
            () => seen,
            cancellationToken: Cancellation);
    }

    private static Task<WebApplication> TlsServerAsync(X509Certificate2 certificate) =>
        ServerAsync(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate)));

    private static Task<WebApplication> HttpServerAsync() => ServerAsync(kestrel => kestrel.Listen(IPAddress.Loopback, 0));

    private static async Task<WebApplication> ServerAsync(Action<Microsoft.AspNetCore.Server.Kestrel.Core.KestrelServerOptions> listen)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(listen);
        var app = builder.Build();
        app.MapGet("/who", (Microsoft.AspNetCore.Http.HttpRequest request) => $"{request.Host} over {request.Scheme}");
        await app.StartAsync(Cancellation);
        return app;
    }

    private static int PortOf(WebApplication app) => new Uri(app.Urls.Single()).Port;

    private static X509Certificate2 SelfSigned(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
    }

    private static string Database(string protocol, int first, int second) => $$"""
        apiVersion: networking.istio.io/v1
        kind: ServiceEntry
        metadata: {name: db}
        spec:
          hosts: [db.example.com]
          addresses: [10.9.0.1]
          ports: [{number: 5432, name: main, protocol: {{protocol}} }]
          resolution: STATIC
          endpoints:
          - {address: 127.0.0.1, ports: {main: {{first}} }, labels: {version: v1} }
          - {address: 127.0.0.1, ports: {main: {{second}} }, labels: {version: v2} }
        ---
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata: {name: db}
        spec:
          host: db.example.com
          subsets:
          - {name: v1, labels: {version: v1} }
          - {name: v2, labels: {version: v2} }
        """;

    private static string Rules(string rules, string hosts = "db.example.com") => $$"""
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: db}
        spec:
          hosts: [{{hosts}}]
          {{rules}}
        """;
}

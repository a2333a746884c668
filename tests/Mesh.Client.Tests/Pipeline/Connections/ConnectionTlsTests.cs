using System.Text;
using Mesh.Client.Model;
using Mesh.Client.Tests.Transport.Tls;
using Mesh.Testing.Connections;
using static Mesh.Client.Tests.Pipeline.Connections.ConnectorHarness;

namespace Mesh.Client.Tests.Pipeline.Connections;

/// <summary>TLS that the mesh puts on raw connections.</summary>
public sealed class ConnectionTlsTests : IDisposable
{
    private readonly TestAuthority _authority = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _authority.Dispose();

    [Theory(Timeout = 20_000)]
    [InlineData(null, "dns:db", "db")]
    [InlineData("sql.example.com", "dns:*.example.com", "sql.example.com")]
    public async Task ConnectAsync_Simple_EncryptsAndVerifiesTheName(string? sni, string name, string expected)
    {
        using var certificate = _authority.Issue([name]);
        await using var server = await TlsEndpoint.StartAsync(certificate);
        using var mesh = Demand(Simple(_authority) with { Sni = sni }, server.Port);

        await using var stream = await mesh.ConnectAsync();
        await stream.WriteAsync("GET / HTTP/1.1\r\nHost: any\r\nConnection: close\r\n\r\n"u8.ToArray(), Cancel);
        using var reader = new StreamReader(stream, Encoding.ASCII);

        // The server answers with the server name that it was asked for.
        Assert.Contains($"{expected} HTTP/1.1", await reader.ReadToEndAsync(Cancel), StringComparison.Ordinal);
    }

    [Theory(Timeout = 20_000)]
    [InlineData(true, "dns:db")]
    [InlineData(false, "dns:other")]
    public async Task ConnectAsync_CertificateThatIsNotBelieved_FailsWithTheReason(bool fromAStranger, string name)
    {
        using var stranger = new TestAuthority("a stranger");
        using var certificate = (fromAStranger ? stranger : _authority).Issue([name]);
        await using var server = await TlsEndpoint.StartAsync(certificate);
        using var mesh = Demand(Simple(_authority), server.Port);

        await AssertRefusedAsync(mesh);
    }

    [Fact(Timeout = 20_000)]
    public async Task ConnectAsync_EndpointWithoutTls_FailsAndNeverGoesOnInPlaintext()
    {
        await using var server = new TcpEchoServer("plain");
        using var mesh = Demand(Simple(_authority), server.Port);

        await AssertRefusedAsync(mesh);
    }

    [Fact(Timeout = 20_000)]
    public async Task ConnectAsync_HandshakeFails_TriesAnotherEndpointAndCountsOneConnection()
    {
        await using var plain = new TcpEchoServer("plain");
        using var certificate = _authority.Issue(["dns:db"]);
        await using var server = await TlsEndpoint.StartAsync(certificate);
        using var mesh = Demand(Simple(_authority), attempts: 2, plain.Port, server.Port);

        for (var connection = 0; connection < 4; connection++)
        {
            await using var stream = await mesh.ConnectAsync();
            Assert.Equal(server.Port, ((System.Net.IPEndPoint)((MeshStream)stream).RemoteEndPoint!).Port);
        }
    }

    private static async Task AssertRefusedAsync(ConnectorHarness mesh)
    {
        // More often than the limit allows: a failed handshake gives its place back.
        for (var attempt = 0; attempt < 2; attempt++)
        {
            var refusal = await Assert.ThrowsAsync<MeshConnectException>(() => mesh.ConnectAsync().AsTask());
            Assert.Equal("UF", refusal.ResponseFlags);
            Assert.Contains("TLS", refusal.Message, StringComparison.Ordinal);
        }

        Assert.Equal(0, mesh.InFlight());
    }

    private static ConnectorHarness Demand(TlsPolicy policy, int port) => Demand(policy, attempts: 1, port);

    private static ConnectorHarness Demand(TlsPolicy policy, int attempts, params int[] ports) => new ConnectorHarness().Forward(
        new ClusterPolicy { Security = policy, Limits = new ConcurrencyLimits { MaxConnections = 1 } }, To("one", attempts), ports);

    private static TlsPolicy Simple(TestAuthority authority) =>
        new() { Trust = new TlsTrust { Roots = new PemSource(null, authority.RootPem) }, VerifyServerName = true };
}

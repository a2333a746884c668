using System.Net;
using Mesh.Client.Model;
using Mesh.Testing.Connections;
using static Mesh.Client.Tests.Pipeline.Connections.ConnectorHarness;

namespace Mesh.Client.Tests.Pipeline.Connections;

public sealed class MeshConnectorTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ConnectAsync_OneCluster_ReachesItsEndpointsInTurn()
    {
        await using var a = new TcpEchoServer("a");
        await using var b = new TcpEchoServer("b");
        using var mesh = new ConnectorHarness().Forward(a.Port, b.Port);

        var names = new[] { await mesh.AskAsync(), await mesh.AskAsync(), await mesh.AskAsync(), await mesh.AskAsync() };

        Assert.Equal(2, names.Count(name => name == "a"));
        Assert.Equal(2, names.Count(name => name == "b"));
    }

    [Theory]
    [InlineData("www.example.com", "exact")]
    [InlineData("WWW.Example.COM", "exact")]
    [InlineData("api.example.com", "wildcard")]
    [InlineData("example.com", "rest")]
    [InlineData("other.net", "rest")]
    public async Task ConnectAsync_RulesByServerName_FollowsTheMostExact(string serverName, string expected)
    {
        await using var exact = new TcpEchoServer("exact");
        await using var wildcard = new TcpEchoServer("wildcard");
        await using var rest = new TcpEchoServer("rest");
        using var mesh = new ConnectorHarness().Route(
            Routes(To("rest"), When("wildcard", "*.example.com"), When("exact", "www.example.com")),
            ("exact", [exact.Port]), ("wildcard", [wildcard.Port]), ("rest", [rest.Port]));

        Assert.Equal(expected, await mesh.AskAsync(new MeshConnectOptions { ServerName = serverName }));
    }

    [Fact]
    public async Task ConnectAsync_RulesForTlsAndNoOptions_TakesTheHostForTheServerName()
    {
        await using var tls = new TcpEchoServer("tls");
        await using var plain = new TcpEchoServer("plain");
        using var mesh = new ConnectorHarness().Route(Routes(To("plain"), When("tls", "db")), ("tls", [tls.Port]), ("plain", [plain.Port]));

        Assert.Equal("tls", await mesh.AskAsync());
        Assert.Equal("plain", await mesh.AskAsync(new MeshConnectOptions { UsesTls = false }));
    }

    [Theory]
    [InlineData("10.1.2.3", "narrow")]
    [InlineData("::ffff:10.1.2.3", "narrow")]
    [InlineData("10.9.9.9", "wide")]
    [InlineData("192.168.0.1", "rest")]
    [InlineData(null, "rest")]
    public async Task ConnectAsync_RulesBySubnet_FollowsTheNarrowest(string? address, string expected)
    {
        await using var narrow = new TcpEchoServer("narrow");
        await using var wide = new TcpEchoServer("wide");
        await using var rest = new TcpEchoServer("rest");
        using var mesh = new ConnectorHarness().Route(
            Routes(To("rest"), WhenAddress("wide", "10.0.0.0/8"), WhenAddress("narrow", "10.1.0.0/16")),
            ("narrow", [narrow.Port]), ("wide", [wide.Port]), ("rest", [rest.Port]));

        Assert.Equal(expected, await mesh.AskAsync(new MeshConnectOptions { DestinationAddress = address is null ? null : IPAddress.Parse(address) }));
    }

    [Fact]
    public async Task ConnectAsync_ServiceWithAVirtualAddress_IsMatchedByIt()
    {
        await using var inside = new TcpEchoServer("inside");
        using var mesh = new ConnectorHarness().Route(
            Routes(fallback: null, WhenAddress("inside", "10.0.0.0/8")) with { Address = IPAddress.Parse("10.1.2.3") },
            ("inside", [inside.Port]));

        Assert.Equal("inside", await mesh.AskAsync());
    }

    [Fact]
    public async Task ConnectAsync_Weights_AreKeptExactlyOverEveryDraw()
    {
        await using var a = new TcpEchoServer("a");
        await using var b = new TcpEchoServer("b");
        var draws = new CountingRandom(4);
        var split = new TcpRoute("split") { Clusters = [new WeightedCluster("a", 3), new WeightedCluster("b", 1)] };
        using var mesh = new ConnectorHarness(random: draws).Route(Routes(split), ("a", [a.Port]), ("b", [b.Port]));

        for (var connection = 0; connection < 40; connection++)
        {
            await mesh.AskAsync();
        }

        Assert.Equal((30, 10), (a.Accepted, b.Accepted));
    }

    [Fact]
    public async Task ConnectAsync_EndpointRefuses_TriesTheNext()
    {
        await using var alive = new TcpEchoServer("alive");
        using var dead = new ReservedPort();
        using var mesh = new ConnectorHarness().Route(Routes(To("one", attempts: 2)), ("one", [dead.Number, alive.Port]));

        for (var connection = 0; connection < 4; connection++)
        {
            Assert.Equal("alive", await mesh.AskAsync());
        }
    }

    [Fact]
    public async Task ConnectAsync_EveryEndpointRefuses_FailsAfterTheLastAttemptAndCountsNothing()
    {
        using var dead = new ReservedPort();
        using var mesh = new ConnectorHarness().Route(Routes(To("one", attempts: 3)), ("one", [dead.Number]));

        var exception = await Assert.ThrowsAsync<MeshConnectException>(() => mesh.ConnectAsync().AsTask());

        Assert.Equal("UF", exception.ResponseFlags);
        Assert.Contains("3 attempts", exception.Message, StringComparison.Ordinal);
        Assert.IsType<System.Net.Sockets.SocketException>(exception.InnerException);
        Assert.Equal(0, mesh.InFlight());
    }

    [Fact]
    public async Task ConnectAsync_LiveChange_IsForNewConnectionsOnly()
    {
        await using var old = new TcpEchoServer("old");
        await using var young = new TcpEchoServer("young");
        using var mesh = new ConnectorHarness().Forward(old.Port);
        await using var open = await mesh.ConnectAsync();
        Assert.Equal("old", await TcpEchoServer.ReadNameAsync(open, Cancel));

        mesh.Forward(young.Port);

        Assert.Equal("young", await mesh.AskAsync());
        await open.WriteAsync("still here\n"u8.ToArray(), Cancel);
        Assert.Equal("still here", await TcpEchoServer.ReadNameAsync(open, Cancel));
    }

    [Fact]
    public async Task ConnectAsync_UntilDisposed_CountsAtItsEndpoint()
    {
        await using var server = new TcpEchoServer("a");
        using var mesh = new ConnectorHarness().Forward(server.Port);

        var stream = await mesh.ConnectAsync();
        Assert.Equal(1, mesh.InFlight());
        await stream.DisposeAsync();
        await stream.DisposeAsync();

        Assert.Equal(0, mesh.InFlight());
    }

    [Fact]
    public async Task ConnectAsync_UnknownAuthority_IsAskedForAndWaitedFor()
    {
        await using var server = new TcpEchoServer("found");
        using var mesh = new ConnectorHarness();
        mesh.Requests.OnSubscribe = _ => mesh.Forward(server.Port);

        Assert.Equal("found", await mesh.AskAsync());
    }

    [Fact]
    public async Task ConnectAsync_OutsideTheMesh_FollowsTheTrafficPolicy()
    {
        await using var server = new TcpEchoServer("outside");
        using var open = new ConnectorHarness();
        using var closed = new ConnectorHarness(OutboundTrafficPolicy.RegistryOnly);
        var outside = new Destination { Authority = new Authority("127.0.0.1", server.Port), Status = DestinationStatus.Unknown };
        open.Publish(outside);
        closed.Publish(outside);

        await using var stream = await open.Connector.ConnectAsync("127.0.0.1", server.Port, Cancel);
        Assert.Equal("outside", await TcpEchoServer.ReadNameAsync(stream, Cancel));
        Assert.Null(Assert.IsAssignableFrom<MeshStream>(stream).ClusterName);
        var refusal = await Assert.ThrowsAsync<MeshConnectException>(() => closed.Connector.ConnectAsync("127.0.0.1", server.Port, Cancel).AsTask());
        Assert.Equal("UH", refusal.ResponseFlags);
        Assert.Contains("RegistryOnly", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ConnectAsync_OutsideTheMeshAndRefused_SaysThatTheMeshDoesNotKnowIt()
    {
        using var mesh = new ConnectorHarness();
        using var dead = new ReservedPort();
        var port = dead.Number;
        mesh.Publish(new Destination { Authority = new Authority("127.0.0.1", port), Status = DestinationStatus.Unknown });

        var exception = await Assert.ThrowsAsync<MeshConnectException>(() => mesh.Connector.ConnectAsync("127.0.0.1", port, Cancel).AsTask());

        Assert.Equal("UF", exception.ResponseFlags);
        Assert.Contains("not in the mesh", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ConnectAsync_RefusedByConfiguration_SaysWhyWithEnvoysLetters()
    {
        using var mesh = new ConnectorHarness();
        async Task<(string Flags, string Message)> RefusalAsync(Action<ConnectorHarness> arrange)
        {
            arrange(mesh);
            var exception = await Assert.ThrowsAsync<MeshConnectException>(() => mesh.ConnectAsync().AsTask());
            return (exception.ResponseFlags, exception.Message);
        }

        var authority = new Authority("db", Port);
        var failed = await RefusalAsync(mesh => mesh.Publish(new Destination { Authority = authority, Status = DestinationStatus.Failed, Reason = "broken" }));
        Assert.Equal("NC", failed.Flags);
        Assert.Contains("broken", failed.Message, StringComparison.Ordinal);

        var requests = await RefusalAsync(mesh => mesh.Publish(new Destination { Authority = authority, Status = DestinationStatus.Routed, VirtualHost = new VirtualHost("db", ["db"], []) }));
        Assert.Equal("NR", requests.Flags);
        Assert.Contains("HttpClient", requests.Message, StringComparison.Ordinal);

        var noRoute = await RefusalAsync(mesh => mesh.Route(Routes(null, When("one", "other")), ("one", [1])));
        Assert.Equal("NR", noRoute.Flags);
        Assert.Contains("'db'", noRoute.Message, StringComparison.Ordinal);

        var noCluster = await RefusalAsync(mesh => mesh.Route(Routes(To("gone"))));
        Assert.Equal("NC", noCluster.Flags);

        var noEndpoint = await RefusalAsync(mesh => mesh.Forward());
        Assert.Equal("UH", noEndpoint.Flags);

        var blocked = await RefusalAsync(mesh => mesh.Route(Routes(To("BlackHoleCluster")), ("BlackHoleCluster", [])));
        Assert.Equal("UH", blocked.Flags);
        Assert.Contains("REGISTRY_ONLY", blocked.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ConnectAsync_ArgumentsThatContradict_AreRefusedAtOnce()
    {
        using var mesh = new ConnectorHarness();

        await Assert.ThrowsAsync<ArgumentException>(() => mesh.ConnectAsync(new MeshConnectOptions { UsesTls = false, ServerName = "db" }).AsTask());
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => mesh.Connector.ConnectAsync("db", 0, Cancel).AsTask());
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => mesh.Connector.ConnectAsync("db", 65_536, Cancel).AsTask());
        await Assert.ThrowsAsync<ArgumentException>(() => mesh.Connector.ConnectAsync("", 1, Cancel).AsTask());
    }

    /// <summary>Draws 0, 1, 2 … below a bound, over and over.</summary>
    private sealed class CountingRandom(int bound) : Random(0)
    {
        private long _next;

        public override long NextInt64(long maxValue) => _next++ % bound;
    }
}

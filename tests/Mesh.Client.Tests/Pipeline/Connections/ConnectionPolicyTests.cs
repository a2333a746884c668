using System.Collections.Frozen;
using System.Net;
using Mesh.Client.LoadBalancing;
using Mesh.Client.Model;
using Mesh.Client.Pipeline.Hashing;
using Mesh.Testing.Connections;
using static Mesh.Client.Tests.Pipeline.Connections.ConnectorHarness;

namespace Mesh.Client.Tests.Pipeline.Connections;

/// <summary>What a DestinationRule says, for raw connections.</summary>
public sealed class ConnectionPolicyTests
{
    private static readonly ClusterPolicy AtMostTwo = new() { Limits = new ConcurrencyLimits { MaxConnections = 2 } };

    [Theory(Timeout = 20_000)]
    [InlineData(nameof(LoadBalancingKind.RingHash))]
    [InlineData(nameof(LoadBalancingKind.Maglev))]
    public async Task ConnectAsync_HashOfTheSourceAddress_AlwaysReachesTheEndpointOfItsRequests(string kind)
    {
        await using var servers = new ServerGroup(4);
        using var mesh = new ConnectorHarness().Forward(Hashing(kind), To("one") with { HashesSourceAddress = true }, servers.Ports);
        var expected = mesh.Directory.State.Clusters.Single().EnterConnection(new PickContext(SourceAddressHash.Own))!;
        expected.Leave();

        for (var connection = 0; connection < 12; connection++)
        {
            await mesh.AskAsync();
        }

        Assert.Equal(12, servers[expected.Address.Port].Accepted);
    }

    [Theory(Timeout = 20_000)]
    [InlineData(nameof(LoadBalancingKind.RingHash))]
    [InlineData(nameof(LoadBalancingKind.Maglev))]
    public async Task ConnectAsync_HashingWithoutAHashPolicy_GoesToAny(string kind)
    {
        await using var servers = new ServerGroup(4);
        using var mesh = new ConnectorHarness().Forward(Hashing(kind), To("one"), servers.Ports);

        for (var connection = 0; connection < 24; connection++)
        {
            await mesh.AskAsync();
        }

        Assert.True(servers.Ports.Count(port => servers[port].Accepted > 0) > 1, "All 24 connections went to one endpoint.");
    }

    [Fact(Timeout = 20_000)]
    public async Task ConnectAsync_HashedEndpointRefuses_TriesAnother()
    {
        await using var alive = new TcpEchoServer("alive");
        var route = To("one", attempts: 3) with { HashesSourceAddress = true };
        using var dead = new ReservedPort();
        using var mesh = new ConnectorHarness().Forward(Hashing(nameof(LoadBalancingKind.RingHash)), route, dead.Number, alive.Port);

        Assert.Equal("alive", await mesh.AskAsync());
    }

    [Fact(Timeout = 20_000)]
    public async Task ConnectAsync_AtTheLimit_IsRefusedUntilAStreamIsDisposed()
    {
        await using var server = new TcpEchoServer("a");
        using var mesh = new ConnectorHarness().Forward(AtMostTwo, To("one", attempts: 3), server.Port);
        await using var first = await mesh.ConnectAsync();
        await using var second = await mesh.ConnectAsync();

        var refusal = await Assert.ThrowsAsync<MeshConnectException>(() => mesh.ConnectAsync().AsTask());
        Assert.Equal("UO", refusal.ResponseFlags);
        Assert.Contains("maxConnections", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(2, mesh.InFlight());

        await first.DisposeAsync();
        await first.DisposeAsync();
        await using var third = await mesh.ConnectAsync();
        refusal = await Assert.ThrowsAsync<MeshConnectException>(() => mesh.ConnectAsync().AsTask());
        Assert.Equal("UO", refusal.ResponseFlags);
    }

    [Fact(Timeout = 20_000)]
    public async Task ConnectAsync_AllAtOnce_OpensExactlyAsManyAsAllowed()
    {
        await using var server = new TcpEchoServer("a");
        using var mesh = new ConnectorHarness().Forward(AtMostTwo, To("one"), server.Port);

        var attempts = Enumerable.Range(0, 16).Select(_ => Task.Run(() => mesh.ConnectAsync().AsTask())).ToArray();
        await Task.WhenAll(attempts).ContinueWith(_ => { }, TestContext.Current.CancellationToken, TaskContinuationOptions.None, TaskScheduler.Default);

        var open = attempts.Where(attempt => attempt.IsCompletedSuccessfully).ToArray();
        Assert.Equal(2, open.Length);
        Assert.All(attempts.Except(open), attempt => Assert.Equal("UO", Assert.IsType<MeshConnectException>(attempt.Exception!.InnerException).ResponseFlags));
        foreach (var attempt in open)
        {
            await (await attempt).DisposeAsync();
        }

        Assert.Equal(0, mesh.InFlight());
    }

    [Fact(Timeout = 20_000)]
    public async Task ConnectAsync_FailedConnections_LeaveTheLimitFree()
    {
        await using var server = new TcpEchoServer("a");
        using var dead = new ReservedPort();
        using var mesh = new ConnectorHarness().Forward(AtMostTwo, To("one", attempts: 3), dead.Number);
        for (var connection = 0; connection < 3; connection++)
        {
            Assert.Equal("UF", (await Assert.ThrowsAsync<MeshConnectException>(() => mesh.ConnectAsync().AsTask())).ResponseFlags);
        }

        mesh.Forward(AtMostTwo, To("one"), server.Port);
        await using var first = await mesh.ConnectAsync();
        await using var second = await mesh.ConnectAsync();
    }

    [Theory(Timeout = 20_000)]
    [InlineData("nowhere.invalid", "127.0.0.1")]
    [InlineData("nowhere.invalid", "::ffff:127.0.0.1")]
    [InlineData("127.0.0.1", null)]
    [InlineData("192.0.2.1", "127.0.0.1")]
    public async Task ConnectAsync_ResolutionNone_DialsTheAddressThatTheCallerNames(string host, string? address)
    {
        await using var server = new TcpEchoServer("original");
        using var mesh = new ConnectorHarness();
        var passthrough = new ClusterPolicy { LoadBalancing = new LoadBalancingPolicy(LoadBalancingKind.Passthrough) };
        mesh.Publish(new Destination
        {
            Authority = new Authority(host, server.Port),
            Status = DestinationStatus.Routed,
            Connections = new ConnectionRoutes { Default = To("one") },
            Clusters = new Dictionary<string, Cluster> { ["one"] = OutboundHarness.Cluster("one") with { Policy = passthrough } }.ToFrozenDictionary(),
        });
        var options = new MeshConnectOptions { DestinationAddress = address is null ? null : IPAddress.Parse(address) };

        await using var stream = await mesh.Connector.ConnectAsync(host, server.Port, options, TestContext.Current.CancellationToken);

        Assert.Equal("original", await TcpEchoServer.ReadNameAsync(stream, TestContext.Current.CancellationToken));
        Assert.Equal("one", Assert.IsAssignableFrom<MeshStream>(stream).ClusterName);
    }

    private static ClusterPolicy Hashing(string kind) => new() { LoadBalancing = new LoadBalancingPolicy(Enum.Parse<LoadBalancingKind>(kind)) };

    private sealed class ServerGroup(int count) : IAsyncDisposable
    {
        private readonly TcpEchoServer[] _servers = [.. Enumerable.Range(0, count).Select(index => new TcpEchoServer($"server {index}"))];

        public int[] Ports => [.. _servers.Select(server => server.Port)];

        public TcpEchoServer this[int port] => _servers.Single(server => server.Port == port);

        public async ValueTask DisposeAsync()
        {
            foreach (var server in _servers)
            {
                await server.DisposeAsync();
            }
        }
    }
}

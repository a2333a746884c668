using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Net;
using Mesh.Client.Model;
using Mesh.Client.Pipeline.Connections;
using Mesh.Client.Pipeline.Destinations;
using Mesh.Client.Pipeline.Reports;
using Mesh.Testing.Connections;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesh.Client.Tests.Pipeline.Connections;

/// <summary>The way of raw connections over hand-made snapshots, without a control plane.</summary>
internal sealed class ConnectorHarness : IDisposable
{
    public const int Port = 5432;

    private readonly OutboundHarness _outbound;

    public ConnectorHarness(OutboundTrafficPolicy policy = OutboundTrafficPolicy.AllowAny, TimeProvider? time = null, Random? random = null, IConnectionSink? sink = null)
    {
        var clock = time ?? TimeProvider.System;
        var choices = random ?? new Random(11);
        var dialer = new ConnectionDialer(clock);
        _outbound = new OutboundHarness(time: clock, random: choices);
        Connector = new MeshConnector(Directory, policy, new ConnectionAttempts(dialer, clock, choices, NullLogger<ConnectionAttempts>.Instance, sink), dialer, choices, sink);
    }

    public DestinationDirectory Directory => _outbound.Directory;

    /// <summary>The same mesh for requests.</summary>
    public OutboundHarness Requests => _outbound;

    public IMeshConnector Connector { get; }

    /// <summary>Puts routes to <c>db:5432</c> in force; every cluster holds the endpoints that its name is given.</summary>
    public ConnectorHarness Route(ConnectionRoutes routes, params (string Cluster, int[] Ports)[] clusters) => Publish(new Destination
    {
        Authority = new Authority("db", Port),
        Status = DestinationStatus.Routed,
        Connections = routes,
        Clusters = clusters.ToFrozenDictionary(cluster => cluster.Cluster, cluster => OutboundHarness.Cluster(cluster.Cluster, cluster.Ports)),
    });

    /// <summary>One cluster behind everything.</summary>
    public ConnectorHarness Forward(params int[] ports) => Route(new ConnectionRoutes { Default = To("one") }, ("one", ports));

    /// <summary>One cluster with a policy behind everything.</summary>
    public ConnectorHarness Forward(ClusterPolicy policy, TcpRoute route, params int[] ports) => Publish(new Destination
    {
        Authority = new Authority("db", Port),
        Status = DestinationStatus.Routed,
        Connections = new ConnectionRoutes { Default = route },
        Clusters = new Dictionary<string, Cluster> { ["one"] = OutboundHarness.Cluster("one", ports) with { Policy = policy } }.ToFrozenDictionary(),
    });

    public ConnectorHarness Publish(Destination destination)
    {
        _outbound.Publish(destination);
        return this;
    }

    public ValueTask<Stream> ConnectAsync(MeshConnectOptions? options = null) =>
        Connector.ConnectAsync("db", Port, options ?? new MeshConnectOptions(), TestContext.Current.CancellationToken);

    /// <summary>Connects, and says which server answers.</summary>
    public async Task<string> AskAsync(MeshConnectOptions? options = null)
    {
        await using var stream = await ConnectAsync(options);
        return await TcpEchoServer.ReadNameAsync(stream, TestContext.Current.CancellationToken);
    }

    public int InFlight()
    {
        var cluster = Directory.State.Clusters.Single();
        var endpoint = cluster.EnterConnection(default)!;
        endpoint.Leave();
        return endpoint.InFlight;
    }

    public void Dispose() => _outbound.Dispose();

    public static TcpRoute To(string cluster, int attempts = 1) =>
        new(cluster) { Clusters = [new WeightedCluster(cluster, 1)], MaxConnectAttempts = attempts };

    public static ConnectionRoute When(string cluster, params string[] serverNames) =>
        new(new ConnectionMatch { ServerNames = [.. serverNames] }, To(cluster));

    public static ConnectionRoute WhenAddress(string cluster, params string[] prefixes) =>
        new(new ConnectionMatch { Prefixes = [.. prefixes.Select(IPNetwork.Parse)] }, To(cluster));

    public static ConnectionRoutes Routes(TcpRoute? fallback, params ImmutableArray<ConnectionRoute> routes) => new() { Routes = routes, Default = fallback };
}

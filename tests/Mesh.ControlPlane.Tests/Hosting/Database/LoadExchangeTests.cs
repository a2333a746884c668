using Google.Protobuf.WellKnownTypes;
using Mesh.ControlPlane.Graph;
using Mesh.ControlPlane.Tests.Stores.Postgres;
using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Envoy.Endpoint;
using Mesh.Protocol.Envoy.LoadStats;
using Mesh.Protocol.Grpc;
using Mesh.Protocol.Xds;
using Mesh.Testing;
using Mesh.Testing.Postgres;

namespace Mesh.ControlPlane.Tests.Hosting.Database;

/// <summary>Control planes on one database have the same service graph, whichever of them a client reports to.</summary>
[Collection(PostgresTests.Name)]
public sealed class LoadExchangeTests(PostgresServer server)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = 120_000)]
    public async Task Graph_OfClientsAtTwoControlPlanes_IsWholeAtBothAndCountsNothingTwice()
    {
        var database = await server.CreateDatabaseAsync(Cancellation);
        await using var here = await StartAsync(database);
        await using var there = await StartAsync(database);
        await using var first = await OpenAsync(here, "a");
        await using var second = await OpenAsync(there, "b");

        await ReportAsync(first, "a", number: 1, requests: 30);
        await ReportAsync(second, "b", number: 1, requests: 12);
        await ReachesAsync(here, "a>30 b>12");
        await ReachesAsync(there, "a>30 b>12");

        // The client moves. It repeats the report whose answer it did not see, and goes on with the next before anybody tells.
        await using (var moved = await OpenAsync(there, "a"))
        {
            await ReportAsync(moved, "a", number: 1, requests: 30);
            await ReportAsync(moved, "a", number: 3, requests: 5);
            await ReportAsync(first, "a", number: 2, requests: 4);
            await ReachesAsync(here, "a>39 b>12");
            await ReachesAsync(there, "a>39 b>12");
            Assert.Equal((3, 3), (here.State.Traffic!.Reporters, there.State.Traffic!.Reporters));
        }

        // Who starts later knows the last minute.
        await using var late = await StartAsync(database);
        await ReachesAsync(late, "a>39 b>12");
    }

    [Fact]
    public void Reports_OverTheWire_AreTheSame()
    {
        var now = new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var traffic = new EdgeTraffic { Requests = 7, Errors = 1, Retries = 2, MutualTls = 6, Grpc = 3, IsDetailed = true };
        traffic.Latency.Add(40, 5);
        traffic.Latency.Add(900, 2);
        var edge = new GraphEdge(new("default", "web", "v1", "web-1"), new("shop", "reviews", "", ""));
        var report = new GraphReport("spiffe://x/ns/default/sa/web node", 17, now - TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(5), [new(edge, traffic)]);

        // A minute later, at a reader whose clock is an hour ahead.
        var read = Assert.Single(GraphReportText.Read(GraphReportText.Write([report], now), now + TimeSpan.FromHours(1)));

        Assert.Equal((report.Source, report.Number, report.Interval), (read.Source, read.Number, read.Interval));
        Assert.Equal(now + TimeSpan.FromHours(1) - TimeSpan.FromSeconds(3), read.At);
        var (readEdge, readTraffic) = Assert.Single(read.Edges);
        Assert.Equal(edge, readEdge);
        Assert.Equal((7, 1, 2, 6, 3, true), (readTraffic.Requests, readTraffic.Errors, readTraffic.Retries, readTraffic.MutualTls, readTraffic.Grpc, readTraffic.IsDetailed));
        Assert.Equal(traffic.Latency.Cells, readTraffic.Latency.Cells);
        Assert.Throws<FormatException>(() => GraphReportText.Read([1, 2, 3], now));
    }

    [Fact]
    public void Outbox_Full_LeavesOutAndCounts()
    {
        var outbox = new GraphOutbox(capacity: 2);
        var edge = new KeyValuePair<GraphEdge, EdgeTraffic>(new GraphEdge(new("", "a", "", ""), new("", "b", "", "")), new EdgeTraffic());

        for (var number = 1; number <= 3; number++)
        {
            outbox.Add(new GraphReport("a", number, default, default, [edge]));
        }

        Assert.Equal((2, 1L), (outbox.Take().Count, outbox.LeftOut));
        outbox.Add(new GraphReport("a", 4, default, default, [edge]));
        Assert.Equal(4, Assert.Single(outbox.Take()).Number);
    }

    private static Task<RunningControlPlane> StartAsync(string database) => RunningControlPlane.StartAsync(configure: options =>
    {
        options.ConfigFolder = null;
        options.Store = ControlPlaneStore.Postgres;
        options.Postgres.Connection = database;
    });

    private static async Task<GrpcCall<LoadStatsRequest, LoadStatsResponse>> OpenAsync(RunningControlPlane mesh, string name)
    {
        var call = mesh.Channel.Start(LoadMethods.StreamLoadStats, options: null, Cancellation);
        await call.WriteAsync(new LoadStatsRequest { Node = NodeOf(name, number: 0) }, Cancellation);
        await call.ReadAsync(Cancellation);
        return call;
    }

    private static async Task ReportAsync(GrpcCall<LoadStatsRequest, LoadStatsResponse> call, string name, long number, ulong requests) => await call.WriteAsync(
        new LoadStatsRequest
        {
            Node = NodeOf(name, number),
            ClusterStats =
            {
                new ClusterStats
                {
                    ClusterName = "PassthroughCluster",
                    LoadReportInterval = Duration.FromTimeSpan(TimeSpan.FromSeconds(1)),
                    UpstreamLocalityStats = { new UpstreamLocalityStats { Locality = new Locality(), TotalSuccessfulRequests = requests, TotalIssuedRequests = requests } },
                },
            },
        },
        Cancellation);

    private static Node NodeOf(string name, long number) => new()
    {
        Id = $"sidecar~127.0.0.1~{name}.default~default.svc.cluster.local",
        ClientFeatures = { "envoy.lrs.supports_send_all_clusters" },
        Metadata = new Struct { Fields = { [LoadMethods.SequenceKey] = Value.ForNumber(number) } },
    };

    /// <summary>Requests by their source, of what is there already: the graph that the API shows waits until all reports are in.</summary>
    private static Task ReachesAsync(RunningControlPlane mesh, string expected)
    {
        var seen = "";
        return Eventually.ReachesAsync(
            $"the graph is {expected}",
            () =>
            {
                var now = TimeProvider.System.GetUtcNow();
                var window = new GraphWindow(now - TimeSpan.FromMinutes(3), now + TimeSpan.FromMinutes(1), IsFine: true);
                var traffic = mesh.State.Traffic!.Graph.Read(window, GraphLevel.Workload, static _ => true);
                seen = string.Join(' ', traffic.GroupBy(pair => pair.Key.Source.Workload).Select(edge => $"{edge.Key[..1]}>{edge.Sum(pair => pair.Value.Requests)}").Order(StringComparer.Ordinal));
                return seen == expected;
            },
            () => seen,
            cancellationToken: Cancellation);
    }
}

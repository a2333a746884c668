using System.Text.Json.Nodes;
using Google.Protobuf.WellKnownTypes;
using Mesh.ControlPlane.Tests.Hosting;
using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Envoy.Endpoint;
using Mesh.Protocol.Envoy.LoadStats;
using Mesh.Protocol.Grpc;
using Mesh.Protocol.Xds;
using Mesh.Testing;
using Mesh.Testing.Time;

namespace Mesh.ControlPlane.Tests.Serving.Loads;

/// <summary>Load reports over the real wire: what the graph makes of them, and what is refused (S48).</summary>
public sealed class LoadServiceTests : IAsyncLifetime
{
    private const string Services = """
        apiVersion: networking.istio.io/v1
        kind: ServiceEntry
        metadata: { name: reviews, namespace: default }
        spec:
          hosts: [reviews.example.com]
          resolution: STATIC
          ports: [{ number: 9080, name: http, protocol: HTTP }]
          endpoints:
          - { address: 10.0.0.1, labels: { version: v1 } }
          - { address: 10.0.0.2, labels: { version: v2 } }
        """;

    private const string Cluster = "outbound|9080||reviews.example.com";

    private readonly FakeTimeProvider _time = new();
    private RunningControlPlane _mesh = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _mesh = await RunningControlPlane.StartAsync(Services, _time, options => options.LoadReportInterval = TimeSpan.FromSeconds(1));

    public ValueTask DisposeAsync() => _mesh.DisposeAsync();

    [Fact]
    public async Task Stream_OfAClient_IsAskedForAllClustersAtTheInterval()
    {
        await using var call = Open(_mesh.Channel);
        await call.WriteAsync(new LoadStatsRequest { Node = NodeOf("a", sendsAll: true) }, Cancellation);

        var asked = await call.ReadAsync(Cancellation);

        Assert.True(asked!.SendAllClusters);
        Assert.Empty(asked.Clusters);
        Assert.Equal(1, asked.LoadReportingInterval.Seconds);
        Assert.True(asked.ReportEndpointGranularity);
    }

    [Fact]
    public async Task Report_OfLocalities_BecomesAnEdge()
    {
        await using var call = Open(_mesh.Channel);
        await call.WriteAsync(new LoadStatsRequest { Node = NodeOf("a", sendsAll: true) }, Cancellation);
        await call.ReadAsync(Cancellation);
        var cluster = Stats(Cluster, successful: 90, failed: 10);
        cluster.TotalDroppedRequests = 5;
        await call.WriteAsync(new LoadStatsRequest { ClusterStats = { cluster } }, Cancellation);

        var graph = await GraphWithAsync(edges: 1);

        Assert.Equal(105, Total(graph, "requests"));
        Assert.Equal(15, Total(graph, "errors"));
        Assert.Contains(graph["nodes"]!.AsArray(), node => node!["id"]!.ToString() == "default/web/v9/a");
        Assert.Null(graph["edges"]![0]!["latency"]);
    }

    [Fact]
    public async Task Report_OfEndpoints_NamesVersionsAndDurations()
    {
        await using var call = Open(_mesh.Channel);
        await call.WriteAsync(new LoadStatsRequest { Node = NodeOf("a", sendsAll: true) }, Cancellation);
        await call.ReadAsync(Cancellation);
        await call.WriteAsync(new LoadStatsRequest { ClusterStats = { Detailed("10.0.0.2", calls: 100, errors: 4, retries: 20, microseconds: 8_000) } }, Cancellation);

        var edge = (await GraphWithAsync(edges: 1))["edges"]![0]!;

        Assert.EndsWith("/v2", edge["destination"]!.ToString(), StringComparison.Ordinal);
        Assert.Equal((100, 4, 20), ((int)edge["requests"]!, (int)edge["errors"]!, (int)edge["retries"]!));
        Assert.Equal(0.5, (double)edge["mutualTls"]!);
        Assert.Equal("http", edge["protocol"]!.ToString());
        Assert.InRange((double)edge["latency"]!["p50"]!, 7.5, 8.6);
    }

    [Fact]
    public async Task Report_ThatComesAgainOnAnotherStream_IsCountedOnce()
    {
        for (var stream = 0; stream < 2; stream++)
        {
            await using var call = Open(_mesh.Channel);
            var node = NodeOf("a", sendsAll: true);
            node.Metadata.Fields[NodeMetadataKeys.MeshClient] = Value.ForString("test");
            await call.WriteAsync(new LoadStatsRequest { Node = node }, Cancellation);
            await call.ReadAsync(Cancellation);
            Assert.True((await call.ResponseHeadersAsync).Contains(LoadMethods.AcknowledgesHeader));
            node.Metadata.Fields[LoadMethods.SequenceKey] = Value.ForNumber(1);
            await call.WriteAsync(new LoadStatsRequest { Node = node, ClusterStats = { Stats(Cluster, 42, 0) } }, Cancellation);
            Assert.NotNull(await call.ReadAsync(Cancellation));
        }

        Assert.Equal(42, Total(await GraphWithAsync(edges: 1), "requests"));
    }

    [Fact]
    public async Task Report_OfAClusterThatTheMeshDoesNotKnow_IsLeftOut()
    {
        await using var call = Open(_mesh.Channel);
        await call.WriteAsync(new LoadStatsRequest { Node = NodeOf("a", sendsAll: true) }, Cancellation);
        await call.WriteAsync(
            new LoadStatsRequest { ClusterStats = { Stats("outbound|80||made-up.example.com", 1, 0), Stats("nonsense", 1, 0), Stats(Cluster, 3, 0) } }, Cancellation);

        Assert.Equal(3, Total(await GraphWithAsync(edges: 1), "requests"));
        Assert.Contains("mesh_load_reports_refused_total{reason=\"unknown_cluster\"} 2", await _mesh.GetAsync("/metrics"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task S48_FloodOfReports_IsRefusedAndCounted()
    {
        _mesh.Logs.Expect("LoadReportsRefused");
        await using var call = Open(_mesh.Channel);
        await call.WriteAsync(new LoadStatsRequest { Node = NodeOf("a", sendsAll: true) }, Cancellation);

        var end = await Assert.ThrowsAsync<GrpcException>(async () =>
        {
            for (var report = 0; report < 8; report++)
            {
                await call.WriteAsync(new LoadStatsRequest { ClusterStats = { Stats(Cluster, 1_000_000_000_000, 0) } }, Cancellation);
            }

            while (await call.ReadAsync(Cancellation) is not null)
            {
                // Answers to the first ones.
            }
        });

        Assert.Equal(GrpcStatusCode.ResourceExhausted, end.Code);
        Assert.Contains("mesh_load_reports_refused_total{reason=\"flood\"} 1", await _mesh.GetAsync("/metrics"), StringComparison.Ordinal);
        await using var again = Open(_mesh.Channel);
        await again.WriteAsync(new LoadStatsRequest { Node = NodeOf("a", sendsAll: true), ClusterStats = { Stats(Cluster, 1, 0) } }, Cancellation);
        Assert.NotNull(await again.ReadAsync(Cancellation));
        Assert.Equal(GrpcStatusCode.ResourceExhausted, (await Assert.ThrowsAsync<GrpcException>(async () => await again.ReadAsync(Cancellation))).Code);
    }

    [Theory]
    [InlineData("window=0s")]
    [InlineData("window=2h")]
    [InlineData("window=soon")]
    [InlineData("at=yesterday-ish")]
    [InlineData("level=pod")]
    public async Task Graph_AskedForNonsense_SaysWhatWasExpected(string query)
    {
        using var client = new HttpClient();
        using var response = await client.GetAsync(new Uri(_mesh.HttpAddress, $"/api/v1/graph?{query}"), Cancellation);

        Assert.Equal(System.Net.HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("expected", await response.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    private static GrpcCall<LoadStatsRequest, LoadStatsResponse> Open(GrpcChannel channel) => channel.Start(LoadMethods.StreamLoadStats, options: null, Cancellation);

    private static Node NodeOf(string name, bool sendsAll)
    {
        var node = new Node
        {
            Id = $"sidecar~127.0.0.1~{name}.default~default.svc.cluster.local",
            Metadata = new Struct
            {
                Fields = { [NodeMetadataKeys.Labels] = Value.ForStruct(new Struct { Fields = { ["app"] = Value.ForString("web"), ["version"] = Value.ForString("v9") } }) },
            },
        };
        if (sendsAll)
        {
            node.ClientFeatures.Add("envoy.lrs.supports_send_all_clusters");
        }

        return node;
    }

    private static ClusterStats Stats(string cluster, ulong successful, ulong failed) => new()
    {
        ClusterName = cluster,
        LoadReportInterval = Duration.FromTimeSpan(TimeSpan.FromSeconds(1)),
        UpstreamLocalityStats =
        {
            new UpstreamLocalityStats { Locality = new Locality(), TotalSuccessfulRequests = successful, TotalErrorRequests = failed, TotalIssuedRequests = successful + failed },
        },
    };

    private static ClusterStats Detailed(string address, ulong calls, ulong errors, ulong retries, long microseconds)
    {
        var stats = Stats(Cluster, calls + retries - errors, errors);
        stats.UpstreamLocalityStats[0].UpstreamEndpointStats.Add(new UpstreamEndpointStats
        {
            Address = new Address { SocketAddress = new SocketAddress { Address = address, PortValue = 9080 } },
            TotalSuccessfulRequests = calls + retries - errors,
            TotalErrorRequests = errors,
            LoadMetricStats =
            {
                Metric(LoadMetricNames.Requests, calls),
                Metric(LoadMetricNames.Errors, errors),
                Metric(LoadMetricNames.Retries, retries),
                Metric(LoadMetricNames.MutualTls, calls / 2),
                Metric(LoadMetricNames.BucketOf(LatencyBuckets.IndexOf(microseconds)), calls),
            },
        });
        return stats;
    }

    private static EndpointLoadMetricStats Metric(string name, ulong count) => new() { MetricName = name, NumRequestsFinishedWithMetric = count, TotalMetricValue = count };

    /// <summary>The graph of all that was reported, once so many edges are in it; each is in slots of both resolutions.</summary>
    private async Task<JsonNode> GraphWithAsync(int edges)
    {
        await Eventually.ReachesAsync(
            $"the graph has {edges} edges",
            () => _mesh.State.Traffic!.Graph.Records >= 2 * edges,
            () => $"{_mesh.State.Traffic!.Graph.Records} records",
            cancellationToken: Cancellation);
        _time.Advance(TimeSpan.FromSeconds(15));
        var graph = JsonNode.Parse(await _mesh.GetAsync("/api/v1/graph?window=1m"))!;
        Assert.Equal(edges, graph["edges"]!.AsArray().Count);
        return graph;
    }

    private static int Total(JsonNode graph, string field) => graph["edges"]!.AsArray().Sum(edge => (int)edge![field]!);
}

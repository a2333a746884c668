using Mesh.Client.Model;
using Mesh.Client.Pipeline.Loads;
using Mesh.Client.Xds.Loads;
using Mesh.Client.Model.Loads;
using Mesh.Protocol.Xds;

namespace Mesh.Client.Tests.Pipeline.Loads;

/// <summary>What is counted at an endpoint, and what of it is written.</summary>
public sealed class EndpointLoadTests
{
    private static readonly EndpointAddress Address = new("10.0.0.1", 9080);

    [Fact]
    public async Task Take_WhileOthersCount_LosesNothing()
    {
        var load = new EndpointLoad(Address, Locality.None, 0);
        long calls = 0, issued = 0, buckets = 0;
        using var stop = new CancellationTokenSource();
        var counting = Enumerable.Range(0, 2).Select(_ => Task.Run(() =>
        {
            for (var call = 0; call < 50_000; call++)
            {
                load.BeginAttempt();
                load.End(isError: call % 10 == 0, attempts: 1, TimeSpan.FromMicroseconds(call));
            }
        }, TestContext.Current.CancellationToken)).ToArray();
        while (!Task.WhenAll(counting).IsCompleted)
        {
            Add(load.Take(0));
        }

        await Task.WhenAll(counting);
        Add(load.Take(0));

        Assert.Equal((100_000, 100_000, 100_000), (calls, issued, buckets));
        Assert.True(load.Take(0).IsEmpty);

        void Add(EndpointLoadFigures figures)
        {
            calls += figures.Calls;
            issued += figures.Issued;
            buckets += figures.Buckets.Sum(bucket => bucket.Value);
        }
    }

    [Fact]
    public void Encode_ForAServerThatAsksForEndpoints_NamesWhatLrsHasNoFieldsFor()
    {
        var load = new EndpointLoad(Address, new Locality("r", "z", ""), 1);
        load.BeginAttempt();
        load.BeginAttempt();
        load.FailAttempt();
        load.End(isError: false, attempts: 2, TimeSpan.FromMilliseconds(8));
        load.CountMutualTls();

        var stats = LoadEncoder.Encode(new ClusterLoad("outbound|9080||reviews", [load.Take(3)], [new("UO", 2)]), TimeSpan.FromSeconds(5), withEndpoints: true);

        var locality = Assert.Single(stats.UpstreamLocalityStats);
        Assert.Equal((2ul, 1ul, 1ul, 3ul), (locality.TotalIssuedRequests, locality.TotalSuccessfulRequests, locality.TotalErrorRequests, locality.TotalRequestsInProgress));
        Assert.Equal(("r", "z", 1u), (locality.Locality.Region, locality.Locality.Zone, locality.Priority));
        Assert.Equal((2ul, "UO"), (stats.TotalDroppedRequests, Assert.Single(stats.DroppedRequests).Category));
        var metrics = Assert.Single(locality.UpstreamEndpointStats).LoadMetricStats.ToDictionary(metric => metric.MetricName, metric => metric.NumRequestsFinishedWithMetric);
        Assert.Equal((1ul, 1ul, 1ul), (metrics[LoadMetricNames.Requests], metrics[LoadMetricNames.Retries], metrics[LoadMetricNames.MutualTls]));
        Assert.Equal(1ul, metrics[LoadMetricNames.BucketOf(LatencyBuckets.IndexOf(8_000))]);
        Assert.DoesNotContain(LoadMetricNames.Errors, metrics.Keys);
    }

    [Fact]
    public void Encode_ForAServerThatDoesNot_HasLocalitiesAlone()
    {
        var load = new EndpointLoad(Address, Locality.None, 0);
        load.BeginAttempt();
        load.End(isError: true, attempts: 1, TimeSpan.FromMilliseconds(1));

        var stats = LoadEncoder.Encode(new ClusterLoad("c", [load.Take(0)], []), TimeSpan.FromSeconds(5), withEndpoints: false);

        Assert.Empty(Assert.Single(stats.UpstreamLocalityStats).UpstreamEndpointStats);
        Assert.Equal(1ul, stats.UpstreamLocalityStats[0].TotalErrorRequests);
    }
}

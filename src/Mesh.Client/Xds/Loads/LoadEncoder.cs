using Google.Protobuf.WellKnownTypes;
using Mesh.Client.Model.Loads;
using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Envoy.Endpoint;
using Mesh.Protocol.Xds;

namespace Mesh.Client.Xds.Loads;

/// <summary>Writes what was counted as LRS has it, and what LRS has no fields for as named metrics.</summary>
internal static class LoadEncoder
{
    /// <param name="load">Of one cluster.</param>
    /// <param name="interval">The time in which it was counted.</param>
    /// <param name="withEndpoints">Whether the server wants to know about single endpoints.</param>
    public static ClusterStats Encode(ClusterLoad load, TimeSpan interval, bool withEndpoints)
    {
        var stats = new ClusterStats
        {
            ClusterName = load.Cluster,
            LoadReportInterval = Duration.FromTimeSpan(interval),
            TotalDroppedRequests = (ulong)load.Dropped.Sum(part => part.Value),
        };
        stats.DroppedRequests.Add(load.Dropped.Select(part => new ClusterStats.Types.DroppedRequests { Category = part.Key, DroppedCount = (ulong)part.Value }));
        stats.UpstreamLocalityStats.Add(
            load.Endpoints.GroupBy(endpoint => (endpoint.Locality, endpoint.Priority)).Select(group => Encode(group.Key.Locality, group.Key.Priority, [.. group], withEndpoints)));
        return stats;
    }

    private static UpstreamLocalityStats Encode(Model.Locality locality, uint priority, IReadOnlyList<EndpointLoadFigures> endpoints, bool withEndpoints)
    {
        var stats = new UpstreamLocalityStats
        {
            Locality = new Locality { Region = locality.Region, Zone = locality.Zone, SubZone = locality.SubZone },
            Priority = priority,
            TotalIssuedRequests = (ulong)endpoints.Sum(endpoint => endpoint.Issued),
            TotalSuccessfulRequests = (ulong)endpoints.Sum(endpoint => endpoint.Successful),
            TotalErrorRequests = (ulong)endpoints.Sum(endpoint => endpoint.Failed),
            TotalRequestsInProgress = (ulong)endpoints.Sum(endpoint => endpoint.InProgress),
        };
        if (withEndpoints)
        {
            stats.UpstreamEndpointStats.Add(endpoints.Select(Encode));
        }

        return stats;
    }

    private static UpstreamEndpointStats Encode(EndpointLoadFigures endpoint)
    {
        var stats = new UpstreamEndpointStats
        {
            TotalIssuedRequests = (ulong)endpoint.Issued,
            TotalSuccessfulRequests = (ulong)endpoint.Successful,
            TotalErrorRequests = (ulong)endpoint.Failed,
            TotalRequestsInProgress = (ulong)endpoint.InProgress,
        };
        if (endpoint.Address is { } address)
        {
            stats.Address = new Address { SocketAddress = new SocketAddress { Address = address.Host, PortValue = (uint)address.Port } };
        }

        // Always: it says that the others which are missing are zero.
        stats.LoadMetricStats.Add(Metric(LoadMetricNames.Requests, endpoint.Calls, endpoint.Calls));
        AddIf(stats, LoadMetricNames.Errors, endpoint.Errors);
        AddIf(stats, LoadMetricNames.Retries, endpoint.Retries);
        AddIf(stats, LoadMetricNames.MutualTls, endpoint.MutualTls);
        AddIf(stats, LoadMetricNames.Grpc, endpoint.Grpc);
        if (endpoint.Calls > 0)
        {
            stats.LoadMetricStats.Add(Metric(LoadMetricNames.Duration, endpoint.Calls, endpoint.Duration));
        }

        foreach (var (bucket, count) in endpoint.Buckets)
        {
            AddIf(stats, LoadMetricNames.BucketOf(bucket), count);
        }

        return stats;
    }

    private static void AddIf(UpstreamEndpointStats stats, string name, long count)
    {
        if (count > 0)
        {
            stats.LoadMetricStats.Add(Metric(name, count, count));
        }
    }

    private static EndpointLoadMetricStats Metric(string name, long count, long value) =>
        new() { MetricName = name, NumRequestsFinishedWithMetric = (ulong)count, TotalMetricValue = value };
}

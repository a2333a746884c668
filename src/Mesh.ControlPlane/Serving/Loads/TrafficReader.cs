using Mesh.ControlPlane.Graph;
using Mesh.Protocol.Envoy.Endpoint;
using Mesh.Protocol.Xds;

namespace Mesh.ControlPlane.Serving.Loads;

/// <summary>Reads the numbers of one endpoint or locality: LRS' own, and those of mesh clients where they are.</summary>
internal static class TrafficReader
{
    /// <param name="successful">Attempts that succeeded.</param>
    /// <param name="failed">Attempts that failed.</param>
    /// <param name="metrics">What is told beyond them.</param>
    /// <param name="most">What no number may exceed.</param>
    public static EdgeTraffic Of(long successful, long failed, IEnumerable<EndpointLoadMetricStats> metrics, long most)
    {
        var traffic = new EdgeTraffic { Requests = successful + failed, Errors = failed };
        foreach (var metric in metrics)
        {
            var count = Count(metric.NumRequestsFinishedWithMetric, most);
            if (LoadMetricNames.TryReadBucket(metric.MetricName, out var bucket))
            {
                traffic.Latency.Add(bucket, count);
                continue;
            }

            switch (metric.MetricName)
            {
                case LoadMetricNames.Requests:
                    traffic.Requests = count;
                    traffic.IsDetailed = true;
                    break;
                case LoadMetricNames.Errors:
                    traffic.Errors = count;
                    break;
                case LoadMetricNames.Retries:
                    traffic.Retries = count;
                    break;
                case LoadMetricNames.MutualTls:
                    traffic.MutualTls = count;
                    break;
                case LoadMetricNames.Grpc:
                    traffic.Grpc = count;
                    break;
                default:
                    // A metric of the application (gRFC A64): not of the graph.
                    break;
            }
        }

        if (traffic.IsDetailed)
        {
            // Zero is not written.
            traffic.Errors = metrics.Any(metric => metric.MetricName == LoadMetricNames.Errors) ? traffic.Errors : 0;
        }

        return traffic;
    }

    public static long Count(ulong reported, long most) => (long)Math.Min(reported, (ulong)most);
}

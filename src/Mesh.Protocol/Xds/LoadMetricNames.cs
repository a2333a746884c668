using System.Globalization;

namespace Mesh.Protocol.Xds;

/// <summary>What mesh clients report of an endpoint beyond LRS' own counts, as <c>load_metric_stats</c>: the number of requests is what counts.</summary>
internal static class LoadMetricNames
{
    /// <summary>Calls that ended there with their last attempt; LRS' own counts are of attempts.</summary>
    public const string Requests = "mesh.requests";

    /// <summary>Those of them that failed.</summary>
    public const string Errors = "mesh.errors";

    /// <summary>Attempts after the first of a call.</summary>
    public const string Retries = "mesh.retries";

    /// <summary>Calls over mutual TLS.</summary>
    public const string MutualTls = "mesh.mutual_tls";

    /// <summary>Calls of gRPC.</summary>
    public const string Grpc = "mesh.grpc";

    /// <summary>Calls with their duration; the value is the sum in microseconds.</summary>
    public const string Duration = "mesh.duration_us";

    private const string Bucket = "mesh.duration_us.le.";

    private static readonly string[] BucketNames =
        [.. Enumerable.Range(0, LatencyBuckets.Count).Select(index => Bucket + (LatencyBuckets.UpperBound(index) - 1).ToString(CultureInfo.InvariantCulture))];

    /// <summary>Calls that took no longer than the number at the end, and longer than the bucket before.</summary>
    public static string BucketOf(int index) => BucketNames[index];

    /// <summary>False for what is no bucket.</summary>
    public static bool TryReadBucket(string name, out int index)
    {
        index = 0;
        if (!name.StartsWith(Bucket, StringComparison.Ordinal)
            || !long.TryParse(name.AsSpan(Bucket.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var bound))
        {
            return false;
        }

        index = LatencyBuckets.IndexOf(bound);
        return true;
    }
}

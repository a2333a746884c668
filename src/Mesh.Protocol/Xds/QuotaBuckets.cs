using System.Diagnostics.CodeAnalysis;
using Mesh.Protocol.Envoy.RateLimitQuota;

namespace Mesh.Protocol.Xds;

/// <summary>How the buckets of quotas are named on the wire, and what both ends hold to.</summary>
internal static class QuotaBuckets
{
    public const string Domain = "mesh";

    /// <summary>Of a quota's period: what may come at once. More would let a minute take noticeably more than its quota.</summary>
    public const double Burst = 0.05;

    /// <summary>Of a quota that names none.</summary>
    public static readonly TimeSpan DefaultPeriod = TimeSpan.FromSeconds(60);

    /// <summary>Before the name of an ApiPlan in the name of its limits: it is none of a RateLimit's.</summary>
    public const string PlanPrefix = "plan:";

    /// <summary>Of reports that count requests of API consumers and ask for no share.</summary>
    public const string UsageDomain = "mesh.usage";

    private const string LimitKey = "limit";
    private const string ValuesKey = "values";

    /// <summary>The name of a limit.</summary>
    public static string LimitOf(string @namespace, string resource, string rule) => $"{@namespace}/{resource}/{rule}";

    /// <summary>Whether a limit is a namespace's.</summary>
    public static bool IsOf(string limit, string @namespace) =>
        limit.Length > @namespace.Length && limit[@namespace.Length] == '/' && limit.StartsWith(@namespace, StringComparison.Ordinal);

    /// <param name="limit">As <see cref="LimitOf"/> names it.</param>
    /// <param name="values">Of what is counted apart, joined.</param>
    public static BucketId Name(string limit, string values) => new() { Bucket = { [LimitKey] = limit, [ValuesKey] = values } };

    /// <summary>False for a bucket of something else.</summary>
    public static bool TryRead(BucketId? bucket, [NotNullWhen(true)] out string? limit, out string values)
    {
        limit = null;
        values = "";
        if (bucket is null || !bucket.Bucket.TryGetValue(LimitKey, out limit))
        {
            return false;
        }

        values = bucket.Bucket.TryGetValue(ValuesKey, out var joined) ? joined : "";
        return true;
    }
}

using Mesh.Protocol.Envoy.RateLimitQuota;
using Mesh.Protocol.Xds;

namespace Mesh.ControlPlane.Quotas;

/// <summary>Reads what a gateway reports of the consumers of APIs; it is counted, and not answered.</summary>
internal static class ApiUsageReports
{
    /// <summary>Of names that are longer than any resource has nothing is kept.</summary>
    private const int LongestName = 1_024;

    public static void Take(RateLimitQuotaUsageReports reports, QuotaScope scope, ApiUsageLedger ledger)
    {
        foreach (var usage in reports.BucketQuotaUsages)
        {
            if (QuotaBuckets.TryRead(usage.BucketId, out var api, out var values) && api.Length <= LongestName && values.Length <= LongestName && scope.Includes(api))
            {
                ledger.Add(ApiUsageKey.Read(api, values), usage.NumRequestsAllowed, usage.NumRequestsDenied);
            }
        }
    }
}

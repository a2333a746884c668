using Mesh.Protocol.Envoy.RateLimitQuota;
using Mesh.Protocol.Envoy.Type;
using Mesh.Protocol.Xds;
using static Mesh.Protocol.Envoy.RateLimitQuota.RateLimitQuotaResponse.Types;
using static Mesh.Protocol.Envoy.RateLimitQuota.RateLimitQuotaResponse.Types.BucketAction.Types;

namespace Mesh.ControlPlane.Quotas;

/// <summary>The buckets of one process that reports; each report is answered with its shares.</summary>
internal sealed class QuotaStream(long id, QuotaLedger ledger, QuotaScope scope)
{
    /// <summary>Buckets of one process.</summary>
    private const int MaxBuckets = 20_000;

    private readonly HashSet<QuotaKey> _keys = [];

    /// <summary>Null when there is nothing to say.</summary>
    public RateLimitQuotaResponse? Answer(RateLimitQuotaUsageReports reports)
    {
        var response = new RateLimitQuotaResponse();
        foreach (var usage in reports.BucketQuotaUsages)
        {
            if (QuotaBuckets.TryRead(usage.BucketId, out var limit, out var values))
            {
                response.BucketAction.Add(Answer(usage.BucketId, new QuotaKey(limit, values), usage.NumRequestsAllowed + usage.NumRequestsDenied, usage.TimeElapsed?.ToTimeSpan() ?? TimeSpan.Zero));
            }
        }

        return response.BucketAction.Count > 0 ? response : null;
    }

    public void End()
    {
        foreach (var key in _keys)
        {
            ledger.Leave(id, key);
        }

        _keys.Clear();
    }

    private BucketAction Answer(BucketId bucket, QuotaKey key, ulong requests, TimeSpan elapsed)
    {
        var isRoom = _keys.Count < MaxBuckets || _keys.Contains(key);
        if (!isRoom || !scope.Includes(key.Limit) || ledger.Report(id, key, requests, elapsed) is not { } share)
        {
            _keys.Remove(key);
            return new BucketAction { BucketId = bucket, AbandonAction = new AbandonAction() };
        }

        _keys.Add(key);

        // Without a time to live: the last share is kept while no control plane answers.
        return new BucketAction
        {
            BucketId = bucket,
            QuotaAssignmentAction = new QuotaAssignmentAction { RateLimitStrategy = new RateLimitStrategy { TokenBucket = share.ToTokenBucket() } },
        };
    }
}

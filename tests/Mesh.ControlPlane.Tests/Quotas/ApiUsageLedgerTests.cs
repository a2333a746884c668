using Mesh.ControlPlane.Quotas;
using Mesh.Protocol.Envoy.RateLimitQuota;
using Mesh.Protocol.Xds;
using Mesh.Testing.Time;
using static Mesh.Protocol.Envoy.RateLimitQuota.RateLimitQuotaUsageReports.Types;

namespace Mesh.ControlPlane.Tests.Quotas;

/// <summary>What is kept of the requests of API consumers.</summary>
public sealed class ApiUsageLedgerTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly ApiUsageLedger _ledger;

    public ApiUsageLedgerTests() => _ledger = new ApiUsageLedger(_time);

    [Fact]
    public void Reports_OfSeveralGateways_AddUpByDay()
    {
        Report(QuotaScope.All, "default/shop/orders", "default/acme", 3, 1);
        Report(QuotaScope.All, "default/shop/orders", "default/acme", 4, 0);
        _time.Advance(TimeSpan.FromDays(1));
        Report(QuotaScope.All, "default/shop/orders", "default/acme", 1, 0);

        Assert.Equal([new ApiUsageCount(7, 1), new ApiUsageCount(1, 0)], Rows().Select(row => row.Count));
        Assert.All(Rows(), row => Assert.Equal(new ApiUsageKey("default/shop/orders", "default/acme", "v1"), row.Key));
    }

    [Fact]
    public void Reports_OfAnotherNamespace_AreNotBelieved()
    {
        Report(new QuotaScope("other", () => "istio-system"), "default/shop/orders", "default/acme", 3, 1);

        Assert.Empty(Rows());
    }

    [Fact]
    public void Days_OfLongAgo_AreForgotten()
    {
        Report(QuotaScope.All, "default/shop/orders", "default/acme", 3, 1);
        _time.Advance(TimeSpan.FromDays(ApiUsageLedger.Days));
        Report(QuotaScope.All, "default/shop/other", "default/acme", 1, 0);

        Assert.Equal("default/shop/other", Assert.Single(Rows()).Key.Api);
    }

    private IReadOnlyList<ApiUsageRow> Rows() => _ledger.Read(DateOnly.MinValue, DateOnly.MaxValue, _ => true);

    private void Report(QuotaScope scope, string api, string consumer, ulong served, ulong failed) => ApiUsageReports.Take(
        new RateLimitQuotaUsageReports
        {
            Domain = QuotaBuckets.UsageDomain,
            BucketQuotaUsages = { new BucketQuotaUsage { BucketId = QuotaBuckets.Name(api, $"{consumer}\u001fv1"), NumRequestsAllowed = served, NumRequestsDenied = failed } },
        },
        scope,
        _ledger);
}

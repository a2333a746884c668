using Google.Protobuf.WellKnownTypes;
using Mesh.ControlPlane.Quotas;
using Mesh.Protocol.Envoy.RateLimitQuota;
using Mesh.Protocol.Xds;
using static Mesh.Protocol.Envoy.RateLimitQuota.RateLimitQuotaResponse.Types;
using static Mesh.Protocol.Envoy.RateLimitQuota.RateLimitQuotaUsageReports.Types;

namespace Mesh.ControlPlane.Tests.Quotas;

/// <summary>What processes that report are given.</summary>
public sealed class QuotaStreamTests
{
    private const string Limit = "default/reviews/all";

    private readonly Dictionary<string, QuotaLimit> _limits = new() { [Limit] = new QuotaLimit("default", 6_000, TimeSpan.FromSeconds(60)) };
    private readonly QuotaLedger _ledger;

    public QuotaStreamTests() => _ledger = new QuotaLedger(_limits.GetValueOrDefault);

    [Fact]
    public void Answer_ToTheOnlyProcess_IsTheWholeQuota() => Assert.Equal(100, PerSecond(new QuotaStream(1, _ledger, QuotaScope.All), 0, 0), 3);

    [Fact]
    public void Answer_ToFourBusyProcesses_AddsUpToTheQuotaWithinAFewReports()
    {
        var streams = Enumerable.Range(1, 4).Select(id => new QuotaStream(id, _ledger, QuotaScope.All)).ToArray();
        double[] shares = [];
        for (var second = 0; second < 6; second++)
        {
            shares = [.. streams.Select(stream => PerSecond(stream, 500, 1))];
        }

        Assert.All(shares, share => Assert.InRange(share, 24, 26));
    }

    [Fact]
    public void Answer_WhenDemandMoves_MovesTheShares()
    {
        QuotaStream idle = new(1, _ledger, QuotaScope.All), busy = new(2, _ledger, QuotaScope.All);
        for (var second = 0; second < 6; second++)
        {
            PerSecond(idle, 0, 1);
            PerSecond(busy, 1_000, 1);
        }

        Assert.True(PerSecond(busy, 1_000, 1) > 90);
        for (var second = 0; second < 8; second++)
        {
            PerSecond(busy, 0, 1);
            PerSecond(idle, 1_000, 1);
        }

        Assert.True(PerSecond(idle, 1_000, 1) > 90);
    }

    [Fact]
    public void Answer_WhenAProcessHasEnded_GivesItsShareToTheOthers()
    {
        QuotaStream first = new(1, _ledger, QuotaScope.All), second = new(2, _ledger, QuotaScope.All);
        for (var round = 0; round < 4; round++)
        {
            PerSecond(first, 500, 1);
            PerSecond(second, 500, 1);
        }

        first.End();

        Assert.Equal(100, PerSecond(second, 500, 1), 3);
    }

    [Fact]
    public void Answer_ForBucketsOfDifferentValues_CountsThemApart()
    {
        QuotaStream first = new(1, _ledger, QuotaScope.All), second = new(2, _ledger, QuotaScope.All);
        PerSecond(first, 500, 1, "jason");

        Assert.Equal(100, PerSecond(second, 500, 1, "mary"), 3);
    }

    [Fact]
    public void Answer_ForALimitThatNobodyConfigured_AbandonsTheBucket()
    {
        _limits.Clear();

        Assert.Equal(BucketAction.BucketActionOneofCase.AbandonAction, Report(new QuotaStream(1, _ledger, QuotaScope.All), 0, 0, "").BucketActionCase);
    }

    [Theory]
    [InlineData(100, 60)]
    [InlineData(0.5, 60)]
    [InlineData(25_000, 1)]
    public void ToTokenBucket_AnyShare_FillsAtItsRateAndLetsLittleComeAtOnce(double perSecond, int period)
    {
        var bucket = new QuotaShare(perSecond, TimeSpan.FromSeconds(period)).ToTokenBucket();

        Assert.Equal(perSecond, bucket.TokensPerFill!.Value / bucket.FillInterval.ToTimeSpan().TotalSeconds, perSecond * 0.01);
        Assert.True(bucket.MaxTokens <= Math.Max(1, Math.Max(bucket.TokensPerFill.Value, perSecond * period * 0.05) + 1));
    }

    private static double PerSecond(QuotaStream stream, ulong requests, int seconds, string values = "")
    {
        var bucket = Report(stream, requests, seconds, values).QuotaAssignmentAction.RateLimitStrategy.TokenBucket;
        return bucket.TokensPerFill!.Value / bucket.FillInterval.ToTimeSpan().TotalSeconds;
    }

    private static BucketAction Report(QuotaStream stream, ulong requests, int seconds, string values) =>
        Assert.Single(stream.Answer(new RateLimitQuotaUsageReports
        {
            Domain = "mesh",
            BucketQuotaUsages =
            {
                new BucketQuotaUsage
                {
                    BucketId = QuotaBuckets.Name(Limit, values),
                    NumRequestsAllowed = requests / 2,
                    NumRequestsDenied = requests - (requests / 2),
                    TimeElapsed = Duration.FromTimeSpan(TimeSpan.FromSeconds(seconds)),
                },
            },
        })!.BucketAction);
}

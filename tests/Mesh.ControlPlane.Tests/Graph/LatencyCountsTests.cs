using FsCheck;
using FsCheck.Fluent;
using Mesh.ControlPlane.Graph;
using Mesh.Protocol.Xds;
using Mesh.Testing;

namespace Mesh.ControlPlane.Tests.Graph;

/// <summary>Percentiles from buckets.</summary>
public sealed class LatencyCountsTests
{
    [Fact]
    public void Bounds_OfEveryBucket_AreWhereItsIndexSays()
    {
        for (var index = 0; index < LatencyBuckets.Count; index++)
        {
            Assert.Equal(index, LatencyBuckets.IndexOf(LatencyBuckets.LowerBound(index)));
            Assert.Equal(index, LatencyBuckets.IndexOf(LatencyBuckets.UpperBound(index) - 1));
            Assert.True(LoadMetricNames.TryReadBucket(LoadMetricNames.BucketOf(index), out var read));
            Assert.Equal(index, read);
        }

        Assert.Equal(LatencyBuckets.Count - 1, LatencyBuckets.IndexOf(long.MaxValue));
        Assert.Equal(0, LatencyBuckets.IndexOf(-1));
        Assert.False(LoadMetricNames.TryReadBucket("mesh.duration_us.le.x", out _));
    }

    [Fact]
    public void Quantile_OfManyDurations_IsOffByASmallPartOnly()
    {
        var random = new Random(7);
        var durations = Enumerable.Range(0, 20_000).Select(_ => (long)(200 * Math.Exp(3 * random.NextDouble()))).Order().ToArray();
        var counts = new LatencyCounts();
        foreach (var duration in durations)
        {
            counts.Add(LatencyBuckets.IndexOf(duration), 1);
        }

        foreach (var part in new[] { 0.5, 0.9, 0.95, 0.99 })
        {
            var exact = durations[(int)(part * durations.Length) - 1] / 1000.0;
            Assert.InRange(counts.Quantile(part)!.Value, exact * 0.98, exact * 1.02);
        }
    }

    [Fact]
    public void Quantile_WithoutRequests_IsUnknown() => Assert.Null(new LatencyCounts().Quantile(0.5));

    [Fact]
    public void Share_OfAnyDivision_AddsUp()
    {
        var division = from total in Gen.Choose(0, 1_000_000)
                       from cuts in Gen.ListOf(Gen.Choose(0, 1000))
                       select (Total: (long)total, Cuts: cuts.Select(cut => cut / 1000.0).Append(0).Append(1).Order().ToArray());
        Prop.ForAll(Arb.From(division), sample =>
                sample.Cuts.Zip(sample.Cuts.Skip(1), (from, to) => Share.Of(sample.Total, from, to)).Sum() == sample.Total)
            .Check(FsCheck.Config.QuickThrowOnFailure.WithMaxTest(FuzzRuns.Or(300)).WithReplay(2026, 7));
    }
}

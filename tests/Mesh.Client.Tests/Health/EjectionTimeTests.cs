using Mesh.Client.Model;

namespace Mesh.Client.Tests.Health;

/// <summary>How long an ejection lasts.</summary>
public sealed class EjectionTimeTests
{
    private static readonly OutlierDetectionPolicy Policy = new()
    {
        Interval = TimeSpan.FromSeconds(10),
        BaseEjectionTime = TimeSpan.FromSeconds(30),
        MaxEjectionTime = TimeSpan.FromSeconds(80),
        Consecutive5xx = new ConsecutiveRule(1, 100),
        MaxEjectionPercent = 100,
    };

    [Fact]
    public void D01_FirstEjection_LastsTheBaseTimeUpToTheNextSweep()
    {
        var cluster = new WatchedCluster(2, Policy);
        cluster.Advance(3);
        cluster.Endpoints[0].Answer(500);

        // It ends at 33 s, which the sweep at 40 s sees.
        cluster.Advance(36.9);
        Assert.True(cluster.Endpoints[0].IsEjected);
        cluster.Advance(0.2);

        Assert.False(cluster.Endpoints[0].IsEjected);
        Assert.Equal(2, cluster.Changes);
        Assert.Single(cluster.Messages("EndpointUnejected"));
    }

    [Fact]
    public void Ejection_AgainAndAgain_GrowsToTheLimit()
    {
        var cluster = new WatchedCluster(2, Policy);

        Assert.Equal([30, 60, 80, 80], Enumerable.Range(0, 4).Select(_ => EjectAndMeasure(cluster)));
    }

    [Fact]
    public void Ejection_AfterQuietIntervals_ShrinksAgain()
    {
        var cluster = new WatchedCluster(2, Policy);
        Assert.Equal([30, 60], Enumerable.Range(0, 2).Select(_ => EjectAndMeasure(cluster)));

        // Two were counted; one goes with each interval that is over since the endpoint came back.
        cluster.Advance(10);
        Assert.Equal(60, EjectAndMeasure(cluster));
        cluster.Advance(100);
        Assert.Equal(30, EjectAndMeasure(cluster));
    }

    [Fact]
    public void Ejection_WithJitter_LastsAtMostThatMuchLonger()
    {
        var policy = Policy with { Interval = TimeSpan.FromSeconds(1), MaxEjectionTimeJitter = TimeSpan.FromSeconds(20) };
        var cluster = new WatchedCluster(50, policy);
        Array.ForEach(cluster.Endpoints, endpoint => endpoint.Answer(500));

        cluster.Advance(29);
        Assert.Equal(50, cluster.Ejected);
        cluster.Advance(11);
        Assert.InRange(cluster.Ejected, 10, 40);
        cluster.Advance(11);
        Assert.Equal(0, cluster.Ejected);
    }

    [Fact]
    public void Ejection_LimitBelowTheBase_LastsTheBase()
    {
        var cluster = new WatchedCluster(2, Policy with { MaxEjectionTime = TimeSpan.FromSeconds(5) });

        Assert.Equal(30, EjectAndMeasure(cluster));
        Assert.Equal(30, EjectAndMeasure(cluster));
    }

    [Fact]
    public void Ejection_Ended_NeedsAWholeRowAgain()
    {
        var cluster = new WatchedCluster(2, Policy with { Consecutive5xx = new ConsecutiveRule(3, 100) });
        cluster.Endpoints[0].Answer(500, 3);

        // What was under way when it was ejected ends badly too.
        cluster.Endpoints[0].Answer(500, 2);
        cluster.Advance(30);
        cluster.Endpoints[0].Answer(500, 2);
        Assert.False(cluster.Endpoints[0].IsEjected);
        cluster.Endpoints[0].Answer(500);

        Assert.True(cluster.Endpoints[0].IsEjected);
    }

    private static int EjectAndMeasure(WatchedCluster cluster)
    {
        cluster.Endpoints[0].Answer(500);
        Assert.True(cluster.Endpoints[0].IsEjected);
        var seconds = 0;
        for (; cluster.Endpoints[0].IsEjected; seconds += 10)
        {
            cluster.Advance(10);
        }

        return seconds;
    }
}

using Mesh.Client.Model;

namespace Mesh.Client.Tests.Health;

/// <summary>Ejection by the rates of an interval (Envoy; gRFC A50).</summary>
public sealed class RateRuleTests
{
    private static readonly OutlierDetectionPolicy Off = new()
    {
        MaxEjectionPercent = 100,
        Consecutive5xx = new ConsecutiveRule(5, 0),
        ConsecutiveLocalOrigin = new ConsecutiveRule(5, 0),
        SuccessRate = new SuccessRateRule { Enforcing = 0, EnforcingLocalOrigin = 0 },
    };

    private static readonly OutlierDetectionPolicy SuccessRate = Off with
    {
        SuccessRate = new SuccessRateRule { Enforcing = 100, MinimumHosts = 5, RequestVolume = 10, StandardDeviationFactor = 1900 },
    };

    private static readonly OutlierDetectionPolicy FailurePercentage = Off with
    {
        FailurePercentage = new FailurePercentageRule { Enforcing = 100, MinimumHosts = 3, RequestVolume = 10, Threshold = 50 },
    };

    // Envoy's own example: {50, 100, 100, 100, 100} has mean 90 and deviation 20, so the threshold is 52.
    [Theory]
    [InlineData(50, true)]
    [InlineData(100, false)]
    public void SuccessRate_FarBelowTheMean_Ejects(int rate, bool ejected)
    {
        var cluster = new WatchedCluster(5, SuccessRate);
        Requests(cluster, rate, 100, 100, 100, 100);

        cluster.Advance(10);

        Assert.Equal(ejected, cluster.Endpoints[0].IsEjected);
        Assert.Equal(ejected ? 1 : 0, cluster.Ejected);
    }

    [Fact]
    public void SuccessRate_LargerFactor_Spares()
    {
        var cluster = new WatchedCluster(5, SuccessRate with { SuccessRate = SuccessRate.SuccessRate with { StandardDeviationFactor = 2100 } });
        Requests(cluster, 50, 100, 100, 100, 100);

        cluster.Advance(10);

        Assert.Equal(0, cluster.Ejected);
    }

    [Fact]
    public void SuccessRate_TooFewHostsWithEnoughRequests_EjectsNone()
    {
        var cluster = new WatchedCluster(5, SuccessRate);
        Requests(cluster, 0, 100, 100, 100);
        cluster.Endpoints[4].Answer(200, 9);

        cluster.Advance(10);

        Assert.Equal(0, cluster.Ejected);
    }

    [Fact]
    public void SuccessRate_AllTheSame_EjectsNone()
    {
        var cluster = new WatchedCluster(5, SuccessRate);
        Requests(cluster, 0, 0, 0, 0, 0);

        cluster.Advance(10);

        Assert.Equal(0, cluster.Ejected);
    }

    [Theory]
    [InlineData(49, true)]
    [InlineData(50, true)]
    [InlineData(51, false)]
    public void FailurePercentage_AtTheThreshold_Ejects(int rate, bool ejected)
    {
        var cluster = new WatchedCluster(3, FailurePercentage);
        Requests(cluster, rate, 100, 100);

        cluster.Advance(10);

        Assert.Equal(ejected, cluster.Endpoints[0].IsEjected);
        Assert.Equal(ejected ? ["FailurePercentage"] : [], cluster.Messages("EndpointEjected").Select(message => message.Split(": ")[1].TrimEnd('.')));
    }

    [Fact]
    public void FailurePercentage_VolumeOverTwoIntervals_CountsOnlyTheLast()
    {
        var cluster = new WatchedCluster(3, FailurePercentage);
        for (var interval = 0; interval < 3; interval++)
        {
            Array.ForEach(cluster.Endpoints, endpoint => endpoint.Answer(500, 9));
            cluster.Advance(10);
        }

        Assert.Equal(0, cluster.Ejected);
    }

    [Fact]
    public void FailurePercentage_MoreThanTheCap_EjectsTheWorst()
    {
        var cluster = new WatchedCluster(4, FailurePercentage with { MaxEjectionPercent = 25 });
        Requests(cluster, 40, 100, 10, 30);

        cluster.Advance(10);

        Assert.Equal([false, false, true, false], cluster.Endpoints.Select(endpoint => endpoint.IsEjected));
    }

    [Fact]
    public void LocalOriginRates_Split_AreJudgedApart()
    {
        var policy = FailurePercentage with
        {
            SplitLocalOrigin = true,
            FailurePercentage = FailurePercentage.FailurePercentage with { Enforcing = 0, EnforcingLocalOrigin = 100 },
        };
        var cluster = new WatchedCluster(3, policy);
        cluster.Endpoints[0].Fail(LocalOrigin.ConnectFailure, 60);
        cluster.Endpoints[0].Answer(200, 40);
        cluster.Endpoints[1].Answer(500, 100);
        cluster.Endpoints[2].Answer(200, 100);

        cluster.Advance(10);

        Assert.Equal([true, false, false], cluster.Endpoints.Select(endpoint => endpoint.IsEjected));
    }

    [Fact]
    public void Sweep_EjectedEndpoint_TakesNoPartInRates()
    {
        var cluster = new WatchedCluster(3, FailurePercentage with { BaseEjectionTime = TimeSpan.FromSeconds(15) });
        Requests(cluster, 0, 100, 100);
        cluster.Advance(10);
        Assert.Equal(1, cluster.Ejected);

        // Two with enough requests are fewer than the three that there must be.
        Requests(cluster, 0, 0, 100);
        cluster.Advance(10);
        Assert.Equal(1, cluster.Ejected);
    }

    private static void Requests(WatchedCluster cluster, params int[] successRates)
    {
        for (var index = 0; index < successRates.Length; index++)
        {
            cluster.Endpoints[index].Answer(200, successRates[index]);
            cluster.Endpoints[index].Answer(500, 100 - successRates[index]);
        }
    }
}

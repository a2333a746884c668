using Mesh.Client.Model;

namespace Mesh.Client.Tests.Health;

/// <summary>Ejection after bad outcomes in a row.</summary>
public sealed class ConsecutiveRuleTests
{
    private static readonly OutlierDetectionPolicy Policy = new()
    {
        MaxEjectionPercent = 100,
        Consecutive5xx = new ConsecutiveRule(3, 100),
        ConsecutiveGateway = new ConsecutiveRule(2, 0),
        SuccessRate = new SuccessRateRule { Enforcing = 0, EnforcingLocalOrigin = 0 },
    };

    private static readonly OutlierDetectionPolicy Gateway = Policy with
    {
        Consecutive5xx = new ConsecutiveRule(0, 0),
        ConsecutiveGateway = new ConsecutiveRule(2, 100),
    };

    private static readonly OutlierDetectionPolicy Split = Policy with { SplitLocalOrigin = true, ConsecutiveLocalOrigin = new ConsecutiveRule(2, 100) };

    [Theory]
    [InlineData(500, true)]
    [InlineData(501, true)]
    [InlineData(503, true)]
    [InlineData(599, true)]
    [InlineData(499, false)]
    [InlineData(429, false)]
    [InlineData(404, false)]
    [InlineData(200, false)]
    [InlineData(101, false)]
    public void Consecutive5xx_AtTheThreshold_EjectsFor5xxOnly(int status, bool ejected)
    {
        var cluster = new WatchedCluster(2, Policy);

        cluster.Endpoints[0].Answer(status, 2);
        Assert.False(cluster.Endpoints[0].IsEjected);
        cluster.Endpoints[0].Answer(status);

        Assert.Equal(ejected, cluster.Endpoints[0].IsEjected);
        Assert.False(cluster.Endpoints[1].IsEjected);
        Assert.Equal(ejected ? 1 : 0, cluster.Changes);
    }

    /// <summary>Fault matrix F05: answers may lie unread while this process has no threads.</summary>
    [Theory]
    [InlineData(LocalOrigin.AttemptTimeout, false)]
    [InlineData(LocalOrigin.DeadlineExceeded, false)]
    [InlineData(LocalOrigin.ConnectTimeout, false)]
    [InlineData(LocalOrigin.ConnectFailure, true)]
    public void F05_ThisProcessIsSlow_ItsTimeoutsEjectNobody(object origin, bool ejected)
    {
        var cluster = new WatchedCluster(2, Policy) { IsSlow = true };

        cluster.Endpoints[0].Fail((LocalOrigin)origin, 3);
        Assert.Equal(ejected, cluster.Endpoints[0].IsEjected);

        cluster.IsSlow = false;
        cluster.Endpoints[1].Fail((LocalOrigin)origin, 3);
        Assert.True(cluster.Endpoints[1].IsEjected);
    }

    [Fact]
    public void Consecutive5xx_ASuccessBetween_BeginsAnew()
    {
        var cluster = new WatchedCluster(2, Policy);

        cluster.Endpoints[0].Answer(500, 2);
        cluster.Endpoints[0].Answer(200);
        cluster.Endpoints[0].Answer(500, 2);

        Assert.Equal(0, cluster.Ejected);
    }

    [Fact]
    public void Consecutive5xx_Ejected_TellsWhoWhereAndWhy()
    {
        var cluster = new WatchedCluster(2, Policy);

        cluster.Endpoints[0].Answer(500, 3);

        Assert.Equal("Endpoint 10.0.0.1:80 of reviews is ejected for 00:00:30: Consecutive5xx.", Assert.Single(cluster.Messages("EndpointEjected")));
    }

    [Theory]
    [InlineData(502, true)]
    [InlineData(503, true)]
    [InlineData(504, true)]
    [InlineData(500, false)]
    [InlineData(501, false)]
    [InlineData(505, false)]
    public void ConsecutiveGateway_AtTheThreshold_EjectsForGatewayErrorsOnly(int status, bool ejected)
    {
        var cluster = new WatchedCluster(2, Gateway);

        cluster.Endpoints[0].Answer(status, 2);

        Assert.Equal(ejected, cluster.Endpoints[0].IsEjected);
    }

    [Fact]
    public void ConsecutiveGateway_AnOther5xxBetween_BeginsAnew()
    {
        var cluster = new WatchedCluster(2, Gateway);

        cluster.Endpoints[0].Answer(503);
        cluster.Endpoints[0].Answer(500);
        cluster.Endpoints[0].Answer(503);

        Assert.Equal(0, cluster.Ejected);
    }

    [Theory]
    [InlineData(LocalOrigin.ConnectFailure, true)]
    [InlineData(LocalOrigin.ConnectTimeout, true)]
    [InlineData(LocalOrigin.RefusedStream, true)]
    [InlineData(LocalOrigin.Reset, true)]
    [InlineData(LocalOrigin.ProtocolError, true)]
    [InlineData(LocalOrigin.AttemptTimeout, true)]
    [InlineData(LocalOrigin.DeadlineExceeded, true)]
    [InlineData(LocalOrigin.Overflow, false)]
    [InlineData(LocalOrigin.CallerGone, false)]
    internal void LocalFailures_NotSplit_CountAsGatewayErrors(LocalOrigin origin, bool ejected)
    {
        var cluster = new WatchedCluster(2, Gateway);

        cluster.Endpoints[0].Fail(origin, 2);

        Assert.Equal(ejected, cluster.Endpoints[0].IsEjected);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, false)]
    [InlineData(2, true)]
    [InlineData(3, false)]
    [InlineData(4, true)]
    [InlineData(5, false)]
    [InlineData(6, false)]
    [InlineData(7, false)]
    [InlineData(8, false)]
    [InlineData(9, false)]
    [InlineData(10, false)]
    [InlineData(11, false)]
    [InlineData(12, true)]
    [InlineData(13, true)]
    [InlineData(14, true)]
    [InlineData(15, true)]
    [InlineData(16, false)]
    [InlineData(99, true)]
    public void GrpcStatus_InARow_CountsAsEnvoysHttpStatus(int status, bool ejected)
    {
        var cluster = new WatchedCluster(2, Policy);

        cluster.Endpoints[0].AnswerGrpc(status, 3);

        Assert.Equal(ejected, cluster.Endpoints[0].IsEjected);
    }

    [Fact]
    public void RawConnection_Opened_CountsAsASuccess()
    {
        var cluster = new WatchedCluster(2, Gateway);

        cluster.Endpoints[0].Fail(LocalOrigin.ConnectFailure);
        cluster.Endpoints[0].Fail(LocalOrigin.None);
        cluster.Endpoints[0].Fail(LocalOrigin.ConnectFailure);

        Assert.Equal(0, cluster.Ejected);
    }

    [Fact]
    public void LocalFailures_Split_HaveARowOfTheirOwn()
    {
        var cluster = new WatchedCluster(3, Split);

        cluster.Endpoints[0].Fail(LocalOrigin.ConnectFailure, 2);
        cluster.Endpoints[1].Answer(503, 2);
        cluster.Endpoints[1].Fail(LocalOrigin.ConnectFailure);
        cluster.Endpoints[2].Fail(LocalOrigin.ConnectFailure);
        cluster.Endpoints[2].Answer(500);
        cluster.Endpoints[2].Fail(LocalOrigin.ConnectFailure);

        Assert.True(cluster.Endpoints[0].IsEjected);
        // Two 503 are no three, and one local failure is no two.
        Assert.False(cluster.Endpoints[1].IsEjected);
        // Any answer, even a bad one, shows that the way to the endpoint is open.
        Assert.False(cluster.Endpoints[2].IsEjected);
        Assert.Contains("ConsecutiveLocalOriginFailure", Assert.Single(cluster.Messages("EndpointEjected")), StringComparison.Ordinal);
    }

    [Fact]
    public void Enforcing_HalfTheTime_EjectsAboutHalf()
    {
        var cluster = new WatchedCluster(1000, Policy with { Consecutive5xx = new ConsecutiveRule(1, 50) });

        Array.ForEach(cluster.Endpoints, endpoint => endpoint.Answer(500));

        Assert.InRange(cluster.Ejected, 420, 580);
    }

    [Theory]
    [InlineData(0, 100)]
    [InlineData(1, 0)]
    public void Rule_ThresholdOrEnforcingZero_IsOff(uint threshold, uint enforcing)
    {
        var cluster = new WatchedCluster(2, Policy with { Consecutive5xx = new ConsecutiveRule(threshold, enforcing) });

        cluster.Endpoints[0].Answer(500, 100);

        Assert.Equal(0, cluster.Ejected);
    }

    [Fact]
    public void Report_WithoutFailures_DoesNotAllocate()
    {
        var cluster = new WatchedCluster(2, Policy with { SuccessRate = new SuccessRateRule() });
        var outcome = new AttemptOutcome(200, AttemptOutcome.NoGrpcStatus, LocalOrigin.None, TimeSpan.Zero);
        var monitor = cluster.Endpoints[0].Monitor!;
        monitor.Report(outcome);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var index = 0; index < 1000; index++)
        {
            monitor.Report(outcome);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}

using Mesh.Client.Health.Checks;
using Mesh.Client.Model;

namespace Mesh.Client.Tests.Health;

/// <summary>Active health checks on a clock of the test.</summary>
public sealed class HealthCheckTests
{
    private static readonly ProbeResult Timeout = ProbeResult.NoAnswer("no answer");

    internal static HealthCheckPolicy Policy { get; } = new()
    {
        Probe = new TcpHealthProbe("", ValueList<string>.Empty),
        Interval = TimeSpan.FromSeconds(10),
        Timeout = TimeSpan.FromSeconds(1),
        UnhealthyThreshold = 3,
        HealthyThreshold = 2,
        NoTrafficInterval = TimeSpan.FromSeconds(10),
    };

    [Theory]
    [InlineData(ProbeResultKind.Passed, true)]
    [InlineData(ProbeResultKind.Refused, false)]
    [InlineData(ProbeResultKind.NoAnswer, false)]
    internal void Record_FirstResult_DecidesAlone(ProbeResultKind result, bool healthy)
    {
        var state = new CheckState();

        Assert.Equal(CheckTransition.Changed, state.Record(result, Policy));
        Assert.Equal(healthy, state.IsHealthy);
    }

    // p passed, n no answer, r refused; the endpoint's health after each.
    [Theory]
    [InlineData("pnnn", "HHHU")]
    [InlineData("pnnpnn", "HHHHHH")]
    [InlineData("pr", "HU")]
    [InlineData("npp", "UUH")]
    [InlineData("npnp", "UUUU")]
    [InlineData("nppnnn", "UUHHHU")]
    [InlineData("pnpnpnpn", "HHHHHHHH")]
    [InlineData("rpprpp", "UUHUUH")]
    public void Record_Sequence_ChangesAtTheThresholdsOnly(string results, string expected)
    {
        var state = new CheckState();

        var health = results.Select(result =>
        {
            state.Record(result switch { 'p' => ProbeResultKind.Passed, 'r' => ProbeResultKind.Refused, _ => ProbeResultKind.NoAnswer }, Policy);
            return state.IsHealthy == true ? 'H' : 'U';
        });

        Assert.Equal(expected, string.Concat(health));
    }

    // Seconds: interval 10, no traffic 60 (healthy 90), unhealthy 20, unhealthy edge 3, healthy edge 5.
    [Theory]
    [InlineData(true, true, true, CheckTransition.None, 10)]
    [InlineData(true, true, true, CheckTransition.Changed, 10)]
    [InlineData(true, true, false, CheckTransition.Pending, 5)]
    [InlineData(true, false, false, CheckTransition.None, 20)]
    [InlineData(true, false, false, CheckTransition.Changed, 20)]
    [InlineData(true, false, true, CheckTransition.Pending, 3)]
    [InlineData(false, true, true, CheckTransition.None, 90)]
    [InlineData(false, false, false, CheckTransition.None, 60)]
    internal void Next_ByStateAndTraffic_IsEnvoysInterval(bool traffic, bool passed, bool healthy, CheckTransition transition, int expected)
    {
        var policy = Policy with
        {
            NoTrafficInterval = TimeSpan.FromSeconds(60),
            NoTrafficHealthyInterval = TimeSpan.FromSeconds(90),
            UnhealthyInterval = TimeSpan.FromSeconds(20),
            UnhealthyEdgeInterval = TimeSpan.FromSeconds(3),
            HealthyEdgeInterval = TimeSpan.FromSeconds(5),
        };

        Assert.Equal(TimeSpan.FromSeconds(expected), CheckInterval.Next(policy, traffic, passed, healthy, transition, new Random(1)));
    }

    [Fact]
    public void Next_WithJitter_AddsAtMostBoth()
    {
        var policy = Policy with { IntervalJitter = TimeSpan.FromSeconds(2), IntervalJitterPercent = 50 };
        var random = new Random(3);

        var waits = Enumerable.Range(0, 200).Select(_ => CheckInterval.Next(policy, true, true, true, CheckTransition.None, random).TotalSeconds).ToArray();

        Assert.All(waits, wait => Assert.InRange(wait, 10, 17));
        Assert.True(waits.Max() - waits.Min() > 4);
    }

    [Fact]
    public async Task Check_FirstFails_MarksTheEndpointAtOnce()
    {
        var cluster = new WatchedCluster(2, new ClusterPolicy());
        cluster.Prober.Answer(cluster.Endpoints[0], Timeout);
        cluster.Apply(new ClusterPolicy { HealthCheck = Policy });

        await WaitForChecksAsync(cluster);

        Assert.Equal([false, true], cluster.Endpoints.Select(endpoint => endpoint.IsHealthy));
        Assert.Equal("Endpoint 10.0.0.1:80 of reviews fails its health check: NoAnswer (no answer).", Assert.Single(cluster.Messages("EndpointUnhealthy")));
    }

    [Fact]
    public async Task D15_Flapping_DoesNotChangeTheEndpoint()
    {
        var cluster = new WatchedCluster(2, new ClusterPolicy { HealthCheck = Policy });
        await WaitForChecksAsync(cluster);
        var changes = cluster.Changes;

        for (var round = 0; round < 6; round++)
        {
            cluster.Prober.Answer(cluster.Endpoints[0], round % 2 == 0 ? Timeout : ProbeResult.Passed);
            await NextChecksAsync(cluster);
        }

        Assert.True(cluster.Endpoints[0].IsHealthy);
        Assert.Equal(changes, cluster.Changes);
    }

    [Fact]
    public async Task Check_FailsAndRecovers_FollowsTheThresholds()
    {
        var cluster = new WatchedCluster(2, new ClusterPolicy { HealthCheck = Policy });
        await WaitForChecksAsync(cluster);

        cluster.Prober.Answer(cluster.Endpoints[0], Timeout);
        Assert.Equal([true, true, false], await HealthOfRoundsAsync(cluster, 3));
        cluster.Prober.Answer(cluster.Endpoints[0], ProbeResult.Passed);
        Assert.Equal([false, true], await HealthOfRoundsAsync(cluster, 2));
    }

    [Fact]
    public async Task Check_NewEndpoint_WaitsForItsFirstCheckWhileAHealthyOneServes()
    {
        var cluster = new WatchedCluster(2, new ClusterPolicy { HealthCheck = Policy });
        await WaitForChecksAsync(cluster);
        var answer = new TaskCompletionSource<ProbeResult>();
        var added = new FakeEndpoint(3);
        cluster.Prober.Script = (endpoint, cancellationToken) =>
            endpoint == added ? answer.Task.WaitAsync(cancellationToken) : Task.FromResult(ProbeResult.Passed);

        cluster.Endpoints = [.. cluster.Endpoints, added];
        cluster.Apply(new ClusterPolicy { HealthCheck = Policy });
        Assert.False(added.IsHealthy);
        answer.SetResult(ProbeResult.Passed);
        await WaitForChecksAsync(cluster);

        Assert.True(added.IsHealthy);
    }

    [Fact]
    public async Task Check_AllEndpointsReplaced_LetsTheNewOnesServeUnchecked()
    {
        var cluster = new WatchedCluster(2, new ClusterPolicy { HealthCheck = Policy });
        await WaitForChecksAsync(cluster);
        cluster.Prober.Script = (_, cancellationToken) => new TaskCompletionSource<ProbeResult>().Task.WaitAsync(cancellationToken);

        cluster.Endpoints = [new FakeEndpoint(3), new FakeEndpoint(4)];
        cluster.Apply(new ClusterPolicy { HealthCheck = Policy });

        Assert.All(cluster.Endpoints, endpoint => Assert.True(endpoint.IsHealthy));
        cluster.Remove();
    }

    [Fact]
    public async Task Check_NoAnswerInTime_Fails()
    {
        var cluster = new WatchedCluster(1, new ClusterPolicy());
        cluster.Prober.Script = (_, cancellationToken) => new TaskCompletionSource<ProbeResult>().Task.WaitAsync(cancellationToken);
        cluster.Apply(new ClusterPolicy { HealthCheck = Policy });

        await cluster.Time.WaitForTimerOfAsync(Policy.Timeout, TestContext.Current.CancellationToken);
        cluster.Advance(1);
        await cluster.Time.WaitForTimerOfAsync(Policy.Interval, TestContext.Current.CancellationToken);

        Assert.False(cluster.Endpoints[0].IsHealthy);
        Assert.Contains("no answer within 1 s", Assert.Single(cluster.Messages("EndpointUnhealthy")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_ManyEndpoints_AsksOnlySomeAtOnce()
    {
        var cluster = new WatchedCluster(100, new ClusterPolicy());
        var gate = new TaskCompletionSource<ProbeResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        cluster.Prober.Script = (_, cancellationToken) => gate.Task.WaitAsync(cancellationToken);
        cluster.Apply(new ClusterPolicy { HealthCheck = Policy });

        gate.SetResult(ProbeResult.Passed);
        await WaitForChecksAsync(cluster);

        Assert.InRange(cluster.Prober.MostAtOnce, 1, 16);
    }

    /// <summary>Until every endpoint waits for its next check.</summary>
    internal static Task WaitForChecksAsync(WatchedCluster cluster)
    {
        // The sweep of outlier detection has the same interval.
        var sweeps = cluster.Endpoints[0].Monitor?.Outliers is null ? 0 : 1;
        return cluster.Time.WaitForTimersOfAsync(cluster.Endpoints.Length + sweeps, Policy.Interval, TestContext.Current.CancellationToken);
    }

    internal static Task NextChecksAsync(WatchedCluster cluster)
    {
        cluster.Advance(Policy.Interval.TotalSeconds);
        return WaitForChecksAsync(cluster);
    }

    private static async Task<List<bool>> HealthOfRoundsAsync(WatchedCluster cluster, int rounds)
    {
        var health = new List<bool>();
        for (; rounds > 0; rounds--)
        {
            await NextChecksAsync(cluster);
            health.Add(cluster.Endpoints[0].IsHealthy);
        }

        return health;
    }
}

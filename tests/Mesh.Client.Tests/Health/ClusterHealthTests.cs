using Mesh.Client.Model;

namespace Mesh.Client.Tests.Health;

/// <summary>What survives a change of configuration, and what ends with it.</summary>
public sealed class ClusterHealthTests
{
    private static readonly OutlierDetectionPolicy Policy = new() { MaxEjectionPercent = 50, Consecutive5xx = new ConsecutiveRule(2, 100) };

    [Fact]
    public void Attach_EndpointsChange_KeepsEjectionsAndCounts()
    {
        var cluster = new WatchedCluster(4, Policy);
        cluster.Endpoints[0].Answer(500, 2);
        cluster.Endpoints[1].Answer(500);

        cluster.Endpoints = [.. cluster.Endpoints[..3], new FakeEndpoint(9)];
        cluster.Apply(Policy);
        cluster.Endpoints[1].Answer(500);

        Assert.Equal([true, true, false, false], cluster.Endpoints.Select(endpoint => endpoint.IsEjected));
    }

    [Fact]
    public void Attach_AnotherPolicy_KeepsEjectionsAndCountsByTheNewOne()
    {
        var cluster = new WatchedCluster(4, Policy);
        cluster.Endpoints[0].Answer(500, 2);

        cluster.Apply(Policy with { Consecutive5xx = new ConsecutiveRule(1, 100) });
        cluster.Endpoints[1].Answer(500);
        cluster.Endpoints[2].Answer(500);

        Assert.Equal(2, cluster.Ejected);
    }

    [Fact]
    public void Attach_ShorterInterval_SweepsByIt()
    {
        var cluster = new WatchedCluster(2, Policy);
        cluster.Endpoints[0].Answer(500, 2);

        cluster.Apply(Policy with { Interval = TimeSpan.FromSeconds(1), BaseEjectionTime = TimeSpan.FromSeconds(2) });
        cluster.Advance(2);

        Assert.Equal(0, cluster.Ejected);
    }

    [Fact]
    public void Attach_NoPolicyAnyMore_UnejectsAll()
    {
        var cluster = new WatchedCluster(2, Policy);
        cluster.Endpoints[0].Answer(500, 2);

        cluster.Apply(new ClusterPolicy());

        Assert.Equal(0, cluster.Ejected);
        Assert.All(cluster.Endpoints, endpoint => Assert.Null(endpoint.Monitor));
        Assert.Equal(0, cluster.Time.PendingTimers);
    }

    [Fact]
    public void Attach_EjectedEndpointRemoved_FreesItsPlaceAndLeaksNothing()
    {
        var cluster = new WatchedCluster(2, Policy);
        var removed = cluster.Endpoints[0];
        removed.Answer(500, 2);

        cluster.Endpoints = [cluster.Endpoints[1], new FakeEndpoint(3)];
        cluster.Apply(Policy);
        cluster.Endpoints[0].Answer(500, 2);

        Assert.Null(removed.Monitor);
        Assert.False(removed.IsEjected);
        Assert.True(cluster.Endpoints[0].IsEjected);
        cluster.Advance(30);
        Assert.Equal(0, cluster.Ejected);
    }

    [Fact]
    public async Task Detach_Last_StopsEverything()
    {
        var cluster = new WatchedCluster(3, new ClusterPolicy { OutlierDetection = Policy, HealthCheck = HealthCheckTests.Policy });
        await HealthCheckTests.WaitForChecksAsync(cluster);
        cluster.Endpoints[0].Answer(500, 2);

        cluster.Remove();

        Assert.Equal(0, cluster.Time.PendingTimers);
        Assert.All(cluster.Endpoints, endpoint => Assert.True(endpoint is { IsEjected: false, IsHealthy: true, Monitor: null }));
    }

    [Fact]
    public async Task HealthCheck_PassesAnEjectedEndpoint_UnejectsIt()
    {
        var cluster = new WatchedCluster(3, new ClusterPolicy { OutlierDetection = Policy, HealthCheck = HealthCheckTests.Policy });
        await HealthCheckTests.WaitForChecksAsync(cluster);
        cluster.Endpoints[0].Answer(500, 2);
        Assert.True(cluster.Endpoints[0].IsEjected);

        await HealthCheckTests.NextChecksAsync(cluster);

        Assert.False(cluster.Endpoints[0].IsEjected);
    }

    [Fact]
    public async Task HealthCheck_MayNotUneject_LeavesTheEjection()
    {
        var policy = Policy with { UnejectOnHealthCheck = false };
        var cluster = new WatchedCluster(3, new ClusterPolicy { OutlierDetection = policy, HealthCheck = HealthCheckTests.Policy });
        await HealthCheckTests.WaitForChecksAsync(cluster);
        cluster.Endpoints[0].Answer(500, 2);

        await HealthCheckTests.NextChecksAsync(cluster);

        Assert.True(cluster.Endpoints[0].IsEjected);
    }

    [Fact]
    public void Events_ManyAtOnce_AreBounded()
    {
        var cluster = new WatchedCluster(200, Policy with { Consecutive5xx = new ConsecutiveRule(1, 100) });

        Array.ForEach(cluster.Endpoints, endpoint => endpoint.Answer(500));
        Assert.Equal((100, 20), (cluster.Ejected, cluster.Messages("EndpointEjected").Count()));

        cluster.Advance(30);
        Assert.Contains("80 more", Assert.Single(cluster.Messages("HealthEventsSuppressed")), StringComparison.Ordinal);
    }
}

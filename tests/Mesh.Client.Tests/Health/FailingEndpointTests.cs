using System.Collections.Frozen;
using System.Net;
using Mesh.Client.Model;
using Mesh.Client.Tests.Pipeline;
using Mesh.Testing.Time;

namespace Mesh.Client.Tests.Health;

/// <summary>Whole calls over the pipeline, to real servers of which some fail: the rule for small clusters of docs/health.md.</summary>
public sealed class FailingEndpointTests
{
    private static readonly OutlierDetectionPolicy Policy = new() { SuccessRate = new SuccessRateRule { Enforcing = 0, EnforcingLocalOrigin = 0 } };

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    [InlineData(3, true)]
    [InlineData(5, true)]
    [InlineData(10, true)]
    public async Task D01_OneFailsOfN_SuccessIsRestoredAfterARow(int endpoints, bool restored)
    {
        await using var servers = await FailingServers.StartAsync(endpoints);
        servers.Fail(0, HttpStatusCode.InternalServerError);
        using var mesh = Mesh(servers, Policy, new FakeTimeProvider());

        var failures = await CallAsync(mesh, 40 * endpoints);

        Assert.Equal(restored ? 5 : 40, failures);
        Assert.Equal(0, restored ? await CallAsync(mesh, 10) : 0);
    }

    [Fact]
    public async Task D01_OneRefusesConnections_IsEjectedToo()
    {
        await using var servers = await FailingServers.StartAsync(3);
        await servers.StopAsync(0);
        using var mesh = Mesh(servers, Policy, new FakeTimeProvider());

        Assert.Equal(5, await CallAsync(mesh, 60));
    }

    [Fact]
    public async Task D01_OneFailsForAWhile_ComesBackAfterItsTime()
    {
        var time = new FakeTimeProvider();
        await using var servers = await FailingServers.StartAsync(2);
        servers.Fail(0, HttpStatusCode.BadGateway);
        using var mesh = Mesh(servers, Policy, time);
        await CallAsync(mesh, 20);

        servers.Fail(0, HttpStatusCode.OK);
        var before = servers.Requests(0);
        await CallAsync(mesh, 20);
        Assert.Equal(before, servers.Requests(0));
        time.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal(0, await CallAsync(mesh, 20));
        Assert.Equal(before + 10, servers.Requests(0));
    }

    [Fact]
    public async Task D02_AllFail_TheCapHoldsAndTheRestShareTheRequests()
    {
        await using var servers = await FailingServers.StartAsync(10);
        for (var index = 0; index < 10; index++)
        {
            servers.Fail(index, HttpStatusCode.ServiceUnavailable);
        }

        using var mesh = Mesh(servers, Policy with { MaxEjectionPercent = 50 }, new FakeTimeProvider());
        await CallAsync(mesh, 200);

        var before = Enumerable.Range(0, 10).Select(servers.Requests).ToArray();
        await CallAsync(mesh, 100);
        Assert.Equal([0, 0, 0, 0, 0, 20, 20, 20, 20, 20], Enumerable.Range(0, 10).Select(index => servers.Requests(index) - before[index]).Order());
    }

    [Fact]
    public async Task EndpointsChange_WhileOneIsEjected_ItStaysEjected()
    {
        await using var servers = await FailingServers.StartAsync(4);
        servers.Fail(0, HttpStatusCode.InternalServerError);
        using var mesh = Mesh(servers, Policy, new FakeTimeProvider(), 0, 1, 2);
        await CallAsync(mesh, 30);

        Publish(mesh, servers, Policy, 0, 1, 3);

        Assert.Equal(0, await CallAsync(mesh, 30));
    }

    [Fact]
    public async Task PolicyRemoved_WhileOneIsEjected_ItTakesRequestsAgain()
    {
        await using var servers = await FailingServers.StartAsync(2);
        servers.Fail(0, HttpStatusCode.InternalServerError);
        using var mesh = Mesh(servers, Policy, new FakeTimeProvider());
        await CallAsync(mesh, 20);

        Publish(mesh, servers, null, 0, 1);

        Assert.Equal(10, await CallAsync(mesh, 20));
    }

    private static OutboundHarness Mesh(FailingServers servers, OutlierDetectionPolicy? policy, FakeTimeProvider time, params int[] members)
    {
        var mesh = new OutboundHarness(time: time);
        Publish(mesh, servers, policy, members.Length == 0 ? [.. Enumerable.Range(0, servers.Count)] : members);
        return mesh;
    }

    private static void Publish(OutboundHarness mesh, FailingServers servers, OutlierDetectionPolicy? policy, params int[] members)
    {
        var cluster = OutboundHarness.Cluster("one", [.. members.Select(servers.Port)]);
        mesh.Publish(new Destination
        {
            Authority = new Authority("reviews", 80),
            Status = DestinationStatus.Routed,
            VirtualHost = new VirtualHost("reviews", ["reviews"], [OutboundHarness.To("one")]),
            Clusters = new[] { cluster with { Policy = cluster.Policy with { OutlierDetection = policy } } }.ToFrozenDictionary(item => item.Name),
        });
    }

    /// <summary>How many calls failed.</summary>
    private static async Task<int> CallAsync(OutboundHarness mesh, int calls)
    {
        var failures = 0;
        for (; calls > 0; calls--)
        {
            using var response = await mesh.GetAsync("http://reviews/");
            failures += response.IsSuccessStatusCode ? 0 : 1;
        }

        return failures;
    }
}

using System.Net;
using System.Text.Json.Nodes;
using Mesh.ControlPlane.Registries.Consul;
using Mesh.ControlPlane.Registries.Http;
using Mesh.ControlPlane.Registry;
using Mesh.ControlPlane.Registry.Feeds;

namespace Mesh.ControlPlane.Tests.Registries;

public sealed class ConsulReaderTests : IAsyncLifetime
{
    private const string Reviews = "reviews.service.consul";

    private ConsulAgent _agent = null!;

    public async ValueTask InitializeAsync() => _agent = await ConsulAgent.StartAsync();

    public ValueTask DisposeAsync() => _agent.DisposeAsync();

    [Fact]
    public async Task FollowAsync_Instances_BecomeAServiceWithLabelsLocalityAndWeight()
    {
        _agent.Register("reviews", "r1", 9080, tags: ["version=v1", "env|test", "blue"], meta: new JsonObject { ["protocol"] = "grpc" });
        await using var bed = new FeedBed(Reader());

        await bed.HasAsync(Reviews, "10.0.0.1:9080");

        var service = bed.Service(Reviews);
        Assert.Equal([9080, 80], service.Ports.Select(port => port.Number));
        Assert.All(service.Ports, port => Assert.Equal(ServiceProtocol.Grpc, port.Protocol));
        var endpoint = bed.Feed.Current.Services.Single().Endpoints.Single();
        Assert.Equal(("v1", "test", "true"), (endpoint.Labels["version"], endpoint.Labels["env"], endpoint.Labels["blue"]));
        Assert.Equal(("dc1/z1", 3u), (endpoint.Locality, endpoint.Weight));
    }

    [Fact]
    public async Task FollowAsync_ChangesWhileQueriesWait_AreSeen()
    {
        _agent.Register("reviews", "r1", 9080);
        await using var bed = new FeedBed(Reader());
        await bed.HasAsync(Reviews, "10.0.0.1:9080");

        _agent.Register("reviews", "r2", 9080, "10.0.0.2");
        await bed.HasAsync(Reviews, "10.0.0.1:9080", "10.0.0.2:9080");
        _agent.Register("reviews", "r1", 9080, isPassing: false);
        await bed.HasAsync(Reviews, "10.0.0.2:9080");
        _agent.Register("ratings", "x1", 9081);
        await bed.HasAsync("ratings.service.consul", "10.0.0.1:9081");
        _agent.Deregister("reviews");
        await Mesh.Testing.Eventually.ReachesAsync("reviews is gone", () => bed.Feed.Current.Services.Length == 1, cancellationToken: TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task FollowAsync_IndexGoesBackwards_AsksFromTheStart()
    {
        // A question with an index of the future waits for its whole time, as Consul lets it.
        _agent.Register("reviews", "r1", 9080);
        await using var bed = new FeedBed(Reader(wait: 1));
        await bed.HasAsync(Reviews, "10.0.0.1:9080");

        _agent.ResetIndex(3);
        _agent.Register("reviews", "r2", 9080, "10.0.0.2");

        await bed.HasAsync(Reviews, "10.0.0.1:9080", "10.0.0.2:9080");
        await bed.IsAsync(Freshness.Fresh);
    }

    [Fact]
    public async Task B10_ConsulAway_KeepsItsLastAnswerMarkedStaleUntilItIsBack()
    {
        _agent.Register("reviews", "r1", 9080);
        await using var bed = new FeedBed(Reader());
        await bed.HasAsync(Reviews, "10.0.0.1:9080");

        _agent.Fail(HttpStatusCode.InternalServerError);
        await bed.IsAsync(Freshness.Stale);

        Assert.Contains("500", bed.Feed.State.Error, StringComparison.Ordinal);
        await bed.HasAsync(Reviews, "10.0.0.1:9080");
        _agent.Fail(0);
        _agent.Register("reviews", "r2", 9080, "10.0.0.2");
        await bed.HasAsync(Reviews, "10.0.0.1:9080", "10.0.0.2:9080");
        await bed.IsAsync(Freshness.Fresh);
    }

    [Fact]
    public async Task FollowAsync_TokenMissing_SaysWhatIsNeeded()
    {
        _agent.Token = "secret";
        await using var refused = new FeedBed(Reader());
        await refused.Feed.Tried.WaitAsync(TestContext.Current.CancellationToken);
        Assert.Contains("403", refused.Feed.State.Error, StringComparison.Ordinal);
        Assert.Contains("TokenFile", refused.Feed.State.Error, StringComparison.Ordinal);
        Assert.Equal(Freshness.Loading, refused.Feed.State.Freshness);

        _agent.Register("reviews", "r1", 9080);
        await using var bed = new FeedBed(Reader("secret"));
        await bed.HasAsync(Reviews, "10.0.0.1:9080");
    }

    [Fact]
    public async Task FollowAsync_MoreServicesThanConnections_TakesTurns()
    {
        for (var number = 0; number < 7; number++)
        {
            _agent.Register($"s{number}", "i", 9000 + number);
        }

        await using var bed = new FeedBed(Reader(maxConnections: 2));
        await bed.HasAsync("s6.service.consul", "10.0.0.1:9006");

        _agent.Register("s3", "j", 9100, "10.0.0.3");
        await bed.HasAsync("s3.service.consul", "10.0.0.1:9003", "10.0.0.3:9100");
        Assert.Equal(7, bed.Feed.Current.Services.Length);
    }

    [Theory]
    [InlineData("5", 5UL, true)]
    [InlineData("0", 1UL, true)]
    [InlineData(null, 0UL, true)]
    public void Take_Headers_FollowConsulsRules(string? header, ulong value, bool isNews)
    {
        var index = new BlockingIndex();
        Assert.Equal(isNews, index.Take(header));
        Assert.Equal(value, index.Value);
    }

    [Fact]
    public void Take_LowerIndex_StartsAgain()
    {
        var index = new BlockingIndex();
        index.Take("9");
        Assert.False(index.Take("9"));
        Assert.True(index.Take("4"));
        Assert.Equal(0UL, index.Value);
    }

    private ConsulReader Reader(string? token = null, int maxConnections = 100, int wait = 20) =>
        new(new ConsulSettings(new RegistryEndpoint(_agent.Address, null, token, null)) { Wait = TimeSpan.FromSeconds(wait), MaxConnections = maxConnections }, TimeProvider.System);
}

using System.Collections.Frozen;
using Mesh.Client.Model;

namespace Mesh.Client.Tests.Pipeline.Hashing;

public sealed class PassthroughTests
{
    [Fact]
    public async Task SendAsync_ThroughAPassthroughCluster_GoesToTheAddressOfTheRequest()
    {
        var endpoints = new ScriptedEndpoints();
        using var mesh = new OutboundHarness(endpoints);
        foreach (var port in (int[])[8001, 8002])
        {
            mesh.Publish(new Destination
            {
                Authority = new Authority("db.example.com", port),
                Status = DestinationStatus.Routed,
                VirtualHost = new VirtualHost("db", ["*"], [OutboundHarness.To("through")]),
                Clusters = new Dictionary<string, Cluster> { ["through"] = Through }.ToFrozenDictionary(),
            });
        }

        using var first = await mesh.GetAsync("http://db.example.com:8001/a");
        using var second = await mesh.GetAsync("http://db.example.com:8002/a");
        using var third = await mesh.GetAsync("http://db.example.com:8002/b");

        Assert.Equal([(8001, 1), (8002, 2)], endpoints.Requests.Select(pair => (pair.Key, pair.Value)).Order());
    }

    private static Cluster Through { get; } = new()
    {
        Name = "through",
        Endpoints = EndpointSet.Empty,
        Policy = new ClusterPolicy { LoadBalancing = new LoadBalancingPolicy(LoadBalancingKind.Passthrough) },
    };
}

using Mesh.Testing;
using Mesh.Testing.Connections;
using Mesh.Testing.InProcess;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Mesh.EndToEnd.Tests.InProcess;

/// <summary>Two clusters, each with a control plane of its own, that share their services.</summary>
public sealed class TwoClustersTests
{
    private const string Failover = """
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata: { name: reviews, namespace: default }
        spec:
          host: reviews.default.svc.cluster.local
          trafficPolicy:
            outlierDetection: { consecutive5xxErrors: 1, interval: 1s, baseEjectionTime: 60s }
            loadBalancer: { localityLbSetting: { enabled: true, failoverPriority: [topology.istio.io/cluster] } }
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Service_InBothClusters_IsCalledAtHomeAndInTheOtherWhenHomeIsGone()
    {
        using var eastPort = new ReservedPort();
        using var westPort = new ReservedPort();
        await using var east = await StartAsync("east", eastPort, "west", westPort);
        await using var west = await StartAsync("west", westPort, "east", eastPort);
        var home = await east.StartServiceAsync("reviews", "v1", app => app.MapGet("/", () => "east"), Cancellation);
        await west.StartServiceAsync("reviews", "v1", app => app.MapGet("/", () => "west"), Cancellation);
        await west.StartServiceAsync("ratings", "v1", app => app.MapGet("/", () => "ratings of west"), Cancellation);
        var client = await east.StartClientAsync("caller", Cancellation);
        var http = client.Services.GetRequiredService<IHttpClientFactory>().CreateClient();

        // Cross-cluster discovery: there is no ratings in the east.
        await SaysAsync(http, "http://ratings/", "ratings of west");

        // Both are known, and home is preferred.
        await EndpointsAsync(east, 2);
        await SaysAsync(http, "http://reviews/", "east");
        for (var call = 0; call < 20; call++)
        {
            Assert.Equal("east", await http.GetStringAsync(new Uri("http://reviews/"), Cancellation));
        }

        await home.StopAsync(Cancellation);
        await SaysAsync(http, "http://reviews/", "west");
    }

    [Fact]
    public async Task B10_OtherControlPlaneGone_ItsEndpointsStayAndAreCalled()
    {
        using var eastPort = new ReservedPort();
        using var westPort = new ReservedPort();
        await using var east = await StartAsync("east", eastPort, "west", westPort);
        await using var west = await StartAsync("west", westPort, "east", eastPort);
        await west.StartServiceAsync("ratings", "v1", app => app.MapGet("/", () => "ratings of west"), Cancellation);
        var client = await east.StartClientAsync("caller", Cancellation);
        var http = client.Services.GetRequiredService<IHttpClientFactory>().CreateClient();
        await SaysAsync(http, "http://ratings/", "ratings of west");

        await west.StopControlPlaneAsync(Cancellation);
        using var api = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        await Eventually.ReachesAsync(
            "west is stale",
            async () => (await api.GetStringAsync(new Uri(east.ApiAddress, "/readyz"), Cancellation)).Contains("stale: peer/west", StringComparison.Ordinal),
            cancellationToken: Cancellation);

        Assert.Equal("ratings of west", await http.GetStringAsync(new Uri("http://ratings/"), Cancellation));
    }

    private static async Task<InProcessMesh> StartAsync(string cluster, ReservedPort port, string other, ReservedPort otherPort)
    {
        var mesh = await InProcessMesh.StartAsync(Failover, Cancellation, configure: options =>
        {
            options.Cluster = cluster;
            options.HttpPort = port.Number;
            options.Registries.Peers[other] = new Mesh.ControlPlane.MeshPeerOptions { Address = $"{otherPort.Address}" };
        });
        mesh.Logs.Expect("RegistryUnreachable").Expect("RegistryStale").Expect("XdsDisconnected");
        return mesh;
    }

    private static Task SaysAsync(HttpClient http, string address, string expected)
    {
        var seen = "";
        return Eventually.ReachesAsync(
            $"{address} says {expected}",
            async () =>
            {
                try
                {
                    using var response = await http.GetAsync(new Uri(address), Cancellation);
                    return (seen = await response.Content.ReadAsStringAsync(Cancellation)) == expected;
                }
                catch (HttpRequestException exception)
                {
                    // Until the other control plane has told, nobody knows the name.
                    seen = exception.Message;
                    return false;
                }
            },
            () => seen,
            cancellationToken: Cancellation);
    }

    private static async Task EndpointsAsync(InProcessMesh mesh, int count)
    {
        using var api = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        await Eventually.ReachesAsync(
            $"reviews has {count} endpoints",
            async () =>
            {
                var registry = System.Text.Json.Nodes.JsonNode.Parse(await api.GetStringAsync(new Uri(mesh.ApiAddress, "/debug/registryz"), Cancellation))!;
                return registry["services"]!.AsArray().FirstOrDefault(service => service!["hostname"]!.ToString().StartsWith("reviews.", StringComparison.Ordinal))?["endpoints"]!.AsArray().Count == count;
            },
            cancellationToken: Cancellation);
    }
}

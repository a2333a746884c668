using System.Net;
using Mesh.ControlPlane.Access.Roles;
using Mesh.ControlPlane.Registry.Feeds;
using Mesh.ControlPlane.Tests.Hosting;
using Mesh.ControlPlane.Tests.Registry;
using Mesh.Testing;

namespace Mesh.ControlPlane.Tests.Registries;

public sealed class PeerTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Shared_NothingNew_WaitsAndAnswers304_NewsAtOnce()
    {
        await using var west = await RunningControlPlane.StartAsync(Bookinfo.Services);
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        using var first = await AskAsync(http, west, null, 0);
        var tag = first.Headers.ETag!.ToString();

        using var same = await AskAsync(http, west, tag, 0);
        Assert.Equal(HttpStatusCode.NotModified, same.StatusCode);

        var waiting = AskAsync(http, west, tag, 30);
        west.State.Workloads.Connected(Bookinfo.Process("reviews", "v1", 40001));
        using var news = await waiting;
        Assert.Equal(HttpStatusCode.OK, news.StatusCode);
        Assert.Contains("40001", await news.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        Assert.NotEqual(tag, news.Headers.ETag!.ToString());
    }

    [Fact]
    public async Task Follow_OtherControlPlaneThatAsksForAToken_NeedsAGoodOne()
    {
        await using var west = await RunningControlPlane.StartAsync(Bookinfo.Services, configure: options => options.Authentication = ApiAuthentication.Required);
        west.Logs.Expect("ApiRefused");
        west.State.Workloads.Connected(Bookinfo.Process("reviews", "v1", 40001));
        var token = west.State.Security.Tokens.CreateApi("east", [new RoleGrant(Role.Viewer, null)], TimeSpan.FromHours(1)).Text;

        await using var refused = await EastAsync(west, "wrong");
        Assert.Contains("401", refused.State.Registries.All[0].State.Error, StringComparison.Ordinal);

        await using var east = await EastAsync(west, token);
        await Eventually.ReachesAsync("reviews of west", () => east.State.Source.Current.Registry.Endpoints.ContainsKey(Bookinfo.Reviews), cancellationToken: Cancellation);
        var endpoint = Assert.Single(east.State.Source.Current.Registry.Endpoints[Bookinfo.Reviews]);
        Assert.Equal(("west", "net-west", "west"), (endpoint.Cluster, endpoint.Network, endpoint.Labels["topology.istio.io/cluster"]));
        Assert.Equal(Freshness.Fresh, east.State.Registries.All[0].State.Freshness);
    }

    private static async Task<RunningControlPlane> EastAsync(RunningControlPlane west, string token)
    {
        var east = await RunningControlPlane.StartAsync(configure: options =>
        {
            options.Cluster = "east";
            options.Registries.Peers["west"] = new MeshPeerOptions { Address = west.HttpAddress.ToString(), Token = token, Network = "net-west" };
        });
        east.Logs.Expect("RegistryUnreachable");
        return east;
    }

    private static Task<HttpResponseMessage> AskAsync(HttpClient http, RunningControlPlane server, string? tag, int wait)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server.HttpAddress, "/api/v1/registry"));
        if (tag is not null)
        {
            request.Headers.TryAddWithoutValidation("If-None-Match", tag);
            request.Headers.TryAddWithoutValidation("Prefer", $"wait={wait}");
        }

        return http.SendAsync(request, Cancellation);
    }
}

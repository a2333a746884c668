using System.Net;
using Mesh.Testing;
using Mesh.Testing.InProcess;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Mesh.EndToEnd.Tests.InProcess;

/// <summary>Configuration and endpoints change while requests run: none fails, and each change is seen.</summary>
public sealed class LiveChangeTests
{
    private const string JasonToV2 = """
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: reviews}
        spec:
          hosts: [reviews]
          http:
          - match: [{headers: {end-user: {exact: jason}}}]
            route: [{destination: {host: reviews, subset: v2}}]
          - route: [{destination: {host: reviews, subset: v1}}]
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Route_FlippedUnderLoad_FailsNoRequestAndIsSeenEachTime()
    {
        await using var mesh = await InProcessMesh.StartAsync(ReviewsResources.Service, Cancellation);
        await mesh.StartServiceAsync("reviews", "v1", app => app.MapGet("/", () => "v1"), Cancellation);
        await mesh.StartServiceAsync("reviews", "v2", app => app.MapGet("/", () => "v2"), Cancellation);
        mesh.Write("route.yaml", ReviewsResources.RouteTo("v1"));
        using var load = await Load.StartAsync(mesh, Cancellation);
        await load.OnlyAnswersAsync("v1", Cancellation);

        for (var flip = 0; flip < 10; flip++)
        {
            var version = flip % 2 == 0 ? "v2" : "v1";
            mesh.Write("route.yaml", ReviewsResources.RouteTo(version));
            await load.OnlyAnswersAsync(version, Cancellation);
        }

        Assert.Empty(await load.StopAsync());
    }

    [Fact]
    public async Task Endpoint_AddedAndRemovedUnderLoad_FailsNoRequest()
    {
        await using var mesh = await InProcessMesh.StartAsync(ReviewsResources.Service, Cancellation);
        await mesh.StartServiceAsync("reviews", "v1", app => app.MapGet("/", () => "v1"), Cancellation);
        using var load = await Load.StartAsync(mesh, Cancellation);
        await load.OnlyAnswersAsync("v1", Cancellation);

        for (var round = 0; round < 3; round++)
        {
            var added = await mesh.StartServiceAsync("reviews", "v2", app => app.MapGet("/", () => "v2"), Cancellation);
            await load.AlsoAnswersAsync("v2", Cancellation);
            await added.StopAsync(Cancellation);
            await load.OnlyAnswersAsync("v1", Cancellation);
        }

        Assert.Empty(await load.StopAsync());
    }

    [Fact]
    public async Task Header_OfOneUser_NeverLeaksToAnother()
    {
        await using var mesh = await InProcessMesh.StartAsync(ReviewsResources.Service + "\n---\n" + JasonToV2, Cancellation);
        await mesh.StartServiceAsync("reviews", "v1", app => app.MapGet("/", () => "v1"), Cancellation);
        await mesh.StartServiceAsync("reviews", "v2", app => app.MapGet("/", () => "v2"), Cancellation);
        var host = await mesh.StartClientAsync("caller", Cancellation);
        using var client = host.Services.GetRequiredService<IHttpClientFactory>().CreateClient();
        await Eventually.ReachesAsync(
            "both versions serve",
            async () => await TryGetAsync(client, "jason") == "v2" && await TryGetAsync(client, null) == "v1",
            cancellationToken: Cancellation);

        for (var request = 0; request < 500; request++)
        {
            Assert.Equal("v1", await GetAsync(client, null));
            Assert.Equal("v2", await GetAsync(client, "jason"));
            Assert.Equal("v1", await GetAsync(client, "jasonx"));
        }
    }

    [Fact]
    public async Task ControlPlane_Gone_LeavesTrafficAlone()
    {
        await using var mesh = await InProcessMesh.StartAsync(ReviewsResources.Service, Cancellation);
        mesh.Logs.Expect("XdsDisconnected");
        await mesh.StartServiceAsync("reviews", "v1", app => app.MapGet("/", () => "v1"), Cancellation);
        mesh.Write("route.yaml", ReviewsResources.RouteTo("v1"));
        using var load = await Load.StartAsync(mesh, Cancellation);
        await load.OnlyAnswersAsync("v1", Cancellation);

        await mesh.StopControlPlaneAsync(Cancellation);
        await load.AnswersMoreAsync(200, Cancellation);

        // A restarted control plane knows no workload until each has come back; callers that are quicker must not notice.
        await mesh.StartControlPlaneAsync(Cancellation);
        await load.AnswersMoreAsync(200, Cancellation);
        await mesh.StartServiceAsync("reviews", "v2", app => app.MapGet("/", () => "v2"), Cancellation);
        mesh.Delete("route.yaml");
        await load.AlsoAnswersAsync("v2", Cancellation);
        mesh.Write("route.yaml", ReviewsResources.RouteTo("v2"));
        await load.OnlyAnswersAsync("v2", Cancellation);
        Assert.Empty(await load.StopAsync());
    }

    private static async Task<string> GetAsync(HttpClient client, string? user)
    {
        var answer = await TryGetAsync(client, user);
        return answer ?? throw new InvalidOperationException($"The call of {user ?? "nobody"} failed.");
    }

    private static async Task<string?> TryGetAsync(HttpClient client, string? user)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://reviews:9080/");
        if (user is not null)
        {
            request.Headers.Add("end-user", user);
        }

        using var response = await client.SendAsync(request, Cancellation);
        return response.StatusCode is HttpStatusCode.OK ? await response.Content.ReadAsStringAsync(Cancellation) : null;
    }
}

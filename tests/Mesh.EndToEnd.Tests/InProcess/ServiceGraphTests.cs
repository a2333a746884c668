using System.Text.Json.Nodes;
using Mesh.Testing;
using Mesh.Testing.InProcess;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Mesh.EndToEnd.Tests.InProcess;

/// <summary>What mesh clients send is on the graph, to the last request, through an outage of the control plane.</summary>
public sealed class ServiceGraphTests
{
    private const string Resources = ReviewsResources.Service + """

        ---
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: reviews}
        spec:
          hosts: [reviews]
          http:
          - match: [{uri: {exact: /refused}}]
            fault: {abort: {httpStatus: 503, percentage: {value: 100}}}
            route: [{destination: {host: reviews, subset: v1}}]
          - route: [{destination: {host: reviews, subset: v1}}]
            retries: {attempts: 3, retryOn: "5xx", perTryTimeout: 5s}
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Graph_OfCallsThatSucceedFailAndRepeat_CountsEachOnce()
    {
        await using var mesh = await StartAsync();
        var asked = 0;
        await mesh.StartServiceAsync("reviews", "v1", app => app.MapGet("/{**path}", (HttpContext http, string? path) => path switch
        {
            "broken" => Results.StatusCode(500),
            "flaky" => Results.StatusCode(Interlocked.Increment(ref asked) % 2 == 1 ? 503 : 200),
            _ => Results.Text("fine"),
        }), Cancellation, mesh.SettingsOf("reviews"));
        using var client = await ClientAsync(mesh);

        await SendAsync(client, "/fine", 40);
        await SendAsync(client, "/flaky", 10);
        await SendAsync(client, "/broken", 5);
        await SendAsync(client, "/refused", 3);

        var graph = await GraphAsync(mesh, "", edges => Sum(edges, "requests") == 58);
        var edge = Assert.Single(Edges(graph), edge => edge["destination"]!.ToString() == "default/reviews/v1");
        Assert.Equal((55, 5), ((int)edge["requests"]!, (int)edge["errors"]!));

        // Each flaky call once more; each broken one as often as the policy lets it.
        Assert.Equal(10 + (5 * 3), (int)edge["retries"]!);
        Assert.Equal(1, (double)edge["mutualTls"]!);
        Assert.True((double)edge["latency"]!["p99"]! >= (double)edge["latency"]!["p50"]!);
        var refused = Assert.Single(Edges(graph), other => other["destination"]!.ToString() == "default/reviews");
        Assert.Equal((3, 3), ((int)refused["requests"]!, (int)refused["errors"]!));
        Assert.StartsWith("default/web", edge["source"]!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Graph_AfterTheControlPlaneWasAway_HasWhatWasSentMeanwhile()
    {
        await using var mesh = await StartAsync();
        mesh.Logs.Expect("XdsDisconnected");
        await mesh.StartServiceAsync("reviews", "v1", app => app.MapGet("/{**path}", () => "fine"), Cancellation);
        using var client = await ClientAsync(mesh, isProved: false);
        await SendAsync(client, "/fine", 30);
        await GraphAsync(mesh, "", edges => Sum(edges, "requests") == 30);

        await mesh.StopControlPlaneAsync(Cancellation);
        await SendAsync(client, "/fine", 50);
        await mesh.StartControlPlaneAsync(Cancellation);

        await GraphAsync(mesh, "", edges => Sum(edges, "requests") == 50);
    }

    private static Task<InProcessMesh> StartAsync() =>
        InProcessMesh.StartAsync(Resources, Cancellation, configure: options => options.LoadReportInterval = TimeSpan.FromSeconds(1));

    private static async Task<HttpClient> ClientAsync(InProcessMesh mesh, bool isProved = true)
    {
        var host = await mesh.StartClientAsync("web", Cancellation, isProved ? mesh.SettingsOf("web") : []);
        var client = host.Services.GetRequiredService<IHttpClientFactory>().CreateClient();
        client.BaseAddress = new Uri("http://reviews:9080");

        // A listener that the fault filter answers needs no endpoint: the service is there when the mesh knows one, and what proves it.
        using var api = new HttpClient { BaseAddress = mesh.ApiAddress };
        await Eventually.ReachesAsync(
            "reviews is registered",
            async () => (await api.GetStringAsync("/debug/registryz", Cancellation)).Contains(isProved ? "tlsMode" : "127.0.0.1", StringComparison.Ordinal),
            cancellationToken: Cancellation);
        return client;
    }

    private static async Task SendAsync(HttpClient client, string path, int count)
    {
        for (var call = 0; call < count; call++)
        {
            using var response = await client.GetAsync(path, Cancellation);
            await response.Content.ReadAsByteArrayAsync(Cancellation);
        }
    }

    private static async Task<JsonNode> GraphAsync(InProcessMesh mesh, string query, Func<JsonNode[], bool> reached)
    {
        using var api = new HttpClient { BaseAddress = mesh.ApiAddress };
        JsonNode graph = new JsonObject();
        await Eventually.ReachesAsync(
            "the graph has all calls",
            async () => reached(Edges(graph = JsonNode.Parse(await api.GetStringAsync($"/api/v1/graph?window=4m&level=version{query}", Cancellation))!)),
            () => graph.ToJsonString(),
            cancellationToken: Cancellation);
        return graph;
    }

    private static JsonNode[] Edges(JsonNode graph) => [.. graph["edges"]!.AsArray().OfType<JsonNode>()];

    private static int Sum(JsonNode[] edges, string field) => edges.Sum(edge => (int)edge[field]!);
}
